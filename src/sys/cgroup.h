/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

#include <sys/types.h>

/* The controllers of the kernel; "io" is "blkio" on version 1. */
enum cgroup_controller {
	CGROUP_CPU,
	CGROUP_CPUACCT,
	CGROUP_CPUSET,
	CGROUP_MEMORY,
	CGROUP_PIDS,
	CGROUP_IO,
	CGROUP_DEVICES,
	CGROUP_FREEZER,
	CGROUP_HUGETLB,
	CGROUP_NET_CLS,
	CGROUP_NET_PRIO,
	CGROUP_PERF_EVENT,
	CGROUP_RDMA,
	CGROUP_MISC,
	CGROUP_CONTROLLERS,
};

#define CGROUP_BIT(controller) (1U << (controller))

enum {
	CGROUP_HIERARCHIES = 16,  /* the kernel has 14 controllers, one name (systemd), version 2 */
	CGROUP_MOUNT_BYTES = 96,  /* of the path of a mount, for messages */
	CGROUP_PATH_BYTES = 1024, /* of a path below the mounts */
};

/* One mounted hierarchy. */
struct cgroup_hierarchy {
	int mount_fd;         /* O_PATH, of its root as mounted */
	bool unified;         /* version 2 */
	uint32_t controllers; /* CGROUP_BIT()s it manages; none for a named one */
	dev_t device;
	char mount[CGROUP_MOUNT_BYTES];
};

/* Where each controller is mounted. */
struct cgroup_layout {
	struct cgroup_hierarchy items[CGROUP_HIERARCHIES];
	unsigned count;
};

/* One folder in every hierarchy of a layout, which it borrows. */
struct cgroup {
	const struct cgroup_layout *layout;
	int folders[CGROUP_HIERARCHIES]; /* -1 where there is none */
	uint32_t made;                   /* bits of the hierarchies where it did not exist before */
	char path[CGROUP_PATH_BYTES];    /* without '/' at its ends */
};

/**
 * Find the hierarchies, as /proc/self/cgroup names them, below folder ("/sys/fs/cgroup") or else
 * wherever /proc/self/mountinfo says; only file systems of the kernel's cgroups count, whatever
 * folders bear their names. No hierarchy at all is an error. Close it in the end, also after -1.
 */
int cgroup_layout_open(struct cgroup_layout *ret_layout, const char *folder, struct error *err);
void cgroup_layout_close(struct cgroup_layout *layout);

/** The index of the hierarchy that manages a controller, -1 when none does; of version 2, or -1. */
int cgroup_layout_find(const struct cgroup_layout *layout, enum cgroup_controller controller);
int cgroup_layout_unified(const struct cgroup_layout *layout);

/** The name of a controller as version 2, or version 1, spells it. */
const char *cgroup_controller_name(enum cgroup_controller controller, bool unified);

/**
 * Turn what a configuration calls a path ("/a/b", "a//b", "slice:prefix:name" as systemd has it)
 * into one below the mounts: no empty parts and no "."; ".." and the root itself are errors.
 */
int cgroup_path(const char *text, char ret_path[CGROUP_PATH_BYTES], struct error *err);

/** Whether a text has systemd's form. */
bool cgroup_path_is_systemd(const char *text);

/**
 * Make the folder of a path in every hierarchy, parents too; on version 2 the parents hand down
 * what controllers they can, and must hand down `needed` (CGROUP_BIT()s). A folder that exists must
 * be empty and not frozen. On -1 nothing that was made is left. Close it in the end, also after -1.
 */
int cgroup_make(struct cgroup *ret_group, const struct cgroup_layout *layout, const char *path,
	uint32_t needed, struct error *err);

/** Open what cgroup_make() made, as far as it still exists. Close it in the end, also after -1. */
int cgroup_open(struct cgroup *ret_group, const struct cgroup_layout *layout, const char *path,
	struct error *err);
void cgroup_close(struct cgroup *group);

/** Remove the folders, all below them, and the parents cgroup_make() once made, as they become
 * empty; waits a while for dying processes. What is gone already is no error. */
int cgroup_remove(struct cgroup *group, struct error *err);
