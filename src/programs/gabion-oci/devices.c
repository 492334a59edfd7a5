/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Source: runtime-spec config-linux.md, "Default Devices". */
static const struct {
	const char *path;
	unsigned major, minor;
} default_devices[] = {
	{"dev/null", 1, 3},
	{"dev/zero", 1, 5},
	{"dev/full", 1, 7},
	{"dev/random", 1, 8},
	{"dev/urandom", 1, 9},
	{"dev/tty", 5, 0},
};
enum { DEFAULT_DEVICES = sizeof(default_devices) / sizeof(default_devices[0]) };

static const struct {
	const char *name, *leads_to;
} default_links[] = {
	{"fd", "/proc/self/fd"},
	{"stdin", "/proc/self/fd/0"},
	{"stdout", "/proc/self/fd/1"},
	{"stderr", "/proc/self/fd/2"},
	{"ptmx", "pts/ptmx"},
};

static bool is_null(int fd)
{
	struct stat status;
	return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) &&
	       status.st_rdev == makedev(1, 3);
}

static int device_fail(
	enum rootfs_step step, const struct rootfs_device *device, int cause, struct error *err)
{
	char what[ERROR_MESSAGE_BYTES];
	(void)snprintf(what, sizeof(what), "'/%s' (device %u:%u)", device->path,
		major(device->number), minor(device->number));
	return rootfs_fail(step, what, device->origin, cause, err);
}

static mode_t kind_of(const char *type)
{
	if (type[0] == 'p')
		return S_IFIFO;
	return type[0] == 'b' ? S_IFBLK : S_IFCHR;
}

static int plan_given(struct rootfs *rootfs, const struct spec_device *spec, size_t index,
	struct rootfs_device *ret_device, struct error *err)
{
	char clean[PATH_BYTES];
	int length = path_clean(spec->path.text, clean);
	if (length <= 0)
		return ERROR_SET(err, ERROR_INPUT, spec->path.origin,
			"a device needs a path of 1 to %d bytes", PATH_BYTES - 1);
	char *path = arena_alloc(rootfs->arena, (size_t)length + 1);
	memcpy(path, clean, (size_t)length + 1);
	const char *below = path_below(path, "dev");
	struct rootfs_device device = {
		.path = path,
		.name = below,
		.elsewhere = !below || below[0] == '\0',
		.mode = kind_of(spec->type.text) |
			(spec->file_mode.set ? (mode_t)spec->file_mode.value & 07777 : 0666),
		.number = makedev((unsigned)spec->major.value, (unsigned)spec->minor.value),
		.uid = spec->uid.set ? (uid_t)spec->uid.value : 0,
		.gid = spec->gid.set ? (gid_t)spec->gid.value : 0,
		.fd = -1,
		.origin = spec->origin,
	};
	if (device.elsewhere)
		device.name = str_format(rootfs->arena, ".gabion-%zu", index).data;
	*ret_device = device;
	return 0;
}

int devices_plan(struct rootfs *rootfs, struct error *err)
{
	const struct spec_devices *given = &rootfs->spec->devices;
	struct rootfs_device *devices = ARENA_NEW_ARRAY(
		rootfs->arena, struct rootfs_device, given->count + DEFAULT_DEVICES);
	for (size_t i = 0; i < DEFAULT_DEVICES; i++)
		devices[i] = (struct rootfs_device){
			.path = default_devices[i].path,
			.name = path_below(default_devices[i].path, "dev"),
			.mode = S_IFCHR | 0666,
			.number = makedev(default_devices[i].major, default_devices[i].minor),
			.fd = -1,
		};
	for (size_t i = 0; i < given->count; i++)
		if (plan_given(rootfs, &given->items[i], i, &devices[DEFAULT_DEVICES + i], err) < 0)
			return -1;
	rootfs->devices = devices;
	rootfs->device_count = given->count + DEFAULT_DEVICES;
	return 0;
}

/* What the host calls an id of the container; as it is when nothing maps it. */
static uint32_t host_id(
	const struct rootfs *rootfs, const struct spec_id_mappings *mappings, uint32_t id)
{
	if (rootfs->deferred || !(rootfs->spec->new_namespaces & CLONE_NEWUSER))
		return id;
	for (size_t i = 0; i < mappings->count; i++) {
		const struct spec_id_mapping *mapping = &mappings->items[i];
		if (id >= mapping->container_id && id - mapping->container_id < mapping->size)
			return mapping->host_id + (id - mapping->container_id);
	}
	return id;
}

static int give_to(const struct rootfs *rootfs, int dev, const char *name, uid_t uid, gid_t gid)
{
	uid = host_id(rootfs, &rootfs->spec->uids, uid);
	gid = host_id(rootfs, &rootfs->spec->gids, gid);
	if (uid == 0 && gid == 0)
		return 0;
	int flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
	return fchownat(dev, name, uid, gid, flags) < 0 ? -errno : 0;
}

/* A mount of the host's device of that path, if it is that device. */
static int copy_of_host(const struct rootfs_device *device)
{
	char path[PATH_BYTES + 1];
	struct stat status;
	(void)snprintf(path, sizeof(path), "/%s", device->path);
	int fd = openat(AT_FDCWD, path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -EPERM : -errno;
	int result = -ENXIO;
	if (fstat(fd, &status) == 0 && (status.st_mode & S_IFMT) == (device->mode & S_IFMT) &&
		status.st_rdev == device->number)
		result = mount_copy(fd, false);
	(void)close(fd);
	return result;
}

/* The folders above a name, in a tree only we have seen. */
static int make_above(int dev, const char *name)
{
	char above[PATH_BYTES];
	const char *slash = strrchr(name, '/');
	if (!slash)
		return 0;
	memcpy(above, name, (size_t)(slash - name));
	above[slash - name] = '\0';
	int fd = path_make(dev, above, PATH_FOLDER, PATH_NO_LINKS, NULL);
	if (fd >= 0)
		(void)close(fd);
	return fd < 0 ? fd : 0;
}

static int make_device(const struct rootfs *rootfs, int dev, struct rootfs_device *device)
{
	int result = make_above(dev, device->name);
	if (result < 0)
		return result;
	int made = mknodat(dev, device->name, device->mode, device->number);
	/* Given twice, or given and default: the last one counts. */
	if (made < 0 && errno == EEXIST && unlinkat(dev, device->name, 0) == 0)
		made = mknodat(dev, device->name, device->mode, device->number);
	if (made == 0)
		return give_to(rootfs, dev, device->name, device->uid, device->gid);
	if (errno != EPERM)
		return -errno;
	device->fd = copy_of_host(device);
	return device->fd < 0 ? device->fd : 0;
}

static int fill(const struct rootfs *rootfs, int dev, struct error *err)
{
	for (size_t i = 0; i < rootfs->device_count; i++) {
		int result = make_device(rootfs, dev, &rootfs->devices[i]);
		if (result < 0)
			return device_fail(STEP_DEVICE, &rootfs->devices[i], result, err);
	}
	for (size_t i = 0; i < sizeof(default_links) / sizeof(default_links[0]); i++)
		if (symlinkat(default_links[i].leads_to, dev, default_links[i].name) < 0 &&
			errno != EEXIST)
			return -errno;
	if (rootfs->spec->process && rootfs->spec->process->terminal &&
		mknodat(dev, "console", S_IFREG | 0620, 0) < 0 && errno != EEXIST)
		return -errno;
	return give_to(rootfs, dev, "", 0, 0);
}

int devices_fill(struct rootfs *rootfs, struct rootfs_mount *dev, struct error *err)
{
	struct mount_option mode = {mount_has_option(dev, "mode") ? NULL : "mode", "0755"};
	if (mount_make(dev, mode, err) < 0)
		return -1;
	mode_t mask = umask(0);
	int result = fill(rootfs, dev->fd, err);
	(void)umask(mask);
	if (result < 0)
		return mount_fail(STEP_FILL, dev, result, err);
	struct mount_change change = {.propagation = dev->spec->propagation};
	result = mount_change(dev->fd, &change);
	return result < 0 ? mount_fail(STEP_CHANGE, dev, result, err) : 0;
}

/* A mount of a node in our /dev that is to be seen somewhere else. */
static int copy_of_node(const struct rootfs *rootfs, const struct rootfs_device *device)
{
	int node = path_open(rootfs->dev_fd, device->name, O_PATH, PATH_NO_LINKS);
	if (node < 0)
		return node;
	int mount = mount_copy(node, false);
	(void)close(node);
	return mount;
}

static int attach_at(const struct rootfs_device *device, int target)
{
	if (target < 0)
		return target;
	int result = mount_attach(device->fd, target);
	(void)close(target);
	return result;
}

static int attach_elsewhere(struct rootfs *rootfs, struct rootfs_device *device)
{
	bool made, is_node = device->fd < 0;
	if (is_node)
		device->fd = copy_of_node(rootfs, device);
	if (device->fd < 0)
		return device->fd;
	int result = attach_at(device, target_make(rootfs, device->path, PATH_FILE, &made));
	/* From now on it is seen there alone. */
	if (result == 0 && is_node && unlinkat(rootfs->dev_fd, device->name, 0) < 0)
		return -errno;
	return result;
}

static int attach_device(struct rootfs *rootfs, struct rootfs_device *device)
{
	if (device->elsewhere)
		return attach_elsewhere(rootfs, device);
	if (device->fd < 0)
		return 0;
	return attach_at(
		device, path_make(rootfs->dev_fd, device->name, PATH_FILE, PATH_NO_LINKS, NULL));
}

int devices_attach(struct rootfs *rootfs, struct error *err)
{
	for (size_t i = 0; i < rootfs->device_count; i++) {
		struct rootfs_device *device = &rootfs->devices[i];
		int result = attach_device(rootfs, device);
		if (result < 0)
			return device_fail(STEP_ATTACH, device, result, err);
	}
	return 0;
}

int devices_open_null(struct rootfs *rootfs, struct error *err)
{
	int fd = openat(AT_FDCWD, "/dev/null", O_PATH | O_CLOEXEC);
	int result = fd < 0 ? -errno : -ENXIO;
	if (fd >= 0 && is_null(fd))
		result = mount_copy(fd, false);
	if (fd >= 0)
		(void)close(fd);
	rootfs->null_fd = result < 0 ? -1 : result;
	rootfs->null_loose = result >= 0;
	return result < 0 ? rootfs_fail(STEP_COPY, "the host's '/dev/null'", NO_ORIGIN, result, err)
			  : 0;
}

int devices_null(struct rootfs *rootfs)
{
	if (rootfs->null_loose) {
		rootfs->null_loose = false;
		return fcntl(rootfs->null_fd, F_DUPFD_CLOEXEC, 3);
	}
	if (rootfs->null_fd < 0)
		rootfs->null_fd = path_open(rootfs->dev_fd, "null", O_PATH, PATH_NO_LINKS);
	if (rootfs->null_fd < 0)
		return rootfs->null_fd;
	return is_null(rootfs->null_fd) ? mount_copy(rootfs->null_fd, false) : -ENXIO;
}
