/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/mounts.h"

/*
 * What the host shows of /proc and /sys, for user namespaces: the kernel gives one a proc or sysfs
 * of its own only while it sees the host's; and where the container shares what they show (the pid
 * or the network namespace), it gets the host's, all of it.
 */

/** Copy what a user namespace will need; what cannot be had is done without. */
void views_open(struct rootfs *rootfs);

/** Let them be seen until the pivot, below the root at top: 0, or minus the errno. */
int views_show(struct rootfs *rootfs, int top);

/** Give an entry that could not be made (proc, sysfs) the host's; -1 when that is not to be had. */
int views_take(struct rootfs *rootfs, struct rootfs_mount *mount);
