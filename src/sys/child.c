/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/child.h"

#include "sys/durable.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { LISTENER = 3 };

static const int forwarded[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

static void fill(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	for (size_t i = 0; i < sizeof(forwarded) / sizeof(forwarded[0]); i++)
		sigaddset(set, forwarded[i]);
}

/* What a terminal sends to its whole group has reached the child already. */
static bool is_for_group(const siginfo_t *info)
{
	return info->si_code == SI_KERNEL;
}

/* Without a watch there is nothing to wake up for but signals. */
static int next_signal(const sigset_t *set, siginfo_t *ret_info, const struct child_watch *watch)
{
	const struct timespec period = {.tv_sec = watch ? watch->period_s : 0};
	if (!watch)
		return sigwaitinfo(set, ret_info);
	int signal = sigtimedwait(set, ret_info, &period);
	if (signal < 0 && errno == EAGAIN)
		watch->look(watch->state);
	return signal;
}

static int wait_for(pid_t child, const sigset_t *set, const struct child_watch *watch)
{
	for (;;) {
		siginfo_t info;
		int status;
		pid_t ended = waitpid(child, &status, WNOHANG);
		if (ended == child)
			return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		int signal = next_signal(set, &info, watch);
		if (signal > 0 && signal != SIGCHLD && !is_for_group(&info))
			kill(child, signal);
	}
}

static int spawn(
	char *const *argv, const struct child_files *files, const sigset_t *mask, pid_t *ret_child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, mask);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&actions);
	if (files->output >= 0)
		posix_spawn_file_actions_adddup2(&actions, files->output, STDOUT_FILENO);
	if (files->errors >= 0)
		posix_spawn_file_actions_adddup2(&actions, files->errors, STDERR_FILENO);
	if (files->listener >= 0) {
		posix_spawn_file_actions_adddup2(&actions, files->listener, LISTENER);
		setenv("LISTEN_FDS", "1", 1);
	}
	int failure = posix_spawnp(ret_child, argv[0], &actions, &attributes, argv, environ);
	if (files->listener >= 0)
		unsetenv("LISTEN_FDS");
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return failure;
}

int child_run(
	char *const *argv, const struct child_files *files, int *ret_status, struct error *err)
{
	return child_run_watched(argv, files, NULL, ret_status, err);
}

int child_run_watched(char *const *argv, const struct child_files *files,
	const struct child_watch *watch, int *ret_status, struct error *err)
{
	sigset_t set, old;
	pid_t child;
	fill(&set);
	sigprocmask(SIG_BLOCK, &set, &old);
	int failure = spawn(argv, files, &old, &child);
	if (failure == 0)
		*ret_status = wait_for(child, &set, watch);
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = failure;
	return failure == 0 ? 0 : durable_fail(err, "start", argv[0]);
}

void child_find_sibling(const char *name, char *ret_path)
{
	ssize_t len = readlink("/proc/self/exe", ret_path, PATH_MAX - 1);
	size_t folder = 0;
	for (ssize_t i = 0; i < len; i++)
		if (ret_path[i] == '/')
			folder = (size_t)i + 1;
	size_t bytes = strlen(name) + 1;
	if (folder + bytes > PATH_MAX)
		folder = 0;
	memcpy(ret_path + folder, name, bytes);
	if (folder == 0 || access(ret_path, X_OK) != 0)
		memcpy(ret_path, name, bytes);
}
