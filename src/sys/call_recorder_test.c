/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/call_recorder.h"

#include "sys/cgroup.h"
#include "sys/cgroup_tasks.h"
#include "sys/namespace.h"
#include "sys/process.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In a cgroup of its own, for others make calls as well. */

static struct cgroup_layout layout;
static struct cgroup group;
static struct error err;
static struct call_recorder recorder;

__attribute__((constructor)) static void need_rights(void)
{
	int unified = -1;
	if (geteuid() == 0 && cgroup_layout_open(&layout, "/sys/fs/cgroup", &err) == 0)
		unified = cgroup_layout_unified(&layout);
	int opened = unified < 0 ? -ENODEV : call_recorder_open(&recorder);
	call_recorder_close(&recorder);
	if (opened == 0)
		return;
	(void)printf("1..0 # SKIP needs root, cgroups of version 2 and tracepoints (errno %d)\n",
		-opened);
	exit(EXIT_SUCCESS);
}

static int make_cgroup(struct cgroup *ret_group, const char *name)
{
	char path[CGROUP_PATH_BYTES];
	(void)snprintf(path, sizeof(path), "gabion-%s-%d", name, (int)getpid());
	ck_assert_msg(cgroup_make(ret_group, &layout, path, 0, &err) == 0, "%s", err.message);
	return cgroup_tasks_target(ret_group, 0, &err);
}

/* What it calls first is not to be recorded, for it is not a program of the cgroup's yet. */
static void run_inside(void)
{
	static const char *const arguments[] = {"sh", "-c", "umask 077; cd /", NULL};
	struct namespace_clone clone = {.cgroup = cgroup_tasks_target(&group, 0, &err)};
	pid_t pid = namespace_clone(&clone);
	if (pid == 0) {
		(void)syscall(SYS_getpriority, 0, 0);
		(void)syscall(SYS_execve, "/bin/sh", arguments, NULL);
		_exit(99);
	}
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(process_reap(clone.pidfd), 0);
	ck_assert_int_eq(close(clone.pidfd), 0);
}

static void remove_cgroup(struct cgroup *made)
{
	ck_assert_msg(cgroup_remove(made, &err) == 0, "%s", err.message);
	cgroup_close(made);
}

START_TEST(a_program_of_the_cgroup_is_recorded_from_its_first_call)
{
	struct recorded_calls calls;
	int folder = make_cgroup(&group, "recorder");
	ck_assert_int_eq(call_recorder_open(&recorder), 0);
	ck_assert_int_eq(call_recorder_watch(&recorder, folder), 0);
	(void)syscall(SYS_getsid, 0);
	run_inside();
	ck_assert_int_eq(call_recorder_read(&recorder, &calls), 0);
	ck_assert(calls.begun);
	ck_assert(calls.made[SYS_brk] && calls.made[SYS_umask] && calls.made[SYS_chdir] &&
		  calls.made[SYS_exit_group]);
	ck_assert(!calls.made[SYS_getpriority] && !calls.made[SYS_execve] &&
		  !calls.made[SYS_getsid] && !calls.made[SYS_reboot]);
	call_recorder_close(&recorder);
	remove_cgroup(&group);
}
END_TEST

START_TEST(other_cgroups_are_not_recorded)
{
	struct recorded_calls calls;
	struct cgroup other;
	(void)make_cgroup(&group, "recorder");
	int folder = make_cgroup(&other, "other");
	ck_assert_int_eq(call_recorder_open(&recorder), 0);
	run_inside();
	ck_assert_int_eq(call_recorder_watch(&recorder, folder), 0);
	run_inside();
	ck_assert_int_eq(call_recorder_read(&recorder, &calls), 0);
	ck_assert(!calls.begun);
	for (int i = 0; i < CALL_RECORDER_CALLS; i++)
		ck_assert_msg(!calls.made[i], "call %d", i);
	call_recorder_close(&recorder);
	remove_cgroup(&other);
	remove_cgroup(&group);
}
END_TEST

UNIT_TESTS("call recorder", a_program_of_the_cgroup_is_recorded_from_its_first_call,
	other_cgroups_are_not_recorded)
