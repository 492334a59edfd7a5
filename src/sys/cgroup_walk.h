/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* Folders below a folder, without memory of their own: a container decides how many there are. */

enum { CGROUP_NAME_BYTES = 256 };

/** Open a path below a mount's root: never through links, upwards, or onto another file system.
 * The descriptor can be listed; -1 and errno. */
int cgroup_walk_open(int mount_fd, const char *path);

/** The next subfolder in the order of the descriptor's position: 1 with its name, 0 at the end, or
 * minus the errno. Position 0 starts again: lseek(folder, 0, SEEK_SET). */
struct cgroup_walk {
	int folder;
	unsigned at, filled;
	char entries[1024] __attribute__((aligned(8)));
};
int cgroup_walk_next(struct cgroup_walk *walk, char ret_name[CGROUP_NAME_BYTES]);

/** Remove everything below a folder, innermost first; 0 or the errno of what stood in the way. */
int cgroup_walk_clear(int folder);

/** Sleep a little longer each time; false once limit_ms have been slept in all. */
struct cgroup_wait {
	unsigned slept_ms, next_ms;
};
bool cgroup_wait_more(struct cgroup_wait *wait, unsigned limit_ms);
