/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Which system calls the processes of one cgroup make, recorded by the kernel itself: two programs
 * at tracepoints, and nobody waits. A call that a seccomp filter refuses is not recorded. The
 * cgroup is one of version 2, without those below it.
 */

enum { CALL_RECORDER_CALLS = 512 }; /* numbers above are not recorded */

struct call_recorder {
	int memory;   /* shared with the programs */
	int links[2]; /* each keeps a program at its tracepoint */
};

struct recorded_calls {
	bool begun; /* a program was executed; what came before is not recorded */
	uint8_t made[CALL_RECORDER_CALLS];
};

/**
 * Put the programs in place: 0, or minus the errno where kernel or rights do not allow it. Needs
 * CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN. Close it in the end, also after that. Source: bpf(2).
 */
int call_recorder_open(struct call_recorder *ret_recorder);

/** Record from the next execve() in a cgroup on, given by its folder of version 2, open. */
int call_recorder_watch(const struct call_recorder *recorder, int folder);

/** What was recorded so far. */
int call_recorder_read(const struct call_recorder *recorder, struct recorded_calls *ret_calls);

/** Take the programs away, and what they recorded. */
void call_recorder_close(struct call_recorder *recorder);
