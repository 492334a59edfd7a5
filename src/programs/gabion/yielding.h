/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/context.h"
#include "sys/child.h"

/* A running context that makes room for others while the machine is short of processor time. */
struct yielding {
	const struct context *context;
	const char *cgroup; /* its path below the mounts */
	struct resources_throttle throttle;
};

/** How to look after it: NULL when it never yields (class guaranteed, none chosen, or not root). */
const struct child_watch *yielding_begin(struct yielding *ret_yielding,
	struct child_watch *ret_watch, const struct context *context, const char *cgroup);

/** What the class of a context comes to on this host, put into its configuration: memory from which
 * on it is slowed down where cgroups are of version 2, a weight of input and output where the host
 * weighs them. */
int yielding_shape(struct arena *arena, const struct context *context, struct value *config,
	struct error *err);
