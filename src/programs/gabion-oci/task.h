/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/container.h"

/* The last steps of every process that enters a container, in their order. */

/** Go to its working directory and find its program, as the container sees them. */
int task_find(struct task *task, struct arena *arena, struct error *err);

/** Keyring, personality, memory policy, scheduling. */
int task_settle(const struct task *task, const struct spec *spec, struct error *err);

/** Prepare what annotations ask for: Landlock rules, whose paths are looked up now, and no memory
 * that becomes executable. */
int task_confine(
	struct task *task, struct arena *arena, const struct spec *spec, struct error *err);

/** Use only these processors; nothing when the list is empty. */
int task_set_affinity(const struct spec_text *list, struct error *err);

/** Limits, user, capabilities, labels, seccomp; then become the program. Returns only to fail. */
int task_become(struct task *task, const char **step, struct error *err);

/** Prepare what execve gets as environment: HOME when it is missing, LISTEN_FDS. */
int task_environment(struct task *task, struct arena *arena, char **ours, struct error *err);

/** Read --preserve-fds and LISTEN_FDS, and have all other descriptors closed by execve. */
int task_preserve(struct task *task, const struct invocation *invocation, struct error *err);
