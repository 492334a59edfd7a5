/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <errno.h>

/*
 * One attempt: 0 when it succeeded, else the errno that stopped it, BLOCKED when there is none. It
 * changes nothing that outlives the context, and runs in a process of its own.
 */
struct probe {
	const char *name; /* of its drill */
	int (*attempt)(void);
};

enum { BLOCKED = 4095 }; /* no errno */

/* The tables; each ends with name == NULL. */
extern const struct probe probes_mounts[], probes_kernel[], probes_calls[], probes_files[];

/** 0 when a system call gave a result, else its errno. */
static inline int probe_result(long result)
{
	return result < 0 ? errno : 0;
}

/**
 * Whether a system call reached the kernel's own code, from its result: a filter answers EPERM,
 * ENOSYS or the error it was told; everything else only the kernel itself says.
 */
static inline int probe_reached(long result)
{
	return result < 0 && (errno == EPERM || errno == ENOSYS || errno == EIO) ? errno : 0;
}

/** Open and close a file: 0, or the errno. */
int probe_open(const char *path, int flags);
