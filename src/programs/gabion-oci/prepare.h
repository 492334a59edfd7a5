/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/container.h"

/** Read a file of at most limit bytes whole into the arena. */
int prepare_read_file(struct arena *arena, const char *path, size_t limit, struct str *ret_text,
	struct error *err);

/** Compile the filter of a task, and connect to its agent; profile may be NULL. */
int prepare_seccomp(struct task *task, struct arena *arena, const struct spec_seccomp *profile,
	struct error *err);

/** Connect to --console-socket. */
int prepare_console(struct task *task, const struct invocation *invocation, struct error *err);

/** Block the signals that end or concern us, to be read from a descriptor. */
int prepare_interrupts(int *ret_fd, struct error *err);
