/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/rootfs.h"

#include "programs/gabion-oci/devices.h"
#include "programs/gabion-oci/masks.h"
#include "programs/gabion-oci/views.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void forget(struct rootfs *rootfs)
{
	int *const fds[] = {&rootfs->bundle_fd, &rootfs->root_fd, &rootfs->dev_fd,
		&rootfs->terminals_fd, &rootfs->proc_fd, &rootfs->proc_view, &rootfs->sys_view,
		&rootfs->null_fd, &rootfs->map_fd};
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		*fds[i] = -1;
}

static int root_fail(
	const struct rootfs *rootfs, enum rootfs_step step, int cause, struct error *err)
{
	return rootfs_fail(step, "the root filesystem", rootfs->spec->root.path.origin, cause, err);
}

/* One descriptor per mount and a few more: a caller's soft limit is no reason to fail. */
static void raise_files(struct rootfs *rootfs)
{
	enum { OTHERS = 128 };
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 ||
		limit.rlim_cur >= rootfs->mount_count + rootfs->device_count + OTHERS)
		return;
	rootfs->soft_files = limit.rlim_cur;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void restore_files(struct rootfs *rootfs)
{
	struct rlimit limit;
	if (rootfs->soft_files == 0 || getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = rootfs->soft_files;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	rootfs->soft_files = 0;
}

static int check_namespace(const struct rootfs *rootfs, struct error *err)
{
	const struct spec_namespace *mounts = spec_namespace_of(rootfs->spec, CLONE_NEWNS);
	if (mounts && !mounts->path.text)
		return 0;
	ERROR_SET(err, ERROR_INPUT, rootfs->spec->namespaces.origin,
		"the container has no mount namespace of its own");
	error_set_remedy(err, "add {\"type\": \"mount\"} without a path to linux.namespaces");
	return -1;
}

/* The root filesystem as a tree of its own; -EPERM where only the child may copy mounts. */
static int open_root(struct rootfs *rootfs, struct error *err)
{
	const char *path = rootfs->spec->root.path.text;
	rootfs->bundle_fd = openat(AT_FDCWD, rootfs->bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (rootfs->bundle_fd < 0)
		return rootfs_fail(STEP_SOURCE, "the bundle", NO_ORIGIN, errno, err);
	int root =
		openat(rootfs->bundle_fd, path ? path : "rootfs", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return root_fail(rootfs, STEP_SOURCE, errno, err);
	rootfs->root_fd = mount_copy(root, true);
	(void)close(root);
	if (rootfs->root_fd == -EPERM && !rootfs->deferred)
		return -EPERM;
	if (rootfs->root_fd < 0)
		return root_fail(rootfs, STEP_COPY, rootfs->root_fd, err);
	/* Nothing that is attached below may reach the host; what the host attaches there may reach
	 * the container when it was asked for. */
	unsigned long asked = rootfs->spec->rootfs_propagation;
	bool follows = (asked & (MS_SLAVE | MS_SHARED)) != 0;
	struct mount_change change = {
		.propagation = follows ? MS_SLAVE : MS_PRIVATE,
		.recursive = true,
	};
	int result = mount_change(rootfs->root_fd, &change);
	return result < 0 ? root_fail(rootfs, STEP_CHANGE, result, err) : 0;
}

static int open_all(struct rootfs *rootfs, struct error *err)
{
	bool needs_null = rootfs->spec->masked_paths.count > 0;
	for (size_t i = 0; i < rootfs->mount_count; i++) {
		if (mount_open(rootfs, &rootfs->mounts[i], err) < 0)
			return -1;
		needs_null = needs_null && rootfs->mounts[i].kind != MOUNT_DEV;
	}
	if (needs_null && devices_open_null(rootfs, err) < 0)
		return -1;
	views_open(rootfs);
	return 0;
}

int rootfs_open(struct rootfs *ret_rootfs, struct arena *arena, const struct spec *spec,
	const char *bundle, const struct cgroup *cgroup, struct error *err)
{
	struct rootfs *rootfs = ret_rootfs;
	*rootfs = (struct rootfs){.arena = arena, .spec = spec, .cgroup = cgroup, .bundle = bundle};
	forget(rootfs);
	const char *map = spec_annotation(spec, ROOTFS_MAP_ANNOTATION);
	rootfs->map_root = map && strcmp(map, "true") == 0 && rootfs_has_users(rootfs);
	if (check_namespace(rootfs, err) < 0 || mounts_plan(rootfs, err) < 0 ||
		devices_plan(rootfs, err) < 0)
		return -1;
	raise_files(rootfs);
	/* Of a namespace that is joined nobody knows the map but those in it. */
	const struct spec_namespace *users = spec_namespace_of(spec, CLONE_NEWUSER);
	if (users && users->path.text && spec->uids.count == 0) {
		rootfs->deferred = true;
		return 0;
	}
	int result = open_root(rootfs, err);
	/* -EPERM is -1: only without an error it means that the child must do it. */
	if (result != -EPERM || err->kind != ERROR_NONE)
		return result < 0 ? -1 : open_all(rootfs, err);
	rootfs->deferred = true;
	rootfs->root_fd = -1;
	(void)close(rootfs->bundle_fd);
	rootfs->bundle_fd = -1;
	return 0;
}

int rootfs_map(struct rootfs *rootfs, int user_namespace, struct error *err)
{
	struct mount_change change = {.set = MOUNT_IDMAP, .map = user_namespace};
	if (rootfs->map_root) {
		int result = rootfs->deferred ? -EPERM : mount_change(rootfs->root_fd, &change);
		if (result < 0)
			return root_fail(rootfs, STEP_MAP, result, err);
	}
	for (size_t i = 0; i < rootfs->mount_count; i++) {
		struct rootfs_mount *mount = &rootfs->mounts[i];
		if (!mount->waits)
			continue;
		change.recursive = mount->spec->idmap_recursive;
		int result = rootfs->deferred ? -EPERM : mount_change(mount->fd, &change);
		if (result < 0)
			return mount_fail(STEP_MAP, mount, result, err);
	}
	return 0;
}

/* Cover our root, with what is below it: all of that goes with the pivot. */
static int attach_roots(struct rootfs *rootfs, struct error *err)
{
	struct mount_change change = {.propagation = MS_PRIVATE, .recursive = true};
	int top = openat(AT_FDCWD, "/", O_PATH | O_CLOEXEC);
	if (top < 0)
		return root_fail(rootfs, STEP_ATTACH, errno, err);
	int result = mount_change(top, &change);
	if (result == 0)
		result = views_show(rootfs, top);
	if (result == 0)
		result = mount_attach(rootfs->root_fd, top);
	(void)close(top);
	return result < 0 ? root_fail(rootfs, STEP_ATTACH, result, err) : 0;
}

int rootfs_build(struct rootfs *rootfs, struct error *err)
{
	if (rootfs->deferred) {
		int result = open_root(rootfs, err);
		if (result < 0 || open_all(rootfs, err) < 0)
			return -1;
	}
	if (attach_roots(rootfs, err) < 0)
		return -1;
	mode_t mask = umask(0);
	int result = 0;
	for (size_t i = 0; result == 0 && i < rootfs->mount_count; i++)
		result = mount_build(rootfs, &rootfs->mounts[i], err);
	(void)umask(mask);
	return result;
}

int rootfs_console(struct rootfs *rootfs, int terminal, struct error *err)
{
	static const char what[] = "the terminal at '/dev/console'";
	bool made;
	int mount = mount_copy(terminal, false);
	if (mount < 0)
		return rootfs_fail(STEP_COPY, what, NO_ORIGIN, mount, err);
	int target = rootfs->dev_fd >= 0
			     ? path_make(rootfs->dev_fd, "console", PATH_FILE, PATH_NO_LINKS, &made)
			     : target_make(rootfs, "dev/console", PATH_FILE, &made);
	int result = target < 0 ? target : mount_attach(mount, target);
	(void)close(mount);
	if (target >= 0)
		(void)close(target);
	return result < 0 ? rootfs_fail(STEP_ATTACH, what, NO_ORIGIN, result, err) : 0;
}

static int change_root(const struct rootfs *rootfs)
{
	if (!rootfs->no_pivot)
		return mount_pivot(rootfs->root_fd);
	return fchdir(rootfs->root_fd) < 0 || chroot(".") < 0 || chdir("/") < 0 ? -errno : 0;
}

/* A working directory outside the root reads "(unreachable)": a way out. */
static int check_inside(void)
{
	char at[2 * sizeof("(unreachable)")];
	long length = syscall(SYS_getcwd, at, sizeof(at));
	return length > 0 && strcmp(at, "/") == 0 ? 0 : -EXDEV;
}

static int settle_root(const struct rootfs *rootfs)
{
	unsigned long asked = rootfs->spec->rootfs_propagation;
	struct mount_change change = {
		.set = rootfs->spec->root.readonly ? MOUNT_READ_ONLY : 0,
		.propagation = asked,
		.recursive = (asked & MS_REC) != 0,
	};
	if (!change.recursive || !change.set)
		return mount_change(rootfs->root_fd, &change);
	/* Read-only is the root alone, whatever the propagation of what is below. */
	struct mount_change propagation = {.propagation = asked, .recursive = true};
	change.propagation = 0;
	change.recursive = false;
	int result = mount_change(rootfs->root_fd, &change);
	return result < 0 ? result : mount_change(rootfs->root_fd, &propagation);
}

int rootfs_enter(struct rootfs *rootfs, struct error *err)
{
	if (masks_apply(rootfs, err) < 0)
		return -1;
	int result = change_root(rootfs);
	if (result == 0)
		result = check_inside();
	if (result < 0)
		return root_fail(rootfs, STEP_PIVOT, result, err);
	result = settle_root(rootfs);
	if (result < 0)
		return root_fail(rootfs, STEP_CHANGE, result, err);
	restore_files(rootfs);
	return 0;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

void rootfs_release(struct rootfs *rootfs)
{
	/* dev_fd, terminals_fd and proc_fd are borrowed from mounts. */
	int *const fds[] = {&rootfs->bundle_fd, &rootfs->root_fd, &rootfs->proc_view,
		&rootfs->sys_view, &rootfs->null_fd, &rootfs->map_fd};
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		close_one(fds[i]);
	for (size_t i = 0; i < rootfs->mount_count; i++) {
		close_one(&rootfs->mounts[i].fd);
		for (size_t part = 0; part < CGROUP_HIERARCHIES; part++)
			close_one(&rootfs->mounts[i].parts[part]);
	}
	for (size_t i = 0; i < rootfs->device_count; i++)
		close_one(&rootfs->devices[i].fd);
	rootfs->mount_count = rootfs->device_count = 0;
	rootfs->dev_fd = rootfs->terminals_fd = rootfs->proc_fd = -1;
	restore_files(rootfs);
}
