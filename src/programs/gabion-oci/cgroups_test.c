/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/cgroups.h"
#include "sys/cgroup_file.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Against the cgroups of this machine. */

enum { ARENA_BYTES = 4 << 20 };

static struct arena arena;
static struct error err;
static struct spec spec;
static struct cgroups groups;
static char id[32];

__attribute__((constructor)) static void need_rights(void)
{
	struct cgroup_layout layout;
	bool can = geteuid() == 0 && cgroup_layout_open(&layout, "/sys/fs/cgroup", &err) == 0 &&
		   faccessat(layout.items[0].mount_fd, "cgroup.procs", W_OK, 0) == 0;
	err = (struct error){0};
	if (can) {
		cgroup_layout_close(&layout);
		return;
	}
	(void)puts("1..0 # SKIP needs root and writable cgroups");
	exit(EXIT_SUCCESS);
}

static int create(const char *linux_section)
{
	arena_init(&arena, ARENA_BYTES);
	(void)snprintf(id, sizeof(id), "unit-%d", (int)getpid());
	struct str json = str_format(&arena,
		"{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"/\"}, \"linux\": {%s}}",
		linux_section);
	ck_assert_msg(spec_read(&arena, json, &spec, &err) == 0, "%s", err.message);
	return cgroups_create(&groups, &arena, &spec, id, &err);
}

static bool left_behind(void)
{
	struct cgroup_layout layout;
	struct error ignored = {0};
	char path[64];
	bool found = false;
	(void)snprintf(path, sizeof(path), "gabion-%s", id);
	ck_assert_int_eq(cgroup_layout_open(&layout, "/sys/fs/cgroup", &ignored), 0);
	for (unsigned i = 0; i < layout.count; i++)
		found |= faccessat(layout.items[i].mount_fd, path, F_OK, 0) == 0;
	cgroup_layout_close(&layout);
	return found;
}

static void finish(void)
{
	ck_assert_msg(cgroups_remove(&groups, &err) == 0, "%s", err.message);
	cgroups_release(&groups);
	ck_assert(!left_behind());
	arena_release(&arena);
}

static uint64_t value_of(enum cgroup_controller controller, const char *file1, const char *file2)
{
	int index = cgroup_layout_find(&groups.layout, controller);
	ck_assert_int_ge(index, 0);
	uint64_t number = 0;
	ck_assert_int_eq(cgroup_file_number(groups.group.folders[index],
				 groups.layout.items[index].unified ? file2 : file1, &number),
		0);
	return number;
}

START_TEST(limits_are_in_force_before_anyone_joins)
{
	ck_assert_msg(create("\"resources\": {\"memory\": {\"limit\": 8388608}, \"pids\": "
			     "{\"limit\": 7}, \"cpu\": {\"shares\": 2048}}") == 0,
		"%s %s", err.message, err.remedy);
	ck_assert_uint_eq(value_of(CGROUP_MEMORY, "memory.limit_in_bytes", "memory.max"), 8388608);
	ck_assert_uint_eq(value_of(CGROUP_PIDS, "pids.max", "pids.max"), 7);
	uint64_t shares = value_of(CGROUP_CPU, "cpu.shares", "cpu.weight");
	ck_assert(shares == 2048 || shares == 174);
	finish();
}
END_TEST

/* Joins as a child of the runtime does, then tries to open: the errno. */
static int open_inside(const char *device, int flags)
{
	pid_t child = fork();
	if (child == 0) {
		struct error ours = {0};
		if (cgroups_enter(&groups, &ours) < 0 ||
			(groups.target_fd >= 0 &&
				cgroup_file_write(groups.target_fd, "cgroup.procs", STR("0")) != 0))
			_exit(255);
		_exit(open(device, flags) >= 0 ? 0 : errno);
	}
	int status;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(the_default_devices_work_whatever_the_rules_say_and_no_others)
{
	ck_assert_msg(create("\"resources\": {\"devices\": [{\"allow\": true, \"type\": \"c\", "
			     "\"major\": 1, \"minor\": 11, \"access\": \"r\"}, {\"allow\": "
			     "false, \"access\": \"rwm\"}]}") == 0,
		"%s %s", err.message, err.remedy);
	ck_assert_int_eq(open_inside("/dev/null", O_RDWR), 0);
	ck_assert_int_eq(open_inside("/dev/urandom", O_RDONLY), 0);
	ck_assert_int_eq(open_inside("/dev/kmsg", O_RDONLY), EPERM);
	finish();
}
END_TEST

START_TEST(a_setting_the_kernel_refuses_leaves_nothing_behind)
{
	ck_assert_int_eq(create("\"resources\": {\"cpu\": {\"cpus\": \"0-99999\"}}"), -1);
	ck_assert_msg(strstr(err.message, "linux.resources.cpu.cpus") &&
			      strstr(err.message, "'0-99999'") &&
			      strstr(err.message, "cpuset.cpus"),
		"%s", err.message);
	ck_assert(err.remedy[0]);
	cgroups_release(&groups);
	ck_assert(!left_behind());
	arena_release(&arena);
}
END_TEST

START_TEST(limits_can_be_raised_and_lowered_together)
{
	static const char *const updates[] = {
		"{\"memory\": {\"limit\": 33554432, \"swap\": 67108864}}",
		"{\"memory\": {\"limit\": 134217728, \"swap\": 268435456}}",
		"{\"memory\": {\"limit\": 16777216, \"swap\": 16777216}}",
		"{\"cpu\": {\"quota\": 50000, \"period\": 100000}}",
		"{\"cpu\": {\"quota\": 500000, \"period\": 1000000}}",
		"{\"cpu\": {\"period\": 500000}}",
		"{\"cpu\": {\"quota\": -1}}",
		"{\"memory\": {\"limit\": -1, \"swap\": -1}}",
	};
	ck_assert_msg(create("") == 0, "%s", err.message);
	for (size_t i = 0; i < sizeof(updates) / sizeof(updates[0]); i++) {
		struct spec_resources resources = {0};
		ck_assert_int_eq(
			spec_read_resources(&arena, str_from(updates[i]), &resources, &err), 0);
		ck_assert_msg(cgroups_update(&groups, &arena, &resources, &err) == 0, "%s: %s",
			updates[i], err.message);
	}
	finish();
}
END_TEST

START_TEST(a_running_container_is_found_again_by_its_path)
{
	struct cgroups again;
	ck_assert_msg(
		create("\"cgroupsPath\": \"test.slice:gabion:gone\"") == 0, "%s", err.message);
	ck_assert(groups.mapped);
	ck_assert_str_eq(groups.group.path, "test.slice/gabion-gone.scope");
	ck_assert_int_eq(cgroups_open(&again, groups.group.path, getpid(), &err), 0);
	for (unsigned i = 0; i < again.layout.count; i++)
		ck_assert_int_ge(again.group.folders[i], 0);
	cgroups_release(&again);
	finish();
}
END_TEST

START_TEST(without_rights_only_what_asks_for_nothing_runs)
{
	ck_assert_int_eq(setuid(65534), 0);
	ck_assert_int_eq(create(""), 0);
	ck_assert(groups.absent);
	ck_assert_int_eq(groups.target_fd, -1);
	ck_assert_int_eq(cgroups_enter(&groups, &err), 0);
	finish();
	ck_assert_int_eq(create("\"resources\": {\"pids\": {\"limit\": 5}}"), -1);
	ck_assert_int_eq(err.kind, ERROR_DENIED);
	ck_assert_msg(strstr(err.remedy, "run as root"), "%s", err.remedy);
	cgroups_release(&groups);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("cgroups of a container", limits_are_in_force_before_anyone_joins,
	the_default_devices_work_whatever_the_rules_say_and_no_others,
	a_setting_the_kernel_refuses_leaves_nothing_behind,
	limits_can_be_raised_and_lowered_together, a_running_container_is_found_again_by_its_path,
	without_rights_only_what_asks_for_nothing_runs)
