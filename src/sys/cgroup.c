/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/cgroup.h"

#include "sys/cgroup_delegate.h"
#include "sys/cgroup_file.h"
#include "sys/cgroup_tasks.h"
#include "sys/cgroup_walk.h"
#include "sys/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { MAKE_TRIES = 16, REMOVE_MS = 5000 };

/* Parents are marked when we make them, so that whoever leaves last removes them. The second name
 * is for those without CAP_SYS_ADMIN, on version 2. */
static const char *const marks[] = {"trusted.gabion", "user.gabion"};

/* Where no mark can be set by anyone the parent stays in the end, as with other runtimes. */
static bool mark(int fd)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (fsetxattr(fd, marks[i], "", 0, 0) == 0)
			return true;
		if (errno != EPERM && errno != EOPNOTSUPP)
			return false;
	}
	return true;
}

static bool is_marked(int fd)
{
	return fgetxattr(fd, marks[0], NULL, 0) >= 0 || fgetxattr(fd, marks[1], NULL, 0) >= 0;
}

/* Names of a path cut off in turn: "a", "a/b", but not the whole. */
static bool next_parent(const char *path, size_t *end, char ret_parent[CGROUP_PATH_BYTES])
{
	size_t slash = str_find_char(str_slice(str_from(path), *end, SIZE_MAX), '/');
	if (slash == SIZE_MAX)
		return false;
	memcpy(ret_parent, path, *end + slash);
	ret_parent[*end + slash] = '\0';
	*end += slash + 1;
	return true;
}

static int make_parents(int mount_fd, const char *path)
{
	char parent[CGROUP_PATH_BYTES];
	for (size_t end = 0; next_parent(path, &end, parent);) {
		if (mkdirat(mount_fd, parent, 0755) < 0) {
			if (errno == EEXIST)
				continue;
			return -1;
		}
		int fd = cgroup_walk_open(mount_fd, parent);
		bool marked = fd >= 0 && mark(fd);
		int cause = errno;
		if (fd >= 0)
			close(fd);
		if (!marked) {
			(void)unlinkat(mount_fd, parent, AT_REMOVEDIR);
			errno = cause;
			return -1;
		}
	}
	return 0;
}

/* Whoever removes an empty parent while we are about to use it makes us begin again. */
static int make_folder(int mount_fd, const char *path, bool *ret_made)
{
	for (int tries = 0; tries < MAKE_TRIES; tries++) {
		*ret_made = mkdirat(mount_fd, path, 0755) == 0;
		int fd = *ret_made || errno == EEXIST ? cgroup_walk_open(mount_fd, path) : -1;
		if (fd < 0 && *ret_made) {
			int cause = errno;
			*ret_made = unlinkat(mount_fd, path, AT_REMOVEDIR) < 0;
			errno = cause;
		}
		if (fd >= 0 || errno != ENOENT)
			return fd;
		if (make_parents(mount_fd, path) < 0 && errno != ENOENT)
			return -1;
	}
	errno = ENOENT;
	return -1;
}

/* Whether a parent is ours to remove, and there. Want of descriptors passes. */
static bool is_ours(int mount_fd, const char *parent, bool *ret_there)
{
	enum { TRIES = 3 };
	int fd = -1;
	*ret_there = true;
	for (int tries = 0; fd < 0 && *ret_there && tries < TRIES; tries++) {
		fd = cgroup_walk_open(mount_fd, parent);
		*ret_there = fd >= 0 || (errno != ENOENT && errno != ENOTDIR);
	}
	if (fd < 0)
		return false;
	bool ours = is_marked(fd);
	close(fd);
	return ours;
}

static void remove_parents(int mount_fd, const char *path)
{
	char parent[CGROUP_PATH_BYTES];
	struct buf copy;
	buf_init_fixed(&copy, parent, sizeof(parent) - 1);
	buf_put(&copy, str_from(path));
	for (size_t len = copy.len; len-- > 0;) {
		if (parent[len] != '/')
			continue;
		parent[len] = '\0';
		bool there, ours = is_ours(mount_fd, parent, &there);
		if (!there)
			continue;
		if (!ours || unlinkat(mount_fd, parent, AT_REMOVEDIR) < 0)
			return;
	}
}

static int remove_folder(int mount_fd, int folder, const char *path)
{
	struct cgroup_wait wait = {0};
	int failed;
	bool again = true; /* a failure that does not last must not leave a cgroup */
	do {
		(void)cgroup_walk_clear(folder);
		if (unlinkat(mount_fd, path, AT_REMOVEDIR) == 0 || errno == ENOENT) {
			remove_parents(mount_fd, path);
			return 0;
		}
		failed = errno;
		if (failed != EBUSY && failed != ENOTEMPTY && !again)
			return failed;
		again = false;
	} while (cgroup_wait_more(&wait, REMOVE_MS));
	return failed;
}

static int name_hierarchy(
	struct error *err, int cause, const char *verb, const struct cgroup *group, unsigned i)
{
	const struct cgroup_hierarchy *item = &group->layout->items[i];
	fail_system(err, cause, "cannot %s the cgroup %s/%s", verb, item->mount, group->path);
	if (cause == EROFS)
		error_set_remedy(err, "mount %s writable", item->mount);
	else if (cause == EACCES || cause == EPERM)
		error_set_remedy(err, "run as root, or name a cgroupsPath that was delegated");
	return -1;
}

static void start_empty(struct cgroup *group, const struct cgroup_layout *layout, const char *path)
{
	*group = (struct cgroup){.layout = layout};
	for (unsigned i = 0; i < CGROUP_HIERARCHIES; i++)
		group->folders[i] = -1;
	(void)snprintf(group->path, sizeof(group->path), "%s", path);
}

static int refuse_taken(struct cgroup *group, struct error *err)
{
	bool empty;
	if (cgroup_frozen(group)) {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "the cgroup '%s' is frozen", group->path);
		error_set_remedy(err, "thaw it, or name another cgroupsPath");
		return -1;
	}
	if (cgroup_tasks_empty(group, &empty, err) < 0)
		return -1;
	if (empty)
		return 0;
	ERROR_SET(
		err, ERROR_INPUT, NO_ORIGIN, "the cgroup '%s' has processes already", group->path);
	error_set_remedy(err, "give every container a cgroupsPath of its own");
	return -1;
}

/* Version 2 makes folders below a threaded one, but lets no process into them. */
static int refuse_threaded(const struct cgroup *group, unsigned i, struct error *err)
{
	char type[32];
	ssize_t length = strchr(group->path, '/') ? cgroup_file_read(group->folders[i],
							    "cgroup.type", type, sizeof(type))
						  : 0;
	if (length <= 0 || str_equal(str_trim((struct str){type, (size_t)length}), STR("domain")))
		return 0;
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"the cgroup '%s' cannot hold processes, for one above it is threaded", group->path);
	error_set_remedy(err, "name a cgroupsPath elsewhere");
	return -1;
}

static int make_unified(struct cgroup *group, unsigned i, uint32_t needed, struct error *err)
{
	if (cgroup_delegate(&group->layout->items[i], group->path, needed, err) < 0)
		return -1;
	return refuse_threaded(group, i, err);
}

static int make_all(struct cgroup *group, uint32_t needed, struct error *err)
{
	uint32_t all = 0;
	for (unsigned i = 0; i < group->layout->count; i++) {
		const struct cgroup_hierarchy *item = &group->layout->items[i];
		bool made;
		group->folders[i] = make_folder(item->mount_fd, group->path, &made);
		if (made)
			group->made |= 1U << i;
		if (group->folders[i] < 0)
			return name_hierarchy(err, errno, "make", group, i);
		all |= 1U << i;
		if (item->unified && make_unified(group, i, needed, err) < 0)
			return -1;
		if (!item->unified && item->controllers & CGROUP_BIT(CGROUP_CPUSET) &&
			cgroup_inherit_cpuset(item, group->path, err) < 0)
			return -1;
	}
	return group->made == all ? 0 : refuse_taken(group, err);
}

static void unmake(struct cgroup *group)
{
	for (unsigned i = 0; i < group->layout->count; i++) {
		const struct cgroup_hierarchy *item = &group->layout->items[i];
		if (group->made & 1U << i && group->folders[i] >= 0)
			(void)remove_folder(item->mount_fd, group->folders[i], group->path);
		else
			remove_parents(item->mount_fd, group->path);
	}
}

int cgroup_make(struct cgroup *ret_group, const struct cgroup_layout *layout, const char *path,
	uint32_t needed, struct error *err)
{
	start_empty(ret_group, layout, path);
	if (make_all(ret_group, needed, err) == 0)
		return 0;
	unmake(ret_group);
	return -1;
}

int cgroup_open(struct cgroup *ret_group, const struct cgroup_layout *layout, const char *path,
	struct error *err)
{
	start_empty(ret_group, layout, path);
	for (unsigned i = 0; i < layout->count; i++) {
		ret_group->folders[i] = cgroup_walk_open(layout->items[i].mount_fd, path);
		if (ret_group->folders[i] < 0 && errno != ENOENT)
			return name_hierarchy(err, errno, "open", ret_group, i);
	}
	return 0;
}

void cgroup_close(struct cgroup *group)
{
	for (unsigned i = 0; i < CGROUP_HIERARCHIES; i++) {
		if (group->folders[i] >= 0)
			close(group->folders[i]);
		group->folders[i] = -1;
	}
}

int cgroup_remove(struct cgroup *group, struct error *err)
{
	int result = 0;
	for (unsigned i = 0; i < group->layout->count; i++) {
		if (group->folders[i] < 0)
			continue;
		int failed = remove_folder(
			group->layout->items[i].mount_fd, group->folders[i], group->path);
		if (failed == 0)
			continue;
		result = name_hierarchy(err, failed, "remove", group, i);
		if (failed == EBUSY)
			error_set_remedy(err, "processes are left in it: kill them with "
					      "`gabion-oci kill --all ID KILL`");
	}
	return result;
}
