/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/container.h"

/** Prepare what the agent of linux.seccomp.listenerPath is told (ContainerProcessState of
 * runtime-spec config-linux.md), for a process with this pid. */
void notify_prepare(struct task *task, struct arena *arena, const struct status *status,
	const struct spec *spec, pid_t pid);

/** Install the filter and hand its listener to the agent before the program can make a call. */
int notify_install(struct task *task, struct error *err);
