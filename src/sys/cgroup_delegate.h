/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sys/cgroup.h"

/* What a new folder needs from its parents before anything can be set or join it. */

/** Version 2: let every parent of a path hand down cpu, memory, pids and io, as far as the kernel
 * allows; and those of `needed` (CGROUP_BIT()s), or -1 with the parent and the rule at fault. */
int cgroup_delegate(const struct cgroup_hierarchy *hierarchy, const char *path, uint32_t needed,
	struct error *err);

/** Version 1: give the folder of a path, and its parents, the processors and memory nodes of the
 * folder above where they have none, for nothing can join an empty cpuset. */
int cgroup_inherit_cpuset(
	const struct cgroup_hierarchy *hierarchy, const char *path, struct error *err);
