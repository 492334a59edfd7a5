/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sys/cgroup.h"

/** Look for the mount of a hierarchy in /proc/self/mountinfo: by its controllers as
 * /proc/self/cgroup lists them ("cpu,cpuacct", "name=systemd"), or by "" for version 2. Slow where
 * there are thousands of mounts: only for what is not where convention has it. */
bool cgroup_mounts_find(struct str list, char ret_mount[CGROUP_MOUNT_BYTES]);
