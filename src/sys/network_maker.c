/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/network_maker.h"

#include "sys/process.h"
#include "sys/raw_call.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NOT_BEGUN, BEGUN, MADE };

/* Each waits for the other only so long at a time: a call to wake or to kill may have failed. */
static const struct timespec a_while = {.tv_nsec = 10000000};

#if !HAS_RAW_CALL
static long raw_call(long number, long a, long b, long c, long d)
{
	long result = syscall(number, a, b, c, d);
	return result < 0 ? -errno : result;
}
#endif

int network_raise_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	long end = raw_call(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0);
	if (end < 0)
		return end == -EAFNOSUPPORT ? 0 : (int)end;
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	long result = raw_call(SYS_ioctl, end, SIOCSIFFLAGS, (long)&request, 0);
	(void)raw_call(SYS_close, end, 0, 0, 0);
	return (int)result;
}

/* Whoever is first goes on: the maker, or one who does without him. */
static bool claim(struct network_maker *maker)
{
	int expected = NOT_BEGUN;
	return atomic_compare_exchange_strong(&maker->state, &expected, BEGUN);
}

/* In the maker: errno is not his, so no call of the C library. He holds it until he is killed. */
static int make(void *context)
{
	struct network_maker *maker = context;
	(void)raw_call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
	if (raw_call(SYS_getppid, 0, 0, 0, 0) != maker->parent || !claim(maker))
		return 0;
	long result = raw_call(SYS_unshare, CLONE_NEWNET, 0, 0, 0);
	if (result == 0)
		result = network_raise_loopback();
	atomic_store(&maker->state, result < 0 ? (int)result : MADE);
	(void)raw_call(SYS_futex, (long)&maker->state, FUTEX_WAKE_PRIVATE, 1, 0);
	while (!atomic_load(&maker->over))
		(void)raw_call(SYS_ppoll, 0, 0, (long)&a_while, 0);
	return 0;
}

void network_maker_begin(struct network_maker *ret_maker)
{
	int pid = -1;
	ret_maker->parent = getpid();
	atomic_init(&ret_maker->state, NOT_BEGUN);
	atomic_init(&ret_maker->over, false);
	if (HAS_RAW_CALL)
		pid = clone(make, process_stack_top(ret_maker->stack, sizeof(ret_maker->stack)),
			CLONE_VM, ret_maker);
	ret_maker->pid = pid > 0 ? pid : 0;
}

/* Whether somebody has killed him; he stays to be waited for. */
static bool is_dead(const struct network_maker *maker)
{
	siginfo_t info = {0};
	int waited = waitid(P_PID, (id_t)maker->pid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL);
	return waited < 0 || info.si_pid == maker->pid;
}

int network_maker_take(struct network_maker *maker)
{
	char path[32];
	if (maker->pid == 0 || claim(maker))
		return -EAGAIN;
	while (atomic_load(&maker->state) == BEGUN) {
		(void)syscall(SYS_futex, &maker->state, FUTEX_WAIT_PRIVATE, BEGUN, &a_while);
		if (atomic_load(&maker->state) == BEGUN && is_dead(maker))
			return -ECANCELED;
	}
	int state = atomic_load(&maker->state);
	if (state < 0)
		return state;
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)maker->pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* His end sends no signal. */
void network_maker_end(struct network_maker *maker)
{
	atomic_store(&maker->over, true);
	if (maker->pid > 0)
		(void)kill(maker->pid, SIGKILL);
	while (maker->pid > 0 && waitpid(maker->pid, NULL, __WALL) < 0 && errno == EINTR)
		continue;
	maker->pid = 0;
}
