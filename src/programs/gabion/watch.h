/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "layers/context/observed.h"
#include "layers/context/seccomp.h"
#include "sys/call_recorder.h"

#include <sys/types.h>

/*
 * Watching one run of a workload: a process of its own answers the calls that wait for it, as the
 * floor decides, and notes them in memory that it shares with its parent. Where the kernel can
 * record the others none of them needs to wait.
 */

enum { WATCH_PATH_BYTES = 108 };

struct watch {
	struct observed *observed;           /* shared memory */
	const struct seccomp_program *floor; /* decides what may be done */
	const uint8_t *floor_says;           /* of learn_floor() */
	const char *cgroup;                  /* where the workload will be; empty: not known */
	int64_t most_ms;                     /* then it is asked to end; 0: never */
	bool records;                        /* asked for; then whether the recorder is there */
	struct call_recorder recorder;
	char folder[WATCH_PATH_BYTES], path[WATCH_PATH_BYTES]; /* of the socket */
	int socket;
	pid_t watcher;
};

/** Whether a call is looked at in every run, for its arguments or its moment. */
bool watch_looks_at(const char *call);

/** Memory that a watcher can share; NULL with err. watch_unshare() gives it back. */
struct observed *watch_share(struct error *err);
void watch_unshare(struct observed *observed);

/** Begin a run in observed, and listen at watch->path. */
int watch_open(struct watch *watch, struct error *err);

/** Start the watcher. */
int watch_start(struct watch *watch, struct error *err);

/** The run has ended: so does the watcher. Nothing is left of the socket; also after -1. */
void watch_close(struct watch *watch);
