/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/create.h"
#include "base/guard.h"
#include "programs/gabion-oci/channel.h"
#include "programs/gabion-oci/commands.h"
#include "programs/gabion-oci/container.h"
#include "programs/gabion-oci/destroy.h"
#include "programs/gabion-oci/hooks.h"
#include "programs/gabion-oci/log.h"
#include "programs/gabion-oci/prepare.h"
#include "programs/gabion-oci/terminal.h"
#include "sys/fail.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int create_pid_file(const struct invocation *invocation, pid_t pid, struct error *err)
{
	const char *path = invocation->options[OPTION_PID_FILE];
	char digits[16];
	if (!path)
		return 0;
	struct str temporary = str_format(invocation->arena, "%s.gabion-oci", path);
	int fd = open(temporary.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	(void)snprintf(digits, sizeof(digits), "%d", (int)pid);
	int result = fd < 0 ? -errno : process_write_all(fd, str_from(digits));
	if (fd >= 0)
		(void)close(fd);
	if (result == 0 && rename(temporary.data, path) < 0)
		result = -errno;
	if (result == 0)
		return 0;
	if (fd >= 0)
		(void)unlink(temporary.data);
	return fail_system(err, -result, "cannot write the pid file '%s'", path);
}

/* Everything until the first process is ready, or has become its program; or nothing. */
static int create(struct container *container, struct invocation *invocation, struct error *err)
{
	struct guard outer;
	guard_save(invocation->arena, &outer);
	/* At the arena's cap what was made must go as well. */
	bool capped = ARENA_LIMIT_REACHED(invocation->arena);
	if (!capped && container_prepare(container, invocation, err) == 0 &&
		container_start(container, err) == 0 &&
		create_pid_file(invocation, container->status.pid, err) == 0) {
		guard_restore(invocation->arena, &outer);
		return 0;
	}
	if (err->origin.line > 0)
		error_set_file(err, container->config_path);
	container_undo(container);
	container_release(container);
	guard_restore(invocation->arena, &outer);
	if (capped)
		arena_limit_reached(invocation->arena);
	return -1;
}

int command_create(struct invocation *invocation, struct error *err)
{
	struct container container = {.config_path = {NULL, 0}};
	if (invocation->options[OPTION_CONSOLE_SOCKET] == NULL)
		invocation->needs_console = true;
	if (create(&container, invocation, err) < 0)
		return -1;
	(void)flock(container.status.folder, LOCK_UN);
	container_release(&container);
	return 0;
}

/* A hook that fails after the start is told and changes nothing, says the specification. */
static void run_late_hooks(struct invocation *invocation, const struct spec *spec,
	enum spec_hook_kind kind, const struct status *status, enum condition condition)
{
	struct error err = {0};
	if (hooks_run(invocation->arena, spec, kind, status, condition, &err) < 0)
		log_error(invocation, &err);
}

static void pass_signals(int interrupts, int pidfd)
{
	struct signalfd_siginfo info;
	while (read(interrupts, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGWINCH)
			(void)process_signal(pidfd, (int)info.ssi_signo);
}

int create_wait(int master, int pidfd, int interrupts, struct error *err)
{
	if (master >= 0)
		return terminal_relay(master, pidfd, interrupts, err);
	while (process_wait_either(pidfd, interrupts) > 0)
		pass_signals(interrupts, pidfd);
	int status = process_reap(pidfd);
	return status < 0 ? fail_system(err, -status, "cannot wait for the process") : status;
}

int command_run(struct invocation *invocation, struct error *err)
{
	struct container container = {.config_path = {NULL, 0}};
	bool detached = invocation->options[OPTION_DETACH] != NULL;
	invocation->needs_console = detached && !invocation->options[OPTION_CONSOLE_SOCKET];
	if (create(&container, invocation, err) < 0)
		return -1;
	run_late_hooks(invocation, &container.spec, SPEC_HOOK_POSTSTART, &container.status,
		CONDITION_RUNNING);
	(void)flock(container.status.folder, LOCK_UN);
	invocation->step = NULL;
	int result = 0;
	if (!detached) {
		result = create_wait(container.master, container.pidfd, container.interrupts, err);
		if (!invocation->options[OPTION_KEEP] &&
			destroy(invocation, container.root, &container.status, &container.spec,
				container.has_cgroups ? &container.cgroups : NULL, err) < 0)
			result = -1;
	}
	container_release(&container);
	return result;
}

/* The socket in the folder of a container; ENOENT when it was started before. */
static int connect_start(const struct status *status)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	(void)snprintf(address.sun_path, sizeof(address.sun_path),
		"/proc/self/fd/%d/" STATUS_SOCKET, status->folder);
	int end = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (end >= 0 && connect(end, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return end;
	int cause = errno;
	if (end >= 0)
		(void)close(end);
	return -cause;
}

static int hear_start(struct invocation *invocation, int end, struct error *err)
{
	struct channel_message message;
	int heard = channel_hear(end, -1, -1, &message);
	(void)close(end);
	if (heard < 0)
		return fail_system(err, -heard, "cannot hear the first process");
	if (message.word != CHANNEL_FAILED)
		return 0;
	invocation->step = str_copy(invocation->arena, str_from(message.step)).data;
	*err = message.error;
	return -1;
}

static int start(struct invocation *invocation, const struct status *status, struct error *err)
{
	enum condition condition;
	if (status_lock(status, err) < 0)
		return -1;
	int pidfd = status_open_process(status);
	condition = pidfd < 0 ? CONDITION_STOPPED : CONDITION_CREATED;
	int end = pidfd < 0 ? pidfd : connect_start(status);
	if (pidfd >= 0)
		(void)close(pidfd);
	if (end < 0) {
		(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"container '%s' cannot be started: it is %s", status->id,
			condition == CONDITION_STOPPED ? "stopped" : "running");
		return -1;
	}
	int result = hear_start(invocation, end, err);
	(void)unlinkat(status->folder, STATUS_SOCKET, 0);
	return result;
}

int command_start(struct invocation *invocation, struct error *err)
{
	struct status status;
	struct spec spec;
	int root;
	invocation->step = "starting";
	if (status_open_root(invocation, &root, err) < 0 ||
		status_load(invocation->arena, root, invocation->operands[0], &status, err) < 0 ||
		start(invocation, &status, err) < 0 ||
		spec_read(invocation->arena, status.config, &spec, err) < 0)
		return -1;
	run_late_hooks(invocation, &spec, SPEC_HOOK_POSTSTART, &status, CONDITION_RUNNING);
	return 0;
}
