/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* What a process of ours keeps when it has given up the rest for good. */

/* Rights under one folder; a Landlock rule each. */
struct sandbox_folder {
	const char *path;
	bool writable; /* also make, rename and remove files and folders in it */
};

struct sandbox {
	const struct sandbox_folder
		*folders;        /* everything else is out of reach; ends with path == NULL */
	const int *system_calls; /* numbers allowed; ends with -1; all others kill the process */
};

/* What the kernel could enforce, for a message and for `doctor`. */
struct sandbox_state {
	int landlock_abi; /* 0: the kernel has no Landlock, so only system calls are limited */
};

/**
 * Enter: no new privileges, then Landlock, then seccomp for every thread. One way. Other
 * architectures' calls kill as well. Source: landlock(7), seccomp(2).
 */
int sandbox_enter(
	const struct sandbox *sandbox, struct sandbox_state *ret_state, struct error *err);
