/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

/*
 * The container sees of each hierarchy its own folder alone, where the host has the hierarchy. A
 * copy of that folder looks, from the container's cgroup namespace, like a mount of its own.
 */

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

enum { CGROUP_VERSION_2 = 0x63677270 };

static const char *name_of(const struct cgroup_hierarchy *hierarchy)
{
	const char *slash = strrchr(hierarchy->mount, '/');
	return slash ? slash + 1 : hierarchy->mount;
}

/* The container's cgroups; none when only the child may copy mounts: ours are not of its own
 * namespace. */
static const struct cgroup *own_cgroup(const struct rootfs *rootfs)
{
	return rootfs->deferred ? NULL : rootfs->cgroup;
}

static bool is_pure(const struct cgroup *cgroup)
{
	return cgroup->layout->count == 1 && cgroup->layout->items[0].unified;
}

/* A cgroup namespace made by someone who is not root of the host: version 2 shows its own part. */
static int make_own(const struct rootfs *rootfs, struct rootfs_mount *mount, int host)
{
	struct statfs status;
	struct mount_new new = {
		.type = "cgroup2",
		.source = "cgroup2",
		.attributes = mount->spec->set | mount->spec->recursive_set,
	};
	if (!rootfs->deferred || !(rootfs->spec->new_namespaces & CLONE_NEWCGROUP) ||
		fstatfs(host, &status) < 0 || (unsigned long)status.f_type != CGROUP_VERSION_2)
		return -1;
	mount->fd = mount_new(&new);
	return mount->fd < 0 ? -1 : 0;
}

/* Without cgroups of its own the container sees the host's, and may change nothing. */
static int copy_host(struct rootfs_mount *mount, int host, struct error *err)
{
	mount->fd = mount_copy(host, true);
	if (mount->fd < 0)
		return mount_fail(STEP_COPY, mount, mount->fd, err);
	struct mount_change change = {
		.set = mount->spec->set | MOUNT_READ_ONLY,
		.propagation = MS_PRIVATE,
		.recursive = true,
	};
	int result = mount_change(mount->fd, &change);
	return result < 0 ? mount_fail(STEP_CHANGE, mount, result, err) : 0;
}

static int open_host(const struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err)
{
	int host = openat(AT_FDCWD, "/sys/fs/cgroup", O_PATH | O_CLOEXEC);
	if (host < 0)
		return mount_fail(STEP_SOURCE, mount, errno, err);
	int result = make_own(rootfs, mount, host);
	if (result < 0)
		result = copy_host(mount, host, err);
	(void)close(host);
	return result;
}

/* "cpu" and "cpuacct" lead to "cpu,cpuacct", as on the host. */
static int link_names(int folder, const char *joined)
{
	struct str rest = str_from(joined), part;
	char name[CGROUP_MOUNT_BYTES];
	if (!strchr(joined, ','))
		return 0;
	while (str_next_part(&rest, ',', &part)) {
		(void)snprintf(name, sizeof(name), "%.*s", STR_ARGS(part));
		if (symlinkat(joined, folder, name) < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

static int open_part(const struct rootfs *rootfs, struct rootfs_mount *mount, unsigned index)
{
	const char *name = name_of(&rootfs->cgroup->layout->items[index]);
	int folder = rootfs->cgroup->folders[index];
	if (folder < 0)
		return 0;
	if (mkdirat(mount->fd, name, 0755) < 0)
		return -errno;
	mount->parts[index] = mount_copy(folder, false);
	return mount->parts[index] < 0 ? mount->parts[index] : link_names(mount->fd, name);
}

static int open_parts(struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err)
{
	static const struct mount_option options[] = {{"mode", "0755"}, {"size", "64k"}};
	struct mount_new new = {
		.type = "tmpfs",
		.source = "cgroup",
		.options = options,
		.option_count = 2,
	};
	mount->fd = mount_new(&new);
	if (mount->fd < 0)
		return mount_fail(STEP_MAKE, mount, mount->fd, err);
	for (unsigned i = 0; i < rootfs->cgroup->layout->count; i++) {
		int result = open_part(rootfs, mount, i);
		if (result < 0)
			return mount_fail(STEP_COPY, mount, result, err);
	}
	return 0;
}

int cgroup_view_open(struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err)
{
	const struct cgroup *cgroup = own_cgroup(rootfs);
	if (!cgroup)
		return open_host(rootfs, mount, err);
	if (!is_pure(cgroup))
		return open_parts(rootfs, mount, err);
	mount->fd = mount_copy(cgroup->folders[0], false);
	return mount->fd < 0 ? mount_fail(STEP_COPY, mount, mount->fd, err)
			     : mount_settle(mount, mount->fd, err);
}

static int attach_part(const struct rootfs *rootfs, struct rootfs_mount *mount, unsigned index)
{
	const char *name = name_of(&rootfs->cgroup->layout->items[index]);
	int target = path_open(mount->fd, name, O_PATH | O_DIRECTORY, PATH_NO_LINKS);
	if (target < 0)
		return target;
	int result = mount_attach(mount->parts[index], target);
	(void)close(target);
	return result;
}

int cgroup_view_attach(struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err)
{
	const struct cgroup *cgroup = own_cgroup(rootfs);
	if (!cgroup || is_pure(cgroup))
		return 0;
	for (unsigned i = 0; i < cgroup->layout->count; i++) {
		int result = mount->parts[i] < 0 ? 0 : attach_part(rootfs, mount, i);
		if (result < 0)
			return mount_fail(STEP_ATTACH, mount, result, err);
	}
	struct mount_change change = {
		.set = mount->spec->set | mount->spec->recursive_set,
		.propagation = MS_PRIVATE,
		.recursive = true,
	};
	int result = mount_change(mount->fd, &change);
	return result < 0 ? mount_fail(STEP_CHANGE, mount, result, err) : 0;
}
