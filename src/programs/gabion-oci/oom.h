/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sys/cgroup.h"

/* Watching for the kernel to kill processes of a group for want of memory. */
struct oom_watch {
	const struct cgroup *group;
	int fd; /* readable when something may have happened; -1 where no memory is controlled */
	int control; /* version 1: memory.oom_control, held open; else -1 */
	uint64_t seen;
};

/** Begin; close it in the end, also after -1. */
int oom_watch_open(struct oom_watch *ret_watch, const struct cgroup *group, struct error *err);
void oom_watch_close(struct oom_watch *watch);

/** How many processes were killed since the last call; readable: fd was. */
uint64_t oom_watch_new(struct oom_watch *watch, bool readable);
