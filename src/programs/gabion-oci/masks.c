/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/masks.h"
#include "programs/gabion-oci/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Paths to be protected, while one empty folder is lent to all that masks. */
struct masks {
	struct rootfs *rootfs;
	int empty; /* a mount of it, -1 until it is needed */
};

static int fail(enum rootfs_step step, const struct spec_text *path, int cause, struct error *err)
{
	char what[ERROR_MESSAGE_BYTES];
	(void)snprintf(what, sizeof(what), "'%s'", path->text);
	return rootfs_fail(step, what, path->origin, cause, err);
}

/* What a path of the configuration names in the new root; -ENOENT when there is nothing to
 * protect. */
static int open_path(const struct masks *masks, const struct spec_text *path)
{
	char clean[PATH_BYTES];
	int length = path_clean(path->text, clean);
	if (length <= 0)
		return length < 0 ? length : -EINVAL;
	int fd = target_open(masks->rootfs, clean);
	return fd == -ENOTDIR ? -ENOENT : fd;
}

/* A mount of the empty folder: itself for the first, copies of it for the others. */
static int lend_empty(struct masks *masks)
{
	if (masks->empty >= 0)
		return mount_copy(masks->empty, false);
	const char *label = masks->rootfs->spec->mount_label.text;
	const struct mount_option options[] = {
		{"size", "4k"}, {"nr_inodes", "1"}, {"mode", "0555"}, {"context", label}};
	struct mount_new new = {
		.type = "tmpfs",
		.source = "tmpfs",
		.options = options,
		.option_count = label && label[0] ? 4 : 3,
		.attributes = MOUNT_READ_ONLY | MOUNT_NO_SUID | MOUNT_NO_DEVICES | MOUNT_NO_EXEC,
	};
	masks->empty = mount_new(&new);
	return masks->empty < 0 ? masks->empty : fcntl(masks->empty, F_DUPFD_CLOEXEC, 3);
}

static int cover(struct masks *masks, int target)
{
	struct stat status;
	if (fstat(target, &status) < 0)
		return -errno;
	int cover = S_ISDIR(status.st_mode) ? lend_empty(masks) : devices_null(masks->rootfs);
	if (cover < 0)
		return cover;
	int result = mount_attach(cover, target);
	(void)close(cover);
	return result;
}

static int mask_all(struct masks *masks, const struct spec_texts *paths, struct error *err)
{
	for (size_t i = 0; i < paths->count; i++) {
		int target = open_path(masks, &paths->items[i]);
		if (target == -ENOENT)
			continue;
		int result = target < 0 ? target : cover(masks, target);
		if (target >= 0)
			(void)close(target);
		if (result < 0)
			return fail(STEP_MASK, &paths->items[i], result, err);
	}
	return 0;
}

static const struct mount_change read_only = {.set = MOUNT_READ_ONLY, .recursive = true};

static int lock(int target)
{
	int copy = mount_copy(target, true);
	if (copy < 0)
		return copy;
	int result = mount_change(copy, &read_only);
	if (result == 0)
		result = mount_attach(copy, target);
	(void)close(copy);
	return result;
}

static int lock_one(const struct masks *masks, const struct spec_text *path)
{
	char clean[PATH_BYTES];
	if (path_clean(path->text, clean) < 0)
		return -ENAMETOOLONG;
	/* A mount of ours changes itself: under a copy on top of it masks would not be seen. */
	int mount = target_mount(masks->rootfs, clean);
	if (mount >= 0)
		return mount_change(mount, &read_only);
	int target = open_path(masks, path);
	int result = target < 0 ? target : lock(target);
	if (target >= 0)
		(void)close(target);
	return result;
}

static int lock_all(const struct masks *masks, const struct spec_texts *paths, struct error *err)
{
	for (size_t i = 0; i < paths->count; i++) {
		int result = lock_one(masks, &paths->items[i]);
		if (result < 0 && result != -ENOENT)
			return fail(STEP_LOCK, &paths->items[i], result, err);
	}
	return 0;
}

int masks_apply(struct rootfs *rootfs, struct error *err)
{
	struct masks masks = {rootfs, -1};
	/* Read-only first: a mask below such a path is then not copied. */
	int result = lock_all(&masks, &rootfs->spec->readonly_paths, err);
	if (result == 0)
		result = mask_all(&masks, &rootfs->spec->masked_paths, err);
	if (masks.empty >= 0)
		(void)close(masks.empty);
	return result;
}
