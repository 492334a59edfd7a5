/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/network_maker.h"

#include "sys/namespace.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool loopback_is_up(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	int end = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int asked = end < 0 ? -1 : ioctl(end, SIOCGIFFLAGS, &request);
	(void)close(end);
	return asked == 0 && (request.ifr_flags & IFF_UP);
}

static int lowest_free_descriptor(void)
{
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	(void)close(fd);
	return fd;
}

/* Whether he begins in time is the scheduler's. */
START_TEST(a_network_is_made_and_can_be_joined_or_was_never_begun)
{
	struct stat ours, made;
	ck_assert_int_eq(stat("/proc/self/ns/net", &ours), 0);
	for (int i = 0; i < 20; i++) {
		struct network_maker maker;
		network_maker_begin(&maker);
		(void)usleep((useconds_t)i * 500);
		int fd = network_maker_take(&maker);
		network_maker_end(&maker);
		if (fd < 0) {
			ck_assert_msg(fd == -EAGAIN || (fd == -EPERM && geteuid() != 0), "%d", fd);
			continue;
		}
		ck_assert_int_eq(fstat(fd, &made), 0);
		ck_assert_uint_ne(made.st_ino, ours.st_ino);
		pid_t child = fork();
		if (child == 0)
			_exit(namespace_join(fd, CLONE_NEWNET) == 0 && loopback_is_up() ? 0 : 1);
		int status;
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert_int_eq(status, 0);
		(void)close(fd);
	}
}
END_TEST

START_TEST(what_nobody_takes_leaves_nothing)
{
	int before = lowest_free_descriptor();
	for (int i = 0; i < 20; i++) {
		struct network_maker maker;
		network_maker_begin(&maker);
		(void)usleep((useconds_t)i * 300);
		network_maker_end(&maker);
		network_maker_end(&maker);
		ck_assert_int_eq(network_maker_take(&maker), -EAGAIN);
	}
	ck_assert_int_eq(lowest_free_descriptor(), before);
	ck_assert(waitpid(-1, NULL, __WALL | WNOHANG) < 0 && errno == ECHILD);
}
END_TEST

START_TEST(nobody_waits_for_one_who_was_killed)
{
	for (int i = 0; i < 20; i++) {
		struct network_maker maker;
		network_maker_begin(&maker);
		(void)usleep((useconds_t)i * 50);
		ck_assert(maker.pid == 0 || kill(maker.pid, SIGKILL) == 0);
		int fd = network_maker_take(&maker);
		if (fd >= 0)
			(void)close(fd);
		network_maker_end(&maker);
	}
}
END_TEST

UNIT_TESTS("network maker", nobody_waits_for_one_who_was_killed,
	a_network_is_made_and_can_be_joined_or_was_never_begun, what_nobody_takes_leaves_nothing)
