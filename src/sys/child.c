/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/child.h"

#include "sys/durable.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

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

static int wait_for(pid_t child, const sigset_t *set)
{
	for (;;) {
		siginfo_t info;
		int status;
		pid_t ended = waitpid(child, &status, WNOHANG);
		if (ended == child)
			return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		int signal = sigwaitinfo(set, &info);
		if (signal > 0 && signal != SIGCHLD && !is_for_group(&info))
			kill(child, signal);
	}
}

int child_run(char *const *argv, int output, int *ret_status, struct error *err)
{
	posix_spawn_file_actions_t actions;
	sigset_t set, old;
	posix_spawnattr_t attributes;
	pid_t child;
	fill(&set);
	sigprocmask(SIG_BLOCK, &set, &old);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &old);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&actions);
	if (output >= 0)
		posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	int failure = posix_spawnp(&child, argv[0], &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (failure == 0)
		*ret_status = wait_for(child, &set);
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
