/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

#include <stdint.h>
#include <sys/types.h>

/* A process to be cloned into namespaces of its own. */
struct namespace_clone {
	uint64_t flags; /* CLONE_NEW*, CLONE_PARENT */
	int cgroup;     /* a folder of version 2 it is born into, or -1 */
	int pidfd;      /* afterwards, in the parent */
};

/**
 * Clone ourselves as fork(2) does: the child's pid, 0 in the child, or minus the errno. Source:
 * clone3(2).
 */
pid_t namespace_clone(struct namespace_clone *clone);

/** Join namespaces: of a kind (CLONE_NEW*) by its file, or of several by a process' pidfd. 0 or
 * minus the errno. Source: setns(2). */
int namespace_join(int fd, uint64_t kinds);

/** Leave for new ones: 0 or minus the errno. Source: unshare(2). */
int namespace_leave(uint64_t kinds);

/* One line of a map of ids. */
struct namespace_map {
	uint32_t inside, outside, size;
};

/** Write the map "uid_map" or "gid_map" of a process: 0 or minus the errno. proc is "/proc" open.
 * Source: user_namespaces(7). */
int namespace_write_map(
	int proc, pid_t pid, const char *file, const struct namespace_map *maps, size_t count);
