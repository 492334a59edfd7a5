/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* What a child gets besides our descriptors 0 to 2 and our environment; -1: nothing. */
struct child_files {
	int output;   /* takes the place of its standard output */
	int errors;   /* and of its standard error */
	int listener; /* a listening socket, as descriptor 3 and with LISTEN_FDS=1 (sd_listen_fds) */
};

/**
 * Start a program, hand it on every signal that would end or stop us (TERM, INT, HUP, QUIT, USR1,
 * USR2), and wait for its end. argv ends with NULL; argv[0] is a path, or a name that is looked up
 * in PATH. ret_status is its exit code, 128 + N when signal N ended it. -1 when it could not be
 * started; ENOENT is in err->system_errno.
 */
int child_run(
	char *const *argv, const struct child_files *files, int *ret_status, struct error *err);

/* What is done every so often while a child runs. */
struct child_watch {
	unsigned period_s;
	void (*look)(void *state);
	void *state;
};

/** The same, looking after it meanwhile. */
int child_run_watched(char *const *argv, const struct child_files *files,
	const struct child_watch *watch, int *ret_status, struct error *err);

/** The path of a program of ours: beside the running one, else its bare name. Size PATH_MAX. */
void child_find_sibling(const char *name, char *ret_path);
