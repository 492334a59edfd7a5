/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel does what the profile says: real calls in processes under real filters. */
#include "base/limits.h"
#include "layers/context/seccomp.h"
#include "layers/context/syscall_groups.h"
#include "layers/context/syscalls.h"
#include "sys/seccomp_filter.h"
#include "unit.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena arena;

static struct seccomp_program program_with(const char *group)
{
	const struct str opened = str_from(group ? group : "");
	struct spec_seccomp profile;
	struct seccomp_program program;
	struct error err = {0};
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	ck_assert_int_eq(syscall_groups_profile(&arena, &opened, group != NULL, &profile, &err), 0);
	ck_assert_int_eq(seccomp_compile(&arena, &profile, &program, NULL, &err), 0);
	return program;
}

static void restrict_self(const struct seccomp_program *program)
{
	int listener;
	struct error err = {0};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		seccomp_filter_install(
			program->code, program->len, program->flags, &listener, &err) < 0)
		_exit(200);
}

enum { NOT_REFUSED = 0 };

/* What the filter makes of one call: 0 or an errno that is not the kernel's own answer to bad
 * arguments; 128 + signal for a process that was killed. */
static int outcome(const char *group, long number, const long args[3])
{
	const struct seccomp_program program = program_with(group);
	pid_t child = fork();
	if (child == 0) {
		restrict_self(&program);
		long result = syscall(number, args[0], args[1], args[2], 0, 0, 0);
		_exit(result < 0 && (errno == EPERM || errno == ENOSYS || errno == EIO)
				? errno
				: NOT_REFUSED);
	}
	int status;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	arena_release(&arena);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static const struct {
	long number;
	long args[3];
	int by_default;
	const char *group;
	int with_group;
} calls[] = {
	{SYS_getpid, {0}, NOT_REFUSED, "ptrace", NOT_REFUSED},
	{SYS_ptrace, {-1, 0, 0}, EPERM, "ptrace", NOT_REFUSED},
	{SYS_kcmp, {-1, 0, 0}, EPERM, "ptrace", NOT_REFUSED},
	{SYS_bpf, {-1, 0, 0}, EPERM, "ptrace", EPERM},
	{SYS_keyctl, {-1, 0, 0}, EPERM, "ptrace", EPERM},
	{SYS_clone3, {0, 0, 0}, ENOSYS, "namespaces", NOT_REFUSED},
	{SYS_unshare, {0, 0, 0}, EPERM, "namespaces", NOT_REFUSED},
	{SYS_socket, {AF_ALG, SOCK_SEQPACKET, 0}, EPERM, "socket-alg", NOT_REFUSED},
	{SYS_socket, {AF_VSOCK, SOCK_STREAM, 0}, EPERM, "socket-vsock", NOT_REFUSED},
	{SYS_socket, {AF_NETLINK, SOCK_RAW, 0}, EPERM, "socket-route", NOT_REFUSED},
	{SYS_socket, {AF_NETLINK, SOCK_RAW, 12}, EPERM, "socket-route", EPERM},
	{SYS_socket, {AF_UNIX, SOCK_STREAM, 0}, NOT_REFUSED, "socket-alg", NOT_REFUSED},
	{SYS_socket, {0x700000000L | AF_UNIX, SOCK_STREAM, 0}, NOT_REFUSED, "ptrace", NOT_REFUSED},
	{SYS_socket, {0x100000000L | AF_ALG, SOCK_SEQPACKET, 0}, EPERM, "ptrace", EPERM},
	{SYS_mmap, {0, 0, PROT_READ | PROT_WRITE | PROT_EXEC}, EPERM, "rwx-memory", NOT_REFUSED},
	{SYS_mprotect, {0, 0, PROT_READ | PROT_EXEC}, EPERM, "rwx-memory", NOT_REFUSED},
	{SYS_memfd_create, {0, 1, 0}, ENOSYS, "memfd-exec", NOT_REFUSED},
	{SYS_ioctl, {-1, 0x5412, 0}, EIO, "terminal-input", NOT_REFUSED},
	{SYS_ioctl, {-1, 0x5413, 0}, NOT_REFUSED, "terminal-input", NOT_REFUSED},
	{SYS_personality, {0xffffffff, 0, 0}, NOT_REFUSED, "personality", NOT_REFUSED},
	{SYS_personality, {0x0040000, 0, 0}, EPERM, "personality", NOT_REFUSED},
	{1000, {0}, ENOSYS, "ptrace", ENOSYS},
	{-1, {0}, ENOSYS, "ptrace", ENOSYS},
};

START_TEST(calls_fail_as_the_profile_says)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		int before = outcome(NULL, calls[i].number, calls[i].args);
		int after = outcome(calls[i].group, calls[i].number, calls[i].args);
		ck_assert_msg(before == calls[i].by_default && after == calls[i].with_group,
			"call %ld(%lx, %lx, %lx): %d, with %s %d", calls[i].number,
			(unsigned long)calls[i].args[0], (unsigned long)calls[i].args[1],
			(unsigned long)calls[i].args[2], before, calls[i].group, after);
	}
}
END_TEST

#if defined(__x86_64__)
START_TEST(other_interfaces_kill)
{
	static const long none[3];
	ck_assert_int_eq(outcome(NULL, SYSCALL_X32_BIT + SYS_getpid, none), 128 + SIGSYS);
	ck_assert_int_ne(outcome("x32", SYSCALL_X32_BIT + SYS_getpid, none), 128 + SIGSYS);
}
END_TEST

/* getpid of i386 by its own gate; what comes back is no matter here. */
static int outcome_of_i386(const char *group)
{
	const struct seccomp_program program = program_with(group);
	pid_t child = fork();
	if (child == 0) {
		enum { GETPID_OF_I386 = 20 };
		long result = GETPID_OF_I386;
		restrict_self(&program);
		__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
		_exit(0);
	}
	int status;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	arena_release(&arena);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

START_TEST(the_gate_of_32_bit_programs_kills)
{
	ck_assert_int_ne(outcome_of_i386(NULL), 0);
}
END_TEST

START_TEST(unless_it_is_opened)
{
	/* A kernel without 32 bit programs answers with SIGSEGV. */
	ck_assert_int_ne(outcome_of_i386("i386"), SIGSYS);
}
END_TEST

UNIT_TESTS("kernel_seccomp", calls_fail_as_the_profile_says, other_interfaces_kill,
	the_gate_of_32_bit_programs_kills, unless_it_is_opened)
#else
UNIT_TESTS("kernel_seccomp", calls_fail_as_the_profile_says)
#endif
