/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/views.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

static int open_view(const char *path, bool whole)
{
	int fd = openat(AT_FDCWD, path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -1;
	int view = mount_copy(fd, whole);
	(void)close(fd);
	struct mount_change change = {.propagation = MS_PRIVATE, .recursive = true};
	if (view >= 0)
		(void)mount_change(view, &change);
	return view < 0 ? -1 : view;
}

static bool shares(const struct rootfs *rootfs, uint64_t namespace)
{
	return !(rootfs->spec->new_namespaces & namespace);
}

void views_open(struct rootfs *rootfs)
{
	if (!rootfs_has_users(rootfs))
		return;
	if (!rootfs->deferred || shares(rootfs, CLONE_NEWPID))
		rootfs->proc_view = open_view("/proc", shares(rootfs, CLONE_NEWPID));
	if (!rootfs->deferred || shares(rootfs, CLONE_NEWNET))
		rootfs->sys_view = open_view("/sys", shares(rootfs, CLONE_NEWNET));
}

/* Any folder right below a root whose names nobody knows. */
static int open_any_folder(int top)
{
	struct path_names names = {.length = 0};
	const char *name;
	bool is_folder = false;
	int folder = path_open(top, "", O_RDONLY | O_DIRECTORY, PATH_NO_LINKS);
	if (folder < 0)
		return folder;
	int found = -ENOENT;
	while (found == -ENOENT && path_next_name(folder, &names, &name, &is_folder) > 0)
		if (is_folder)
			found = path_open(folder, name, O_PATH | O_DIRECTORY, PATH_NO_LINKS);
	(void)close(folder);
	return found;
}

/*
 * Where a view can be seen without covering the root: whatever covers the root lies on top of it
 * after the pivot too, and takes a wait of its own to be taken off.
 */
static int open_place(int top, const char *usual)
{
	int place = path_open(top, usual, O_PATH | O_DIRECTORY, PATH_NO_LINKS);
	if (place < 0)
		place = open_any_folder(top);
	return place < 0 ? fcntl(top, F_DUPFD_CLOEXEC, 3) : place;
}

/* Attach a view, and keep a copy of it when it is to be used itself. */
static int show(int *view, int top, const char *usual, bool used)
{
	if (*view < 0)
		return 0;
	int place = open_place(top, usual);
	int result = place < 0 ? -errno : mount_attach(*view, place);
	int copy = result == 0 && used ? mount_copy(*view, true) : -1;
	if (place >= 0)
		(void)close(place);
	(void)close(*view);
	*view = copy < 0 ? -1 : copy;
	return result;
}

int views_show(struct rootfs *rootfs, int top)
{
	if (rootfs->deferred)
		return 0;
	int result = show(&rootfs->proc_view, top, "proc", shares(rootfs, CLONE_NEWPID));
	if (result < 0)
		return result;
	return show(&rootfs->sys_view, top, "sys", shares(rootfs, CLONE_NEWNET));
}

int views_take(struct rootfs *rootfs, struct rootfs_mount *mount)
{
	const char *type = mount->spec->type.text;
	int *view = NULL;
	if (strcmp(type, "proc") == 0)
		view = &rootfs->proc_view;
	else if (strcmp(type, "sysfs") == 0)
		view = &rootfs->sys_view;
	if (!view || *view < 0)
		return -1;
	mount->fd = *view;
	*view = -1;
	struct mount_change all = {.set = mount->spec->set, .recursive = true};
	return mount_change(mount->fd, &all);
}
