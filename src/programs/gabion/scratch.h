/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

#include <sys/types.h>

/* Folders that are gone when the program ends. */

enum { SCRATCH_PATH_BYTES = 64 };

/** Make a folder of a unique name that everybody may enter; its path has SCRATCH_PATH_BYTES. -1
 * leaves nothing behind. Returns a descriptor of it, to be closed. */
int scratch_make(const char *what, char *ret_path, struct error *err);

/** Make a folder of a unique name that we alone may enter, in $XDG_RUNTIME_DIR, /run or /tmp; its
 * path has `bytes`, and is empty after -1. */
int scratch_private(const char *what, char *ret_path, size_t bytes, struct error *err);

/** The same in the first of these places that has room and is not NULL. */
int scratch_private_in(const char *const *places, size_t count, const char *what, char *ret_path,
	size_t bytes, struct error *err);

/** Make a folder, or a file with a text, or a copy of a file, below a descriptor. */
int scratch_folder(int at, const char *path, mode_t mode, struct error *err);
int scratch_write(int at, const char *path, struct str text, mode_t mode, struct error *err);
int scratch_copy(int at, const char *path, const char *from, mode_t mode, struct error *err);

/** Remove a folder and all that is in it; symbolic links are not followed. */
void scratch_remove(const char *path);
