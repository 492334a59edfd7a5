/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

#include <sys/types.h>

/*
 * The other end of SECCOMP_RET_USER_NOTIF: calls that wait for our answer. Functions give 0, or
 * minus the errno, unless said otherwise. Source: seccomp_unotify(2); runtime-spec "seccomp
 * notification", for how the listener reaches us.
 */

/* A call that waits. */
struct seccomp_notice {
	uint64_t id;
	pid_t pid; /* of the calling thread, in our pid namespace */
	int number;
	uint32_t audit_arch;
	uint64_t args[6];
};

/** Listen at a path, which must not exist and be of less than 108 bytes: a descriptor. */
int seccomp_notify_open(const char *path);

/** Wait for the runtime at that socket, at most timeout_ms, and take the listener: a descriptor. */
int seccomp_notify_take(int socket, int timeout_ms);

/** Let waker and woken share a processor, so that none has to be woken; EINVAL before Linux 6.6. */
int seccomp_notify_share_processor(int listener);

/** Wait for a call at most timeout_ms (-1: for ever): 1 and the call, 0 when no process is left
 * that could make one, -ETIME. */
int seccomp_notify_next(int listener, int timeout_ms, struct seccomp_notice *ret_notice);

/** Whether the call still waits: only then was what its process's files said about it. */
bool seccomp_notify_waits(int listener, uint64_t id);

/** Answer: the kernel carries the call out, or (error > 0) it fails with that errno. A process that
 * is gone is no error. */
int seccomp_notify_answer(int listener, uint64_t id, int error);
