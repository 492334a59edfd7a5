/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec.h"
#include "programs/gabion/launch.h"
#include "sys/call_recorder.h"
#include "sys/cgroup.h"

/* The system calls that a workload makes though its context's learned list does not have them,
 * while that list only complains: recorded by the kernel, told and kept when it has ended. */
struct misses {
	struct call_recorder recorder;
	struct cgroup_layout layout;
	struct cgroup group;
	struct spec spec; /* of its configuration */
	bool recorded;
};

/** Begin before the start of a launch that was made; nothing to do when its list does not complain.
 * Without rights or tracepoints the kernel's log alone has them, which is told. */
void misses_begin(struct misses *ret_misses, struct launch *launch);

/** The workload has ended: tell what it missed and, with --evidence, record it. -1 with launch->err
 * when that could not be recorded. */
int misses_end(struct misses *misses, struct launch *launch);
