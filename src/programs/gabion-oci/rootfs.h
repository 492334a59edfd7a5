/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec.h"
#include "sys/cgroup.h"

/*
 * The mount tree of a container. Everything is built detached and attached by descriptor; no path
 * of the image is followed out of it, and no name is resolved twice. In this order:
 *
 *   parent   rootfs_open()     sources, /dev with its devices, what needs the host's rights
 *            seed_enter()      (seed.h) clone3() from a namespace without the host's mounts
 *            seed_leave()
 *   parent   rootfs_map()      once the child's id maps are written, before it goes on
 *   child    rootfs_build()    in its namespaces: attach everything below the new root
 *            rootfs_console()  once the terminal is open, when there is one
 *            (hooks createContainer)
 *            rootfs_enter()    pivot, masks, read-only paths; "/" is the container's from here on
 *   both     rootfs_release()
 *
 * In the child no path of the host can be opened between seed_enter() and rootfs_enter(): what it
 * needs must be open before. An error names the step, the mount with its place in config.json, the
 * cause and the remedy.
 */
struct rootfs {
	struct arena *arena;
	const struct spec *spec;
	const struct cgroup *cgroup;
	const char *bundle;
	int root_fd;                 /* the container's "/" */
	int dev_fd;                  /* its /dev when it is ours, else -1 */
	int terminals_fd;            /* its devpts, for opening "ptmx"; -1 without one */
	int proc_fd;                 /* its /proc, a new instance, for sysctls; -1 without one */
	struct rootfs_mount *mounts; /* one per entry of the configuration, see mounts.h */
	size_t mount_count;
	int proc_view, sys_view;   /* what a user namespace must see to get its own; or -1 */
	bool deferred;             /* the child must open what the parent has no right to */
	bool no_pivot;             /* the caller sets it after rootfs_open(): --no-pivot */
	uint64_t files_soft_limit; /* RLIMIT_NOFILE to be restored; 0: untouched */
};

/**
 * Open what the tree is made of. bundle is absolute; cgroup is NULL when the container has none of
 * its own. spec, cgroup, bundle and arena must outlive rootfs. Release in the end, also after -1.
 */
int rootfs_open(struct rootfs *ret_rootfs, struct arena *arena, const struct spec *spec,
	const char *bundle, const struct cgroup *cgroup, struct error *err);

/** Map ids of mounts that ask for it as the user namespace of the container does. */
int rootfs_map(struct rootfs *rootfs, int user_namespace, struct error *err);

/** Attach everything below the new root; the namespace must be the caller's own. Sysctls are still
 * out of reach. */
int rootfs_build(struct rootfs *rootfs, struct error *err);

/** Put a terminal (a file of rootfs->terminals_fd) over /dev/console. */
int rootfs_console(struct rootfs *rootfs, int terminal, struct error *err);

/** Make the tree the root of the namespace and of the process, cover what is to be masked, make
 * read-only what is to be; the working directory is then "/". */
int rootfs_enter(struct rootfs *rootfs, struct error *err);

/** Close what is open. Attached mounts stay. */
void rootfs_release(struct rootfs *rootfs);
