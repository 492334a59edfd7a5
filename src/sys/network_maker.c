/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/network_maker.h"

#include "sys/raw_call.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* In the maker: errno is not his, so no call of the C library. */
static int make(void *context)
{
	struct network_maker *maker = context;
	if (atomic_exchange(&maker->begun, true))
		return 0;
	long result = raw_call(SYS_unshare, CLONE_NEWNET, 0, 0, 0);
	if (result == 0)
		result = network_raise_loopback();
	if (result == 0)
		result = raw_call(
			SYS_openat, AT_FDCWD, (long)"/proc/self/ns/net", O_RDONLY | O_CLOEXEC, 0);
	maker->made = (int)result;
	return 0;
}

/* The processor's interface wants 16 bytes of alignment, whatever the maker itself has. */
static char *stack_top(struct network_maker *maker)
{
	char *end = maker->stack + sizeof(maker->stack);
	return end - (uintptr_t)end % 16;
}

void network_maker_begin(struct network_maker *ret_maker)
{
	ret_maker->pid = 0;
	ret_maker->made = -ECANCELED;
	atomic_init(&ret_maker->begun, false);
	int pid = -1;
	if (HAS_RAW_CALL)
		pid = clone(make, stack_top(ret_maker), CLONE_VM | CLONE_FILES, ret_maker);
	ret_maker->pid = pid > 0 ? pid : 0;
}

/* His end sends no signal. */
static void wait_for(pid_t *pid)
{
	while (*pid > 0 && waitpid(*pid, NULL, __WALL) < 0 && errno == EINTR)
		continue;
	*pid = 0;
}

int network_maker_take(struct network_maker *maker)
{
	if (maker->pid == 0 || !atomic_exchange(&maker->begun, true))
		return -EAGAIN;
	wait_for(&maker->pid);
	int made = maker->made;
	maker->made = -ECANCELED;
	return made;
}

void network_maker_end(struct network_maker *maker)
{
	int made = network_maker_take(maker);
	if (made >= 0)
		(void)close(made);
	wait_for(&maker->pid);
}
