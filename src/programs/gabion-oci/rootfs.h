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
 *   child    rootfs_build()    in its namespaces, as their root: attach everything
 *            rootfs_console()  once the terminal is open, when there is one
 *            (hooks createContainer, sysctls through proc_fd)
 *            rootfs_enter()    masks, read-only paths, pivot; "/" is the container's from here on
 *   both     rootfs_release()
 *
 * In the child no path of the host can be opened after seed_enter(): what it needs must be open
 * before. An error names the step, the mount with its place in config.json, the cause and the
 * remedy.
 */
struct rootfs {
	struct arena *arena;
	const struct spec *spec;
	const struct cgroup *cgroup;
	const char *bundle;
	int bundle_fd;
	int root_fd;                 /* the container's "/" */
	int dev_fd;                  /* its /dev when it is ours, else -1 */
	int terminals_fd;            /* its devpts, for opening "ptmx"; -1 without one */
	int proc_fd;                 /* its /proc, a new instance, for sysctls; -1 without one */
	struct rootfs_mount *mounts; /* see mounts.h */
	size_t mount_count;
	struct rootfs_device *devices; /* see devices.h */
	size_t device_count;
	int proc_view, sys_view; /* what the host shows, for user namespaces; or -1 */
	int null_fd;             /* to mask files with; -1: the null device of our /dev */
	int map_fd;              /* the last user namespace made for a mapping of ids, or -1 */
	const struct spec_mount *mapped_last; /* and whose mapping it has */
	bool null_loose;                      /* null_fd is a mount not attached yet */
	bool map_root;                        /* annotation ROOTFS_MAP_ANNOTATION */
	bool deferred;       /* the child must open what the parent has no right to */
	bool no_pivot;       /* the caller sets it after rootfs_open(): --no-pivot */
	uint64_t soft_files; /* RLIMIT_NOFILE to go back to; 0: as it was */
};

/* "true": the root filesystem belongs to the host's ids and is shown with the container's. */
#define ROOTFS_MAP_ANNOTATION "dev.gabion.rootfs.idmap"

/**
 * Open what the tree is made of. bundle is absolute; cgroup is NULL when the container has none of
 * its own. spec, cgroup, bundle and arena must outlive rootfs. Release in the end, also after -1.
 */
int rootfs_open(struct rootfs *ret_rootfs, struct arena *arena, const struct spec *spec,
	const char *bundle, const struct cgroup *cgroup, struct error *err);

/** Map ids of mounts that ask for it as the user namespace of the container does. */
int rootfs_map(struct rootfs *rootfs, int user_namespace, struct error *err);

/** Attach everything below the new root. The mount namespace must be the caller's own, the user
 * and group id 0 of the container's user namespace. Takes nothing from the arena. */
int rootfs_build(struct rootfs *rootfs, struct error *err);

/** Put a terminal (a file of rootfs->terminals_fd) over /dev/console. */
int rootfs_console(struct rootfs *rootfs, int terminal, struct error *err);

/** Cover what is to be masked, make read-only what is to be, make the tree the root of namespace
 * and process; the working directory is then "/". */
int rootfs_enter(struct rootfs *rootfs, struct error *err);

/** Close what is open. Attached mounts stay. */
void rootfs_release(struct rootfs *rootfs);
