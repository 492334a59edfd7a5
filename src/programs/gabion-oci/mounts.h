/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/rootfs.h"
#include "sys/mounts.h"
#include "sys/path.h"

/* Between the files that build a container's mount tree. */

enum mount_kind {
	MOUNT_BIND,    /* a copy of what the host has */
	MOUNT_DEV,     /* /dev, ours */
	MOUNT_INSIDE,  /* made in the container's namespaces: proc, sysfs, tmpfs, devpts, mqueue */
	MOUNT_OUTSIDE, /* made with the host's rights and paths: overlay, ext4... */
	MOUNT_CGROUPS, /* the container's own cgroups, as the host has the hierarchies */
	MOUNT_REMOUNT, /* a change to what is there */
};

/* One entry of "mounts" on its way. */
struct rootfs_mount {
	const struct spec_mount *spec;
	const char *path; /* clean: "dev/pts" */
	enum mount_kind kind;
	const struct mount_option *options; /* of a filesystem to be made */
	size_t option_count;
	int fd;                        /* the mount, detached and then attached; -1 */
	bool file;                     /* it covers a file */
	bool attached;                 /* and what lies below it is found by fd */
	bool waits;                    /* for the container's user namespace, to map ids by */
	int parts[CGROUP_HIERARCHIES]; /* of MOUNT_CGROUPS: one mount per hierarchy, or -1 */
};

/* What was being done when something failed. */
enum rootfs_step {
	STEP_SOURCE, /* open the source */
	STEP_MAKE,   /* make the filesystem */
	STEP_LABEL,  /* make it with a label */
	STEP_COPY,   /* copy a mount of the host */
	STEP_CHANGE, /* set attributes or propagation */
	STEP_MAP,    /* map ids */
	STEP_TARGET, /* find or make the place in the root filesystem */
	STEP_ATTACH,
	STEP_FILL,   /* put devices or an image's files into it */
	STEP_DEVICE, /* make a device */
	STEP_MASK,
	STEP_LOCK, /* make read-only */
	STEP_PIVOT,
};

/** Say which step failed for what: "cannot attach the tmpfs at '/tmp': ...", with its place in
 * config.json and the remedy for that errno (positive or negative). Returns -1. */
int rootfs_fail(enum rootfs_step step, const char *what, struct origin origin, int cause,
	struct error *err);
int mount_fail(
	enum rootfs_step step, const struct rootfs_mount *mount, int cause, struct error *err);

/** Whether the container has a user namespace that is not ours. */
bool rootfs_has_users(const struct rootfs *rootfs);

/** Sort the entries of the configuration out; opens nothing. */
int mounts_plan(struct rootfs *rootfs, struct error *err);

/** Open what the host has of one entry; in the parent, or in the child when it was deferred. */
int mount_open(struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err);

/** Make what the container's namespaces have, and attach one entry. In the child. */
int mount_build(struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err);

/** Make the filesystem of an entry, with its options after one of ours (key NULL: none), into
 * mount->fd. */
int mount_make(struct rootfs_mount *mount, struct mount_option first, struct error *err);

/** Whether an entry has an option of its filesystem. */
bool mount_has_option(const struct rootfs_mount *mount, const char *key);

/** Set attributes and propagation an entry asks for; those the kernel has locked stay. */
int mount_settle(const struct rootfs_mount *mount, int fd, struct error *err);

/** Where a clean path is in the new root, from the deepest mount of ours above it: O_PATH, or minus
 * the errno; the second makes what is missing. */
int target_open(const struct rootfs *rootfs, const char *path);
int target_make(const struct rootfs *rootfs, const char *path, enum path_kind kind, bool *ret_made);

/** The mount of ours that a clean path is the root of, or -1. */
int target_mount(const struct rootfs *rootfs, const char *path);

/** An entry was attached: what it covers is no longer found, what lies below it is found by it. */
void target_covered(struct rootfs *rootfs, struct rootfs_mount *by);

/** Fill a tmpfs, not attached yet, with copies of what the image has at its place (O_PATH): files,
 * folders, links, their owners and modes; 0, or minus the errno. Limits: LIMIT_COPY_UP_*. */
int copy_up(int from, int to);

/** The cgroups of the container: copies in the parent, attached in the child. */
int cgroup_view_open(struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err);
int cgroup_view_attach(struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err);

/** Map the ids of an entry by its own table; in the parent. */
int idmap_apply(struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err);
