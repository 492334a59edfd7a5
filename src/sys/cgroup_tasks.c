/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/cgroup_tasks.h"

#include "base/number.h"
#include "sys/cgroup_file.h"
#include "sys/cgroup_walk.h"
#include "sys/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* The folder of version 2 a process is in, as /proc/PID/cgroup says: "0::/path". */
static bool process_path(pid_t pid, char ret_path[CGROUP_PATH_BYTES])
{
	char name[40], text[8192];
	(void)snprintf(name, sizeof(name), "/proc/%d/cgroup", (int)pid);
	ssize_t length = cgroup_file_read(AT_FDCWD, name, text, sizeof(text));
	struct str rest = {text, length > 0 ? (size_t)length : 0}, line;
	while (str_next_part(&rest, '\n', &line)) {
		if (!str_starts_with(line, STR("0::/")) || line.len - 4 >= CGROUP_PATH_BYTES)
			continue;
		memcpy(ret_path, line.data + 4, line.len - 4);
		ret_path[line.len - 4] = '\0';
		return true;
	}
	return false;
}

int cgroup_tasks_target(struct cgroup *group, pid_t pid, struct error *err)
{
	int unified = cgroup_layout_unified(group->layout);
	char path[CGROUP_PATH_BYTES];
	if (unified < 0 || group->folders[unified] < 0)
		return -1;
	if (pid == 0 || !process_path(pid, path))
		return group->folders[unified];
	size_t own = strlen(group->path);
	if (strncmp(path, group->path, own) != 0 || path[own] != '/')
		return group->folders[unified];
	int deeper = cgroup_walk_open(group->layout->items[unified].mount_fd, path);
	if (deeper < 0)
		return fail_system(
			err, errno, "cannot open the cgroup %s of process %d", path, (int)pid);
	close(group->folders[unified]);
	group->folders[unified] = deeper;
	return deeper;
}

int cgroup_door_open(struct cgroup_door *ret_door, const struct cgroup *group, struct error *err)
{
	*ret_door = (struct cgroup_door){0};
	for (unsigned i = 0; i < group->layout->count; i++) {
		if (group->layout->items[i].unified || group->folders[i] < 0)
			continue;
		int fd = openat(group->folders[i], "tasks", O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0)
			return fail_system(err, errno, "cannot open %s/%s/tasks",
				group->layout->items[i].mount, group->path);
		ret_door->tasks[ret_door->count++] = fd;
	}
	return 0;
}

void cgroup_door_close(struct cgroup_door *door)
{
	while (door->count > 0)
		close(door->tasks[--door->count]);
}

int cgroup_door_enter(const struct cgroup_door *door, struct error *err)
{
	for (unsigned i = 0; i < door->count; i++) {
		ssize_t written;
		do
			written = write(door->tasks[i], "0", 1);
		while (written < 0 && errno == EINTR);
		if (written == 1)
			continue;
		/* The cpu controller of version 1 takes no real-time thread into a group without
		 * a real-time budget; cpuset none into one without processors. */
		int cause = errno;
		fail_system(err, cause, "cannot join a cgroup of version 1");
		if (cause == EINVAL)
			error_set_remedy(err, "start from a process without real-time scheduling, "
					      "or set linux.resources.cpu.realtimeRuntime");
		return -1;
	}
	return 0;
}

/* The first folder of version 2, or of version 1; -1 when there is none. */
static int listing_folder(const struct cgroup *group, bool unified)
{
	for (unsigned i = 0; i < group->layout->count; i++)
		if (group->folders[i] >= 0 && group->layout->items[i].unified == unified)
			return group->folders[i];
	return -1;
}

struct visit {
	int (*call)(void *context, pid_t pid);
	void *context;
	struct error *err;
};

/* A number that ends beyond what was read stays for the next round. */
static int visit_lines(const struct visit *visit, int fd)
{
	char text[512];
	size_t held = 0;
	for (;;) {
		ssize_t got = read(fd, text + held, sizeof(text) - held);
		if (got < 0 && errno == EINTR)
			continue;
		/* EOPNOTSUPP: a threaded group, whose processes its domain lists. */
		if (got < 0 && errno != ENODEV && errno != EOPNOTSUPP)
			return fail_system(visit->err, errno, "cannot read cgroup.procs");
		if (got <= 0)
			return 0;
		held += (size_t)got;
		size_t start = 0, len;
		while ((len = str_find_char((struct str){text + start, held - start}, '\n')) !=
			SIZE_MAX) {
			uint64_t pid;
			bool number = number_parse_uint((struct str){text + start, len}, 10, &pid);
			/* 0 stands for a process of a pid namespace we cannot see into. */
			int result =
				number && pid > 0 ? visit->call(visit->context, (pid_t)pid) : 0;
			if (result != 0)
				return result;
			start += len + 1;
		}
		memmove(text, text + start, held - start);
		held -= start;
	}
}

static int visit_folder(const struct visit *visit, int folder, unsigned depth);

static int visit_children(const struct visit *visit, int folder, unsigned depth)
{
	char name[CGROUP_NAME_BYTES];
	struct cgroup_walk walk = {.folder = folder};
	(void)lseek(folder, 0, SEEK_SET);
	int result = 0;
	while (result == 0 && cgroup_walk_next(&walk, name) == 1) {
		int child = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (child < 0 && errno == ENOENT)
			continue;
		if (child < 0)
			return fail_system(visit->err, errno, "cannot open the cgroup '%s'", name);
		result = visit_folder(visit, child, depth + 1);
		close(child);
	}
	return result;
}

static int visit_folder(const struct visit *visit, int folder, unsigned depth)
{
	if (depth > CGROUP_DEPTH)
		return ERROR_SET(visit->err, ERROR_LIMIT, NO_ORIGIN,
			"the container's cgroups are nested more than %d deep", CGROUP_DEPTH);
	int procs = openat(folder, "cgroup.procs", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (procs < 0 && errno == ENOENT)
		return 0;
	if (procs < 0)
		return fail_system(visit->err, errno, "cannot open cgroup.procs");
	int result = visit_lines(visit, procs);
	close(procs);
	return result != 0 ? result : visit_children(visit, folder, depth);
}

int cgroup_tasks_each(const struct cgroup *group, int (*call)(void *context, pid_t pid),
	void *context, struct error *err)
{
	struct visit visit = {call, context, err};
	int folder = listing_folder(group, true);
	if (folder < 0)
		folder = listing_folder(group, false);
	return folder < 0 ? 0 : visit_folder(&visit, folder, 0);
}

int cgroup_tasks_each_everywhere(const struct cgroup *group, int (*call)(void *context, pid_t pid),
	void *context, struct error *err)
{
	struct visit visit = {call, context, err};
	for (int unified = 0; unified <= 1; unified++) {
		int folder = listing_folder(group, unified);
		int result = folder < 0 ? 0 : visit_folder(&visit, folder, 0);
		if (result != 0)
			return result;
	}
	return 0;
}

static int notice(void *context, pid_t pid)
{
	(void)context, (void)pid;
	return 1;
}

int cgroup_tasks_empty(const struct cgroup *group, bool *ret_empty, struct error *err)
{
	struct visit visit = {notice, NULL, err};
	*ret_empty = true;
	for (unsigned i = 0; i < group->layout->count; i++) {
		int found = group->folders[i] < 0 ? 0 : visit_folder(&visit, group->folders[i], 0);
		if (found < 0)
			return -1;
		if (found > 0)
			*ret_empty = false;
	}
	return 0;
}
