/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Folders of tests, which leave nothing behind. */

static int folder_remove_one(
	const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

/** Remove a folder and all that is in it; links are not followed. 0, or -1. */
static inline int folder_remove(const char *path)
{
	return nftw(path, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static char folder_entered[] = "/tmp/gabion-test-XXXXXX";

static void folder_leave(void)
{
	if (chdir("/") == 0)
		(void)folder_remove(folder_entered);
}

/** Make a folder the working directory of this test; it is removed when its process ends. */
static inline int folder_enter(void)
{
	return mkdtemp(folder_entered) && atexit(folder_leave) == 0 ? chdir(folder_entered) : -1;
}
