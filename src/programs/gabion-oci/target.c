/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

/* The deepest mount of ours at or above a path; of two at the same place, the one on top. */
static int base_of(const struct rootfs *rootfs, const char *path, const char **ret_rest)
{
	int base = rootfs->root_fd;
	*ret_rest = path;
	for (size_t i = 0; i < rootfs->mount_count; i++) {
		const struct rootfs_mount *mount = &rootfs->mounts[i];
		const char *rest = mount->attached ? path_below(path, mount->path) : NULL;
		if (!rest || rest < *ret_rest)
			continue;
		base = mount->fd;
		*ret_rest = rest;
	}
	return base;
}

int target_mount(const struct rootfs *rootfs, const char *path)
{
	const char *rest;
	int base = base_of(rootfs, path, &rest);
	return rest[0] == '\0' ? base : -1;
}

void target_covered(struct rootfs *rootfs, struct rootfs_mount *by)
{
	for (size_t i = 0; i < rootfs->mount_count; i++)
		if (rootfs->mounts[i].attached && path_below(rootfs->mounts[i].path, by->path))
			rootfs->mounts[i].attached = false;
	by->attached = !by->file;
}

/* Folders of the image that only filesystems of ours may cover: no link may stand in for them. */
static bool is_for_kernel(const char *path)
{
	return path_below(path, "dev") || path_below(path, "proc") || path_below(path, "sys");
}

/* Filesystems whose files mean something to the kernel. Source: linux/magic.h. */
static const unsigned long kernel_filesystems[] = {
	0x9fa0,     /* proc */
	0x62656572, /* sysfs */
	0x27e0eb,   /* cgroup */
	0x63677270, /* cgroup2 */
	0x1cd1,     /* devpts */
	0x64626720, /* debugfs */
	0x74726163, /* tracefs */
	0x73636673, /* securityfs */
	0xf97cff8c, /* selinuxfs */
	0xcafe4a11, /* bpf */
	0x6e736673, /* nsfs */
};

/* Whether a file is of /dev or of the cgroups as we made them: what the kernel made is told by its
 * kind. */
static bool is_ours(const struct rootfs *rootfs, const struct stat *file)
{
	struct stat top;
	for (size_t i = 0; i < rootfs->mount_count; i++) {
		const struct rootfs_mount *mount = &rootfs->mounts[i];
		bool kept = mount->kind == MOUNT_DEV || mount->kind == MOUNT_CGROUPS;
		if (kept && mount->attached && fstat(mount->fd, &top) == 0 &&
			top.st_dev == file->st_dev)
			return true;
	}
	return false;
}

/* After a link of the image led into another mount: which? Takes fd over. */
static int landed(const struct rootfs *rootfs, int fd)
{
	struct statfs status;
	struct stat file;
	bool refused = fstatfs(fd, &status) < 0 || fstat(fd, &file) < 0 || is_ours(rootfs, &file);
	for (size_t i = 0; i < sizeof(kernel_filesystems) / sizeof(kernel_filesystems[0]); i++)
		refused = refused || (unsigned long)status.f_type == kernel_filesystems[i];
	if (!refused)
		return fd;
	(void)close(fd);
	return -EXDEV;
}

typedef int opener(int base, const char *path, enum path_kind kind, unsigned rules, bool *ret_made);

static int open_existing(
	int base, const char *path, enum path_kind kind, unsigned rules, bool *ret_made)
{
	(void)kind;
	*ret_made = false;
	return path_open(base, path, O_PATH, rules);
}

static int resolve(const struct rootfs *rootfs, const char *path, enum path_kind kind,
	opener *open_at, bool *ret_made)
{
	const char *rest;
	int base = base_of(rootfs, path, &rest);
	if (base != rootfs->root_fd || is_for_kernel(path))
		return open_at(base, rest, kind, PATH_NO_LINKS, ret_made);
	int fd = open_at(base, rest, kind, PATH_SAME_MOUNT, ret_made);
	if (fd != -EXDEV)
		return fd;
	fd = open_at(base, rest, kind, PATH_ANY, ret_made);
	return fd < 0 ? fd : landed(rootfs, fd);
}

int target_open(const struct rootfs *rootfs, const char *path)
{
	bool made;
	return resolve(rootfs, path, PATH_FOLDER, open_existing, &made);
}

int target_make(const struct rootfs *rootfs, const char *path, enum path_kind kind, bool *ret_made)
{
	return resolve(rootfs, path, kind, path_make, ret_made);
}
