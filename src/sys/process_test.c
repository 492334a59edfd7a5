/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/process.h"

#include "sys/namespace.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(signals_have_numbers_and_names)
{
	static const struct {
		const char *name;
		int number;
	} rows[] = {{"9", SIGKILL}, {"KILL", SIGKILL}, {"SIGKILL", SIGKILL}, {"sigterm", SIGTERM},
		{"WINCH", SIGWINCH}, {"0", 0}, {"64", 64}, {"RTMIN", 34}, {"SIGRTMIN+3", 37},
		{"RTMAX-1", 63}, {"RTMAX", 64}, {"65", -1}, {"RTMIN+31", -1}, {"RTMIN-1", -1},
		{"KILLER", -1}, {"", -1}, {"-9", -1}, {"9 ", -1}, {"SIG", -1}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(process_signal_number(rows[i].name) == rows[i].number, "'%s' gave %d",
			rows[i].name, process_signal_number(rows[i].name));
}
END_TEST

static pid_t clone_sleeper(struct namespace_clone *clone)
{
	*clone = (struct namespace_clone){.cgroup = -1};
	pid_t pid = namespace_clone(clone);
	if (pid == 0) {
		(void)pause();
		_exit(7);
	}
	ck_assert_int_gt(pid, 0);
	return pid;
}

START_TEST(a_process_is_held_signalled_and_reaped_by_its_descriptor)
{
	struct namespace_clone clone;
	pid_t pid = clone_sleeper(&clone);
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	uint64_t began = 0, again = 0;
	ck_assert_int_eq(process_start_time(proc, pid, &began), 0);
	ck_assert_int_eq(process_start_time(proc, pid, &again), 0);
	ck_assert(began > 0 && began == again);
	ck_assert_int_eq(process_wait_end(clone.pidfd, 0), -ETIMEDOUT);
	ck_assert_int_eq(process_signal(clone.pidfd, SIGKILL), 0);
	ck_assert_int_eq(process_wait_end(clone.pidfd, 10000), 0);
	ck_assert_int_eq(process_start_time(proc, pid, &again), -ESRCH);
	ck_assert_int_eq(process_reap(clone.pidfd), 128 + SIGKILL);
	ck_assert_int_eq(process_signal(clone.pidfd, SIGTERM), -ESRCH);
	ck_assert_int_eq(process_open(pid), -ESRCH);
	ck_assert_int_eq(process_start_time(proc, pid, &again), -ESRCH);
	(void)close(proc);
	(void)close(clone.pidfd);
}
END_TEST

START_TEST(whichever_comes_first_ends_a_wait)
{
	struct namespace_clone clone;
	int pipes[2];
	(void)clone_sleeper(&clone);
	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	ck_assert_int_eq(process_write_all(pipes[1], STR("x")), 0);
	ck_assert_int_eq(process_wait_either(clone.pidfd, pipes[0]), 1);
	ck_assert_int_eq(process_signal(clone.pidfd, SIGKILL), 0);
	ck_assert_int_eq(process_wait_end(clone.pidfd, 10000), 0);
	ck_assert_int_eq(process_wait_either(clone.pidfd, pipes[0]), 0);
	ck_assert_int_eq(process_reap(clone.pidfd), 128 + SIGKILL);
}
END_TEST

START_TEST(a_small_file_is_read_whole_and_cut_at_the_end_of_memory)
{
	char text[8];
	int folder = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(process_read_file(folder, "cmdline", text, sizeof(text)), 7);
	ck_assert_int_eq(text[7], '\0');
	ck_assert_int_eq(process_read_file(folder, "nothing", text, sizeof(text)), -ENOENT);
	ck_assert_int_eq(process_write_file(folder, "nothing", STR("x")), -ENOENT);
	ck_assert_int_lt(process_write_file(folder, "cmdline", STR("x")), 0);
	(void)close(folder);
}
END_TEST

START_TEST(ignored_and_blocked_signals_are_as_new_again)
{
	sigset_t all, now;
	struct sigaction action;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	process_reset_signals();
	(void)sigprocmask(SIG_BLOCK, NULL, &now);
	ck_assert_int_eq(sigaction(SIGPIPE, NULL, &action), 0);
	ck_assert(action.sa_handler == SIG_DFL);
	ck_assert_int_eq(sigismember(&now, SIGTERM), 0);
}
END_TEST

START_TEST(descriptors_from_one_on_are_closed_by_execve)
{
	int low = fcntl(STDIN_FILENO, F_DUPFD, 20), high = fcntl(STDIN_FILENO, F_DUPFD, 40);
	ck_assert_int_eq(process_close_on_exec(30), 0);
	ck_assert_int_eq(fcntl(low, F_GETFD), 0);
	ck_assert_int_eq(fcntl(high, F_GETFD), FD_CLOEXEC);
}
END_TEST

/* Whoever may make user namespaces: elsewhere there is nothing to see. */
START_TEST(ids_are_mapped_by_whoever_made_the_namespace)
{
	struct namespace_clone clone = {.flags = CLONE_NEWUSER, .cgroup = -1};
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC), go[2];
	ck_assert_int_eq(pipe2(go, O_CLOEXEC), 0);
	pid_t pid = namespace_clone(&clone);
	if (pid == 0) {
		char byte;
		(void)!read(go[0], &byte, 1);
		_exit(getuid() == 5 ? 0 : 1);
	}
	if (pid < 0) {
		ck_assert(pid == -EPERM || pid == -ENOSPC || pid == -EINVAL);
		return;
	}
	struct namespace_map map = {.inside = 5, .outside = geteuid(), .size = 1};
	ck_assert_int_eq(namespace_write_map(proc, pid, "uid_map", &map, 1), 0);
	ck_assert_int_eq(namespace_write_map(proc, pid, "uid_map", &map, 1), -EPERM);
	ck_assert_int_eq(process_write_all(go[1], STR("x")), 0);
	ck_assert_int_eq(process_reap(clone.pidfd), 0);
}
END_TEST

UNIT_TESTS("sys-process", signals_have_numbers_and_names,
	a_process_is_held_signalled_and_reaped_by_its_descriptor, whichever_comes_first_ends_a_wait,
	a_small_file_is_read_whole_and_cut_at_the_end_of_memory,
	ignored_and_blocked_signals_are_as_new_again, descriptors_from_one_on_are_closed_by_execve,
	ids_are_mapped_by_whoever_made_the_namespace)
