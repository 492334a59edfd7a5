/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/notify.h"

#include "data/print.h"
#include "programs/gabion-oci/channel.h"
#include "sys/fail.h"
#include "sys/process.h"
#include "sys/seccomp_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NEW_LISTENER = 1 << 3, STACK_BYTES = 16 * 1024 };

/* What the thread that sends needs. */
struct sender {
	const struct task *task;
	int listener;       /* where the descriptor will appear */
	_Atomic int result; /* 1: sent, negative: minus the errno */
	char stack[STACK_BYTES];
};

void notify_prepare(struct task *task, struct arena *arena, const struct status *status,
	const struct spec *spec, pid_t pid)
{
	struct buf out;
	struct status now = *status;
	now.pid = pid;
	buf_init_arena(&out, arena, 1024);
	buf_printf(&out, "{\"ociVersion\": \"1.3.0\", \"fds\": [\"seccompFd\"], \"pid\": %d",
		(int)pid);
	if (task->listener_metadata) {
		buf_puts(&out, ", \"metadata\": ");
		print_json_string(str_from(task->listener_metadata), false, &out);
	}
	buf_puts(&out, ", \"state\": ");
	status_put_json(&now, spec, condition_name(CONDITION_CREATING), false, &out);
	buf_puts(&out, "}");
	task->listener_state = buf_str(&out);
	task->sender = ARENA_NEW(arena, struct sender);
}

/*
 * The filter may stop any call of its thread, sending included, until the agent answers; a thread
 * that began before is free of it. It shares our descriptors, and execve ends it.
 */
static int send_listener(void *context)
{
	struct sender *sender = context;
	while (fcntl(sender->listener, F_GETFD) < 0)
		(void)sched_yield();
	int sent = channel_send_fd(
		sender->task->listener, sender->task->listener_state, sender->listener);
	atomic_store(&sender->result, sent < 0 ? sent : 1);
	while (pause() < 0)
		;
	return 0;
}

/* The lowest free descriptor is the next one made. */
static int next_descriptor(void)
{
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (fd >= 0)
		(void)close(fd);
	return fd;
}

static void relax(void)
{
#ifdef __x86_64__
	__builtin_ia32_pause();
#endif
}

int notify_install(struct task *task, struct error *err)
{
	static const int shared =
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
	struct sender *sender = task->sender;
	sender->task = task;
	sender->listener = next_descriptor();
	char *stack = process_stack_top(sender->stack, STACK_BYTES);
	if (sender->listener < 0 || clone(send_listener, stack, shared, sender) < 0)
		return fail_system(err, errno, "cannot start the sender of the seccomp listener");
	int listener = -1;
	if (seccomp_filter_install(task->seccomp.code, task->seccomp.len,
		    task->seccomp.flags | NEW_LISTENER, &listener, err) < 0)
		return -1;
	/* No call from here on, for it could be one that waits for the agent. */
	while (atomic_load(&sender->result) == 0)
		relax();
	int result = atomic_load(&sender->result);
	return result < 0
		       ? fail_system(err, -result, "cannot send the listener to the agent at '%s'",
				 task->listener_path)
		       : 0;
}
