/* SPDX-License-Identifier: Apache-2.0 */
/* The workload of bench/start, and what starts it: without any library, so that neither takes time
 * or memory of its own.
 *   stamp            say what the clock shows
 *   stamp wait       the same, then stay
 *   stamp launch CMD run CMD; say on descriptor 3 when it was started, when it was reaped, and its
 *                    peak memory: a child of ours has no memory of a larger program before it */
#include "start/stamp.h"
#include "sys/raw_call.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall stamp_main\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tbl stamp_main\n");
#endif

static int64_t now(void)
{
	struct timespec time;
	(void)raw_call(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&time, 0, 0);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static __attribute__((noreturn)) void leave(long status)
{
	while (true)
		(void)raw_call(SYS_exit_group, status, 0, 0, 0);
}

static __attribute__((noreturn)) void launch(char **command, char **environment)
{
	enum { CHILD_ENDS = 17 /* SIGCHLD */ };
	struct launched said = {0};
	struct rusage used;
	int status = 0;
	(void)raw_call(SYS_fcntl, LAUNCHED_FD, F_SETFD, FD_CLOEXEC, 0);
	long child = raw_call(SYS_clone, CHILD_ENDS, 0, 0, 0);
	if (child == 0) {
		said.start_ns = now();
		(void)raw_call(
			SYS_write, LAUNCHED_FD, (long)&said.start_ns, sizeof(said.start_ns), 0);
		(void)raw_call(SYS_execve, (long)command[0], (long)command, (long)environment, 0);
		leave(127);
	}
	(void)raw_call(SYS_wait4, child, (long)&status, 0, (long)&used);
	said.end_ns = now();
	said.peak_kib = used.ru_maxrss;
	said.status = status;
	(void)raw_call(SYS_write, LAUNCHED_FD, (long)&said.end_ns,
		sizeof(said) - sizeof(said.start_ns), 0);
	leave(0);
}

__attribute__((noreturn, used)) void stamp_main(long *stack)
{
	int64_t time = now();
	long count = stack[0];
	char **arguments = (char **)(stack + 1);
	if (count > 2 && arguments[1][0] == 'l')
		launch(arguments + 2, arguments + count + 1);
	(void)raw_call(SYS_write, 1, (long)&time, sizeof(time), 0);
	while (count > 1)
		(void)raw_call(SYS_ppoll, 0, 0, 0, 0);
	leave(0);
}
