/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAP_LINES = 340, MAP_LINE_BYTES = 36 }; /* the kernel takes no more lines */

static int write_file(const char *path, struct str text)
{
	int fd = openat(AT_FDCWD, path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t written = write(fd, text.data, text.len);
	int result = written == (ssize_t)text.len ? 0 : written < 0 ? -errno : -EIO;
	(void)close(fd);
	return result;
}

static int write_map(pid_t pid, const char *file, const struct spec_id_mappings *mappings)
{
	char path[48], memory[MAP_LINES * MAP_LINE_BYTES];
	struct buf text;
	if (mappings->count > MAP_LINES)
		return -E2BIG;
	buf_init_fixed(&text, memory, sizeof(memory));
	for (size_t i = 0; i < mappings->count; i++)
		buf_printf(&text, "%u %u %u\n", mappings->items[i].container_id,
			mappings->items[i].host_id, mappings->items[i].size);
	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	return write_file(path, buf_str(&text));
}

/* The user namespace of a process, with a mapping; or minus the errno. */
static int mapped_namespace(pid_t pid, const struct spec_mount *spec)
{
	char path[48];
	int result = write_map(pid, "uid_map", &spec->uids);
	if (result == 0)
		result = write_map(pid, "gid_map", &spec->gids);
	if (result < 0)
		return result;
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A user namespace exists as long as someone holds it: a child makes one and waits to be killed. */
static int make_namespace(const struct spec_mount *spec)
{
	pid_t parent = getpid();
	pid_t child = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
	if (child < 0)
		return -errno;
	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			(void)pause();
		_exit(0);
	}
	int result = mapped_namespace(child, spec);
	(void)kill(child, SIGKILL);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return result;
}

static bool same_mappings(const struct spec_id_mappings *a, const struct spec_id_mappings *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->items[i].container_id != b->items[i].container_id ||
			a->items[i].host_id != b->items[i].host_id ||
			a->items[i].size != b->items[i].size)
			return false;
	return true;
}

int idmap_apply(struct rootfs *rootfs, struct rootfs_mount *mount, struct error *err)
{
	const struct spec_mount *spec = mount->spec, *last = rootfs->mapped_last;
	bool reused = last && same_mappings(&spec->uids, &last->uids) &&
		      same_mappings(&spec->gids, &last->gids);
	if (!reused) {
		if (rootfs->map_fd >= 0)
			(void)close(rootfs->map_fd);
		rootfs->map_fd = make_namespace(spec);
		rootfs->mapped_last = spec;
	}
	if (rootfs->map_fd < 0)
		return mount_fail(STEP_MAP, mount, rootfs->map_fd, err);
	struct mount_change change = {
		.set = MOUNT_IDMAP,
		.map = rootfs->map_fd,
		.recursive = spec->idmap_recursive,
	};
	int result = mount_change(mount->fd, &change);
	return result < 0 ? mount_fail(STEP_MAP, mount, result, err) : 0;
}
