/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/seccomp_filter.h"

#include "unit.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* getppid() fails with ENOTTY. */
static const struct sock_filter no_parents[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

enum { LEN = sizeof(no_parents) / sizeof(no_parents[0]) };

/* The end of a test that gave up rights: leak checks would need them. */
static __attribute__((noreturn)) void leave(void)
{
	_exit(EXIT_SUCCESS);
}

START_TEST(a_filter_stands_from_the_next_call_on)
{
	struct error err = {0};
	int listener = 7;
	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(seccomp_filter_install(no_parents, LEN,
				 SECCOMP_FILTER_FLAG_SPEC_ALLOW | SECCOMP_FILTER_FLAG_TSYNC,
				 &listener, &err),
		0);
	ck_assert_int_eq(listener, -1);
	ck_assert_int_eq(syscall(SYS_getppid), -1);
	ck_assert_int_eq(errno, ENOTTY);
	leave();
}
END_TEST

START_TEST(a_listener_comes_back)
{
	struct error err = {0};
	int listener = -1;
	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(seccomp_filter_install(no_parents, LEN, SECCOMP_FILTER_FLAG_NEW_LISTENER,
				 &listener, &err),
		0);
	ck_assert_int_ge(listener, 0);
	close(listener);
	leave();
}
END_TEST

START_TEST(what_the_kernel_refuses_is_an_error)
{
	struct error err = {0};
	int listener;
	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(seccomp_filter_install(no_parents, 1, 0, &listener, &err), -1);
	ck_assert_str_eq(
		err.message, "install the seccomp filter (1 instructions): Invalid argument");
	ck_assert_str_eq(err.remedy, "");
	err = (struct error){0};
	ck_assert_int_eq(seccomp_filter_install(no_parents, LEN, 1 << 20 | 1, &listener, &err), -1);
	ck_assert_str_eq(
		err.remedy, "leave out the flags 0x100000, which this kernel does not know");
}
END_TEST

START_TEST(flags_nobody_knows_are_told)
{
	const uint64_t good = SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW |
			      SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	ck_assert_uint_eq(seccomp_filter_known_flags(good | 1 << 20), good);
	ck_assert_uint_eq(seccomp_filter_known_flags(0), 0);
}
END_TEST

UNIT_TESTS("seccomp_filter", a_filter_stands_from_the_next_call_on, a_listener_comes_back,
	what_the_kernel_refuses_is_an_error, flags_nobody_knows_are_told)
