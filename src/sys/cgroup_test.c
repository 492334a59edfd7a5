/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/cgroup.h"
#include "sys/cgroup_file.h"
#include "sys/cgroup_tasks.h"
#include "unit.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Against the cgroups of this machine, in folders named after the process. */

static struct cgroup_layout layout;
static struct cgroup group;
static struct error err;

__attribute__((constructor)) static void need_rights(void)
{
	if (geteuid() == 0 && cgroup_layout_open(&layout, "/sys/fs/cgroup", &err) == 0 &&
		faccessat(layout.items[0].mount_fd, "cgroup.procs", W_OK, 0) == 0) {
		cgroup_layout_close(&layout);
		return;
	}
	(void)puts("1..0 # SKIP needs root and writable cgroups");
	exit(EXIT_SUCCESS);
}

static void open_layout(void)
{
	ck_assert_msg(cgroup_layout_open(&layout, "/sys/fs/cgroup", &err) == 0, "%s", err.message);
}

static void own_path(char path[CGROUP_PATH_BYTES], const char *below)
{
	(void)snprintf(path, CGROUP_PATH_BYTES, "gabion-unit-%d%s", (int)getpid(), below);
}

static void make_own(const char *below)
{
	char path[CGROUP_PATH_BYTES];
	own_path(path, below);
	open_layout();
	ck_assert_msg(cgroup_make(&group, &layout, path, 0, &err) == 0, "%s", err.message);
}

static bool exists_anywhere(const char *path)
{
	for (unsigned i = 0; i < layout.count; i++)
		if (faccessat(layout.items[i].mount_fd, path, F_OK, 0) == 0)
			return true;
	return false;
}

static void remove_own(void)
{
	ck_assert_msg(cgroup_remove(&group, &err) == 0, "%s", err.message);
	char top[CGROUP_PATH_BYTES];
	own_path(top, "");
	ck_assert(!exists_anywhere(top));
	cgroup_close(&group);
	cgroup_layout_close(&layout);
}

static pid_t start_inside(bool bomb)
{
	struct cgroup_door door;
	ck_assert_msg(cgroup_door_open(&door, &group, &err) == 0, "%s", err.message);
	int target = cgroup_tasks_target(&group, 0, &err);
	pid_t child = fork();
	if (child == 0) {
		if (cgroup_door_enter(&door, &err) < 0 ||
			(target >= 0 && cgroup_file_write(target, "cgroup.procs", STR("0")) != 0))
			_exit(1);
		for (int i = 0; bomb && i < 5; i++)
			(void)!fork();
		for (;;)
			pause();
	}
	cgroup_door_close(&door);
	for (bool empty = true; empty;) {
		ck_assert_int_eq(cgroup_tasks_empty(&group, &empty, &err), 0);
		ck_assert_int_eq(waitpid(child, NULL, WNOHANG), 0);
	}
	return child;
}

static int count_one(void *context, pid_t pid)
{
	(void)pid;
	++*(int *)context;
	return 0;
}

START_TEST(each_controller_is_found_where_it_is_mounted)
{
	open_layout();
	ck_assert_uint_gt(layout.count, 0);
	uint32_t seen = 0;
	for (unsigned i = 0; i < layout.count; i++) {
		ck_assert_msg(!(seen & layout.items[i].controllers), "no controller is twice");
		seen |= layout.items[i].controllers;
	}
	ck_assert_int_ge(cgroup_layout_find(&layout, CGROUP_MEMORY), 0);
	cgroup_layout_close(&layout);
}
END_TEST

START_TEST(plain_folders_are_no_controllers)
{
	ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	char fake[] = "/tmp/gabion-cgroup-XXXXXX", folder[128];
	ck_assert_ptr_nonnull(mkdtemp(fake));
	static const char *const folders[] = {"memory", "pids", "unified", "cpu", "hugetlb"};
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		(void)snprintf(folder, sizeof(folder), "%s/%s", fake, folders[i]);
		ck_assert_int_eq(mkdir(folder, 0755), 0);
	}
	/* Found all the same, by the list of mounts; and not at all once they are unmounted. */
	ck_assert_int_eq(cgroup_layout_open(&layout, fake, &err), 0);
	for (unsigned i = 0; i < layout.count; i++)
		ck_assert(!str_starts_with(str_from(layout.items[i].mount), str_from(fake)));
	cgroup_layout_close(&layout);
	ck_assert_int_eq(umount2("/sys", MNT_DETACH), 0);
	ck_assert_int_eq(cgroup_layout_open(&layout, fake, &err), -1);
	ck_assert(strstr(err.message, "no cgroup hierarchy is mounted"));
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		(void)snprintf(folder, sizeof(folder), "%s/%s", fake, folders[i]);
		ck_assert_int_eq(rmdir(folder), 0);
	}
	ck_assert_int_eq(rmdir(fake), 0);
}
END_TEST

START_TEST(folders_are_made_everywhere_and_leave_nothing_behind)
{
	make_own("/pod/one");
	uint32_t all = (1U << layout.count) - 1;
	ck_assert_uint_eq(group.made, all);
	struct cgroup second;
	char path[CGROUP_PATH_BYTES];
	own_path(path, "/pod/two");
	ck_assert_msg(cgroup_make(&second, &layout, path, 0, &err) == 0, "%s", err.message);
	ck_assert_msg(cgroup_remove(&second, &err) == 0, "%s", err.message);
	cgroup_close(&second);
	ck_assert_msg(exists_anywhere(group.path), "what is in use stays");
	remove_own();
}
END_TEST

START_TEST(parents_of_others_stay)
{
	open_layout();
	char parent[CGROUP_PATH_BYTES], path[CGROUP_PATH_BYTES];
	own_path(parent, "");
	own_path(path, "/x");
	ck_assert_int_eq(mkdirat(layout.items[0].mount_fd, parent, 0755), 0);
	ck_assert_msg(cgroup_make(&group, &layout, path, 0, &err) == 0, "%s", err.message);
	ck_assert_msg(cgroup_remove(&group, &err) == 0, "%s", err.message);
	ck_assert(exists_anywhere(parent));
	ck_assert_int_eq(unlinkat(layout.items[0].mount_fd, parent, AT_REMOVEDIR), 0);
	ck_assert(!exists_anywhere(parent));
	cgroup_close(&group);
	cgroup_layout_close(&layout);
}
END_TEST

START_TEST(a_group_with_processes_is_refused_and_kept)
{
	make_own("");
	pid_t child = start_inside(false);
	struct cgroup second;
	ck_assert_int_eq(cgroup_make(&second, &layout, group.path, 0, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_INPUT);
	ck_assert(strstr(err.message, "has processes already"));
	cgroup_close(&second);
	ck_assert(exists_anywhere(group.path));
	err = (struct error){0};
	ck_assert_int_eq(cgroup_kill(&group, SIGKILL, &err), 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	remove_own();
}
END_TEST

START_TEST(a_frozen_group_is_refused)
{
	make_own("");
	ck_assert_msg(cgroup_freeze(&group, &err) == 0, "%s", err.message);
	ck_assert(cgroup_frozen(&group));
	struct cgroup second;
	ck_assert_int_eq(cgroup_make(&second, &layout, group.path, 0, &err), -1);
	ck_assert(strstr(err.message, "is frozen"));
	cgroup_close(&second);
	err = (struct error){0};
	ck_assert_int_eq(cgroup_thaw(&group, &err), 0);
	ck_assert(!cgroup_frozen(&group));
	remove_own();
}
END_TEST

START_TEST(all_processes_are_listed_frozen_and_killed)
{
	make_own("");
	pid_t child = start_inside(true);
	int count = 0;
	for (int tries = 0; tries < 1000 && count != 32; tries++) {
		count = 0;
		ck_assert_int_eq(cgroup_tasks_each(&group, count_one, &count, &err), 0);
		(void)usleep(1000);
	}
	ck_assert_int_eq(count, 32);
	ck_assert_msg(cgroup_freeze(&group, &err) == 0, "%s", err.message);
	ck_assert_msg(cgroup_kill(&group, SIGKILL, &err) == 0, "%s", err.message);
	int status;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	remove_own();
}
END_TEST

START_TEST(what_a_container_made_inside_is_removed_however_deep)
{
	make_own("");
	for (unsigned i = 0; i < layout.count; i++) {
		int fd = fcntl(group.folders[i], F_DUPFD_CLOEXEC, 3);
		for (int depth = 0; depth < 20; depth++) {
			ck_assert_int_eq(mkdirat(fd, "b", 0755), 0);
			ck_assert_int_eq(mkdirat(fd, "a", 0755), 0);
			int next = openat(fd, "a", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			ck_assert_int_ge(next, 0);
			close(fd);
			fd = next;
		}
		close(fd);
	}
	remove_own();
}
END_TEST

START_TEST(a_parent_that_cannot_be_made_leaves_nothing)
{
	open_layout();
	char path[CGROUP_PATH_BYTES], top[CGROUP_PATH_BYTES];
	own_path(top, "");
	own_path(path, "/a/cgroup.procs/b");
	ck_assert_int_eq(cgroup_make(&group, &layout, path, 0, &err), -1);
	ck_assert_msg(strstr(err.message, "cannot make the cgroup"), "%s", err.message);
	ck_assert(!exists_anywhere(top));
	cgroup_close(&group);
	cgroup_layout_close(&layout);
}
END_TEST

UNIT_TESTS("cgroup", each_controller_is_found_where_it_is_mounted, plain_folders_are_no_controllers,
	folders_are_made_everywhere_and_leave_nothing_behind, parents_of_others_stay,
	a_group_with_processes_is_refused_and_kept, a_frozen_group_is_refused,
	all_processes_are_listed_frozen_and_killed,
	what_a_container_made_inside_is_removed_however_deep,
	a_parent_that_cannot_be_made_leaves_nothing)
