/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/mounts.h"

#include "programs/gabion-oci/devices.h"
#include "programs/gabion-oci/views.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

enum { PROC_FILESYSTEM = 0x9fa0 };

static int make_fail(
	const struct rootfs_mount *mount, const struct mount_new *new, int cause, struct error *err)
{
	char what[ERROR_MESSAGE_BYTES];
	const struct mount_option *refused = new->refused;
	int length = snprintf(what, sizeof(what), "mount '/%s' (%s)", mount->path, new->type);
	size_t used = length < 0 || (size_t)length >= sizeof(what) ? 0 : (size_t)length;
	if (refused)
		(void)snprintf(what + used, sizeof(what) - used, " with option \"%s%s%s\"%s%s",
			refused->key, refused->value ? "=" : "",
			refused->value ? refused->value : "", new->log[0] ? ": " : "", new->log);
	else if (new->log[0])
		(void)snprintf(what + used, sizeof(what) - used, ": %s", new->log);
	(void)rootfs_fail(refused && strcmp(refused->key, "context") == 0 ? STEP_LABEL : STEP_MAKE,
		what, mount->spec->origin, cause, err);
	return -1;
}

int mount_make(struct rootfs_mount *mount, struct mount_option first, struct error *err)
{
	struct mount_option options[32];
	struct mount_new new = {
		.type = mount->spec->type.text,
		.source = mount->spec->source.text,
		.options = options,
		.attributes = mount->spec->set | mount->spec->recursive_set,
	};
	if (first.key)
		options[new.option_count++] = first;
	if (mount->option_count > sizeof(options) / sizeof(options[0]) - new.option_count)
		return rootfs_fail(STEP_MAKE, "a mount with that many options", mount->spec->origin,
			E2BIG, err);
	for (size_t i = 0; i < mount->option_count; i++) {
		const struct mount_option *option = &mount->options[i];
		options[new.option_count++] = *option;
		if (option->value && strlen(option->value) >= MOUNT_OPTION_BYTES) {
			new.refused = option;
			return make_fail(mount, &new, E2BIG, err);
		}
	}
	mount->fd = mount_new(&new);
	return mount->fd < 0 ? make_fail(mount, &new, mount->fd, err) : 0;
}

/* A change, once more without what the kernel has locked there if it refuses it. */
static int change_unlocked(int fd, struct mount_change change)
{
	uint64_t locked;
	int result = mount_change(fd, &change);
	if (result != -EPERM || !(change.clear | (change.set & MOUNT_ATIME)))
		return result;
	if (mount_attributes(fd, &locked) < 0)
		return result;
	change.clear &= ~(locked | MOUNT_ATIME | MOUNT_NO_FOLDER_ATIME);
	change.set &= ~(uint64_t)(MOUNT_ATIME | MOUNT_NO_FOLDER_ATIME);
	return mount_change(fd, &change);
}

int mount_settle(const struct rootfs_mount *mount, int fd, struct error *err)
{
	const struct spec_mount *spec = mount->spec;
	bool tree = spec->bind_recursive || mount->kind == MOUNT_CGROUPS;
	unsigned long propagation = spec->propagation;
	if (!propagation && mount->kind != MOUNT_REMOUNT)
		propagation = MS_PRIVATE | MS_REC;
	struct mount_change below = {spec->recursive_set, spec->recursive_clear, 0, -1, tree};
	struct mount_change top = {spec->set, spec->clear, 0, -1, false};
	if (!tree) {
		top.set |= below.set;
		top.clear |= below.clear;
		top.propagation = propagation;
		below = (struct mount_change){0};
	} else if (propagation & MS_REC) {
		below.propagation = propagation;
	} else {
		/* What is below stays apart from the host all the same. */
		below.propagation = propagation & MS_SHARED ? 0 : MS_SLAVE;
		top.propagation = propagation;
	}
	int result = change_unlocked(fd, below);
	if (result == 0)
		result = change_unlocked(fd, top);
	return result < 0 ? mount_fail(STEP_CHANGE, mount, result, err) : 0;
}

/* The source of a bind mount as the host sees it, or minus the errno. */
static int open_source(const struct rootfs *rootfs, struct rootfs_mount *mount)
{
	struct stat status;
	struct statfs filesystem = {0};
	int fd = openat(rootfs->bundle_fd, mount->spec->source.text, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int result = fstat(fd, &status) < 0 || fstatfs(fd, &filesystem) < 0 ? -errno : 0;
	bool proc = path_below(mount->path, "proc") && mount->path[4] == '\0';
	if (result == 0 && proc && (unsigned long)filesystem.f_type != PROC_FILESYSTEM)
		result = -EXDEV;
	if (result < 0) {
		(void)close(fd);
		return result;
	}
	mount->file = !S_ISDIR(status.st_mode);
	return fd;
}

static int open_bind(struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err)
{
	int source = open_source(rootfs, mount);
	if (source < 0)
		return mount_fail(STEP_SOURCE, mount, source, err);
	mount->fd = mount_copy(source, mount->spec->bind_recursive);
	(void)close(source);
	if (mount->fd < 0)
		return mount_fail(STEP_COPY, mount, mount->fd, err);
	if (mount_settle(mount, mount->fd, err) < 0)
		return -1;
	if (mount->spec->idmap && !mount->waits)
		return idmap_apply(rootfs, mount, err);
	return 0;
}

int mount_open(struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err)
{
	struct mount_option none = {NULL, NULL};
	switch (mount->kind) {
	case MOUNT_BIND:
		return open_bind(rootfs, mount, err);
	case MOUNT_DEV:
		return devices_fill(rootfs, mount, err);
	case MOUNT_OUTSIDE:
		if (mount_make(mount, none, err) < 0)
			return -1;
		return mount_settle(mount, mount->fd, err);
	case MOUNT_CGROUPS:
		return cgroup_view_open(rootfs, mount, err);
	case MOUNT_INSIDE:
	case MOUNT_REMOUNT:
		break;
	}
	return 0;
}

static int make_inside(struct rootfs *rootfs, struct rootfs_mount *mount, int target,
	bool target_is_new, struct error *err)
{
	char mode[8];
	struct stat status;
	struct mount_option first = {NULL, NULL};
	bool memory = strcmp(mount->spec->type.text, "tmpfs") == 0;
	/* A tmpfs looks like what it covers, unless it is told how to look. */
	if (memory && !target_is_new && !mount_has_option(mount, "mode") &&
		fstat(target, &status) == 0) {
		(void)snprintf(mode, sizeof(mode), "%o", status.st_mode & 07777);
		first = (struct mount_option){"mode", mode};
	}
	struct error refused = {0};
	if (mount_make(mount, first, &refused) < 0) {
		if (refused.system_errno == EPERM && views_take(rootfs, mount) == 0)
			return 0;
		*err = refused;
		return -1;
	}
	int result = memory && mount->spec->copy_up ? copy_up(target, mount->fd) : 0;
	if (result < 0)
		return mount_fail(STEP_FILL, mount, result, err);
	struct mount_change change = {.propagation = mount->spec->propagation};
	result = mount_change(mount->fd, &change);
	return result < 0 ? mount_fail(STEP_CHANGE, mount, result, err) : 0;
}

static void remember(struct rootfs *rootfs, const struct rootfs_mount *mount)
{
	const char *type = mount->spec->type.text;
	if (mount->kind == MOUNT_INSIDE && strcmp(type, "proc") == 0)
		rootfs->proc_fd = mount->fd;
	if (mount->kind == MOUNT_INSIDE && strcmp(type, "devpts") == 0)
		rootfs->terminals_fd = mount->fd;
	if (mount->kind == MOUNT_DEV)
		rootfs->dev_fd = mount->fd;
}

static int attach_at(
	struct rootfs *rootfs, struct rootfs_mount *mount, int target, bool made, struct error *err)
{
	if (mount->kind == MOUNT_INSIDE && make_inside(rootfs, mount, target, made, err) < 0)
		return -1;
	int result = mount_attach(mount->fd, target);
	if (result < 0)
		return mount_fail(STEP_ATTACH, mount, result, err);
	target_covered(rootfs, mount);
	remember(rootfs, mount);
	if (mount->kind == MOUNT_DEV)
		return devices_attach(rootfs, err);
	return mount->kind == MOUNT_CGROUPS ? cgroup_view_attach(rootfs, mount, err) : 0;
}

static int build_remount(const struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err)
{
	int target = target_open(rootfs, mount->path);
	if (target < 0)
		return mount_fail(STEP_TARGET, mount, target, err);
	int result = mount_settle(mount, target, err);
	(void)close(target);
	return result;
}

int mount_build(struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err)
{
	bool made = false;
	if (mount->kind == MOUNT_REMOUNT)
		return build_remount(rootfs, mount, err);
	int target = target_make(rootfs, mount->path, mount->file ? PATH_FILE : PATH_FOLDER, &made);
	if (target < 0)
		return mount_fail(STEP_TARGET, mount, target, err);
	int result = attach_at(rootfs, mount, target, made, err);
	(void)close(target);
	return result;
}
