/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Let one system call of a program and its children fail, from outside:
 *
 *   fail-call N ERRNO PROGRAM [ARGUMENT...]   the Nth call, counted over all of them, gives ERRNO
 *   fail-call N -SIGNAL PROGRAM ...           the program itself gets a signal at that call
 *
 * A child is left alone once it has become another program. The last line on standard error says
 * which call it was: "fault: 17 openat" in numbers of this machine, or "fault: none".
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__
enum { SYSCALL_STOP = SIGTRAP | 0x80, PROCESSES = 4096 };

struct fault {
	long wanted, counted;
	int error;  /* or minus a signal */
	long call;  /* that failed; -1: none yet */
	pid_t root; /* the program itself */
	pid_t failing;
	pid_t inside[PROCESSES]; /* between entry and exit of a call */
	size_t inside_count;
};

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

/* Ends of these would not be ends, a handler would never return, and umask never fails. The address
 * sanitizer of a program built with us cannot live without memory: it waits for itself for ever. */
static int may_fail(long call)
{
	int memory = call == SYS_mmap || call == SYS_munmap || call == SYS_mremap ||
		     call == SYS_mprotect || call == SYS_madvise;
	return call != SYS_exit && call != SYS_exit_group && call != SYS_rt_sigreturn &&
	       call != SYS_umask && !(SANITIZED && memory);
}

/* Entry and exit look the same, and take turns. */
static int enters(struct fault *fault, pid_t pid)
{
	for (size_t i = 0; i < fault->inside_count; i++) {
		if (fault->inside[i] == pid) {
			fault->inside[i] = fault->inside[--fault->inside_count];
			return 0;
		}
	}
	if (fault->inside_count == PROCESSES)
		abort();
	fault->inside[fault->inside_count++] = pid;
	return 1;
}

static void forget(struct fault *fault, pid_t pid)
{
	for (size_t i = 0; i < fault->inside_count; i++)
		if (fault->inside[i] == pid)
			fault->inside[i] = fault->inside[--fault->inside_count];
}

static void set_register(pid_t pid, size_t offset, long value)
{
	/* A process that was killed meanwhile has no registers. */
	(void)ptrace(PTRACE_POKEUSER, pid, (void *)offset, (void *)value);
}

static void at_call(struct fault *fault, pid_t pid)
{
	static const size_t number = offsetof(struct user_regs_struct, orig_rax);
	static const size_t result = offsetof(struct user_regs_struct, rax);
	if (!enters(fault, pid)) {
		if (fault->failing == pid)
			set_register(pid, result, -(long)fault->error);
		if (fault->failing == pid)
			fault->failing = 0;
		return;
	}
	errno = 0;
	long call = ptrace(PTRACE_PEEKUSER, pid, (void *)number, NULL);
	if (errno != 0 || !may_fail(call) || ++fault->counted != fault->wanted)
		return;
	fault->call = call;
	if (fault->error < 0) {
		(void)kill(fault->root, -fault->error);
		return;
	}
	fault->failing = pid;
	set_register(pid, number, -1);
}

/* One stop of one process; what is to be delivered to it. */
static int at_stop(struct fault *fault, pid_t pid, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;
	if (signal == SYSCALL_STOP) {
		at_call(fault, pid);
		return 0;
	}
	/* What was an entry is no more: execve has no exit of the old program. */
	if (event == PTRACE_EVENT_EXEC && pid != fault->root) {
		forget(fault, pid);
		(void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
		return -1;
	}
	return event != 0 || signal == SIGSTOP || signal == SIGTRAP ? 0 : signal;
}

static int follow(struct fault *fault)
{
	int status;
	for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0;) {
		if (!WIFSTOPPED(status)) {
			forget(fault, pid);
			/* What it leaves goes on without us. */
			if (pid == fault->root)
				return WIFEXITED(status) ? WEXITSTATUS(status)
							 : 128 + WTERMSIG(status);
			continue;
		}
		int signal = at_stop(fault, pid, status);
		if (signal >= 0)
			(void)ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)signal);
	}
	return 2;
}

int main(int count, char **arguments)
{
	if (count < 4)
		return 2;
	/* The two numbers are the test's own. */
	struct fault fault = {.call = -1};
	for (const char *at = arguments[1]; *at >= '0' && *at <= '9'; at++)
		fault.wanted = fault.wanted * 10 + (*at - '0');
	const char *error = arguments[2];
	for (const char *at = error + (*error == '-'); *at >= '0' && *at <= '9'; at++)
		fault.error = fault.error * 10 + (*at - '0');
	fault.error = *error == '-' ? -fault.error : fault.error;
	fault.root = fork();
	if (fault.root == 0) {
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		(void)raise(SIGSTOP);
		(void)execv(arguments[3], arguments + 3);
		_exit(127);
	}
	int status;
	if (waitpid(fault.root, &status, 0) < 0)
		return 2;
	(void)ptrace(PTRACE_SETOPTIONS, fault.root, NULL,
		(void *)(long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
			       PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC));
	(void)ptrace(PTRACE_SYSCALL, fault.root, NULL, NULL);
	int ended = follow(&fault);
	if (fault.call >= 0)
		fprintf(stderr, "fault: %ld\n", fault.call);
	else
		fprintf(stderr, "fault: none\n");
	return ended;
}
#else
int main(void)
{
	return 77; /* no such machine yet: the test is skipped */
}
#endif
