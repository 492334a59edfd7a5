/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion/watch.h"
#include "sys/cgroup.h"
#include "sys/seccomp_notify.h"

#include <sys/stat.h>

/* The watcher's own state. */
struct watcher {
	const struct watch *watch;
	struct observed *observed;
	struct observed_run *run; /* this one */
	int listener;
	int root;                      /* of the workload, O_PATH; -1: not yet */
	pid_t first;                   /* its first process */
	struct stat launcher;          /* the program that it was before it became its own */
	uint8_t looks[OBSERVED_CALLS]; /* index + 1 of what is looked at; 0: nothing */
	struct cgroup_layout layout;
	struct cgroup group;
	int memory, processes; /* indexes of hierarchies, -1: none */
	int64_t deadline_ms;   /* of a monotonic clock; 0: none */
	bool asked_to_end;
};

/** Prepare looks. */
void watcher_look_prepare(struct watcher *watcher);

/** Note what a waiting call is about to do to files and addresses. Hostile processes may lie about
 * it to us, never to the kernel: what they hide from us is missing in the profile. */
void watcher_look(struct watcher *watcher, const struct seccomp_notice *notice);

/** Note the most that was used so far. */
void watcher_measure(struct watcher *watcher);

/** The watcher's life. */
void watcher_run(const struct watch *watch) __attribute__((noreturn));
