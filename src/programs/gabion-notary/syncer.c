/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-notary/syncer.h"

#include "logstore/writer.h"
#include "sys/durable.h"
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CHILD_SOCKET = 3, CHILD_FOLDER, CHILD_FIRST_UNUSED };

/* Keep the two descriptors the child needs, and nothing that whoever started the notary had open.
 */
static void keep_only(int fd, int folder_fd)
{
	int high_fd = fcntl(fd, F_DUPFD, CHILD_FIRST_UNUSED),
	    high_folder = fcntl(folder_fd, F_DUPFD, CHILD_FIRST_UNUSED);
	if (dup2(high_fd, CHILD_SOCKET) < 0 || dup2(high_folder, CHILD_FOLDER) < 0)
		_exit(1);
	if (close_range(CHILD_FIRST_UNUSED, ~0u, 0) == 0)
		return;
	for (int unused = CHILD_FIRST_UNUSED; unused < (int)sysconf(_SC_OPEN_MAX); unused++)
		close(unused);
}

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
	keep_only(fd, folder_fd);
	if (sandbox_enter(&sandbox, &state, &err) < 0)
		_exit(1);
	while (read(CHILD_SOCKET, &ask, 1) == 1) {
		int answer = syncfs(CHILD_FOLDER) < 0 ? errno : 0;
		if (write(CHILD_SOCKET, &answer, sizeof(answer)) != (ssize_t)sizeof(answer))
			break;
	}
	_exit(0);
}

static int start(struct syncer *syncer, int folder_fd, struct error *err)
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

int syncer_start(struct syncer *syncer, const char *folder, struct error *err)
{
	int folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder_fd < 0)
		return durable_fail(err, "open the ledger", folder);
	int result = start(syncer, folder_fd, err);
	close(folder_fd);
	return result;
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
