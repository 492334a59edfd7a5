/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-notary/syncer.h"

#include "logstore/writer.h"
#include "sys/durable.h"
#include "sys/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static __attribute__((noreturn)) void serve(int fd, int folder_fd)
{
	static const int calls[] = {
		SYS_read, SYS_write, SYS_syncfs, SYS_exit_group, SYS_rt_sigreturn, -1};
	static const struct sandbox_folder nothing[] = {{NULL, false}};
	struct sandbox sandbox = {.folders = nothing, .system_calls = calls};
	struct sandbox_state state;
	struct error err = {0};
	char ask;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (sandbox_enter(&sandbox, &state, &err) < 0)
		_exit(1);
	while (read(fd, &ask, 1) == 1) {
		int answer = syncfs(folder_fd) < 0 ? errno : 0;
		if (write(fd, &answer, sizeof(answer)) != (ssize_t)sizeof(answer))
			break;
	}
	_exit(0);
}

int syncer_start(struct syncer *syncer, int folder_fd, struct error *err)
{
	int fds[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return durable_fail(err, "make", "a pair of sockets");
	pid_t pid = fork();
	if (pid < 0) {
		close(fds[0]);
		close(fds[1]);
		return durable_fail(err, "start", "the syncing child");
	}
	if (pid == 0) {
		close(fds[0]);
		serve(fds[1], folder_fd);
	}
	close(fds[1]);
	*syncer = (struct syncer){.fd = fds[0]};
	return 0;
}

int syncer_ask(struct syncer *syncer, struct error *err)
{
	syncer->busy = true;
	return write(syncer->fd, "s", 1) != 1 ? durable_fail(err, "ask", "the syncing child") : 0;
}

int syncer_take(struct syncer *syncer, struct error *err)
{
	int answer;
	if (read(syncer->fd, &answer, sizeof(answer)) != (ssize_t)sizeof(answer))
		return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "the syncing child is gone");
	syncer->busy = false;
	errno = answer;
	return answer != 0 ? durable_fail(err, "sync", "the ledger") : 0;
}
