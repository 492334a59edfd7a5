/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/syscall_groups.h"

#include "base/limits.h"
#include "layers/context/seccomp.h"
#include "layers/context/syscalls.h"
#include "unit.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
}

static bool holds(const char *calls, struct str wanted)
{
	struct str rest = str_from(calls), call;
	while (str_next_part(&rest, ' ', &call))
		if (str_equal(call, wanted))
			return true;
	return false;
}

static struct spec_seccomp profile_with(const char *group)
{
	const struct str opened = str_from(group ? group : "");
	struct spec_seccomp profile;
	struct error err = {0};
	ck_assert_msg(syscall_groups_profile(&arena, &opened, group != NULL, &profile, &err) == 0,
		"%s", err.message);
	return profile;
}

static struct seccomp_program program_with(const char *group)
{
	const struct spec_seccomp profile = profile_with(group);
	struct seccomp_program program;
	struct error err = {0};
	ck_assert_int_eq(seccomp_compile(&arena, &profile, &program, NULL, &err), 0);
	return program;
}

static uint32_t decide(
	const struct seccomp_program *program, const char *name, uint64_t a, uint64_t b, uint64_t c)
{
	int64_t number = syscall_number(SYSCALL_X86_64, syscall_find(str_from(name)));
	const struct seccomp_call call = {
		(uint32_t)number, AUDIT_ARCH_X86_64, {a, b, c, 0, 0, ~(uint64_t)0}};
	return seccomp_run(program->code, program->len, &call);
}

START_TEST(every_call_is_in_the_list_or_in_one_group)
{
	for (size_t i = 0; i < syscall_count; i++) {
		struct str name = str_from(syscall_at(i)->name);
		unsigned times = 0;
		for (size_t k = 0; syscall_list[k]; k++)
			times += holds(syscall_list[k], name);
		for (size_t k = 0; syscall_groups[k].name; k++)
			times += holds(syscall_groups[k].calls, name);
		ck_assert_msg(times == 1, "%s: %u times", syscall_at(i)->name, times);
	}
}
END_TEST

static void check_calls(const char *calls)
{
	struct str rest = str_from(calls), call;
	while (str_next_part(&rest, ' ', &call))
		ck_assert_msg(call.len == 0 || syscall_find(call), "'%.*s'", STR_ARGS(call));
}

START_TEST(every_name_of_the_tables_means_something)
{
	for (size_t i = 0; syscall_list[i]; i++)
		check_calls(syscall_list[i]);
	for (size_t i = 0; syscall_groups[i].name; i++)
		check_calls(syscall_groups[i].calls);
	for (size_t i = 1; syscall_groups[i].name; i++)
		ck_assert_str_lt(syscall_groups[i - 1].name, syscall_groups[i].name);
	for (size_t i = 0; syscall_conditions[i].calls; i++) {
		const struct syscall_condition *row = &syscall_conditions[i];
		check_calls(row->calls);
		ck_assert_ptr_nonnull(syscall_group_find(str_from(row->lifted_by)));
		ck_assert(!row->only_with || syscall_group_find(str_from(row->only_with)));
	}
}
END_TEST

#define OPEN   SECCOMP_RET_ALLOW
#define CLOSED (SECCOMP_RET_ERRNO | EPERM)

static const struct {
	const char *call;
	uint64_t args[3];
	uint32_t by_default;
	const char *group;
	uint32_t with_group;
} sample[] = {
	{"read", {0}, OPEN, "ptrace", OPEN},
	{"ptrace", {0}, CLOSED, "ptrace", OPEN},
	{"ptrace", {0}, CLOSED, "bpf", CLOSED},
	{"process_vm_readv", {0}, CLOSED, "ptrace", OPEN},
	{"bpf", {0}, CLOSED, "bpf", OPEN},
	{"keyctl", {0}, CLOSED, "keyring", OPEN},
	{"io_uring_setup", {0}, CLOSED, "io-uring", OPEN},
	{"userfaultfd", {0}, CLOSED, "userfaultfd", OPEN},
	{"mount_setattr", {0}, CLOSED, "mount", OPEN},
	{"modify_ldt", {0}, CLOSED, "legacy-x86", OPEN},
	{"unshare", {0x10000000}, CLOSED, "namespaces", OPEN},
	{"clone3", {0}, SECCOMP_RET_ERRNO | ENOSYS, "namespaces", OPEN},
	{"clone", {0x3d0f00}, OPEN, "namespaces", OPEN},
	{"clone", {0x10000011}, CLOSED, "namespaces", OPEN},
	{"clone", {0x20000 | 17}, CLOSED, "mount", CLOSED},
	{"listns", {0}, SECCOMP_RET_ERRNO | ENOSYS, "namespaces", OPEN},
	{"socket", {1, 1}, OPEN, "socket-alg", OPEN},
	{"socket", {0xabc0000000aULL, 1}, OPEN, "socket-alg", OPEN},
	{"socket", {38, 5}, CLOSED, "socket-alg", OPEN},
	{"socket", {0x100000026ULL, 5}, CLOSED, "socket-vsock", CLOSED},
	{"socket", {40, 1}, CLOSED, "socket-vsock", OPEN},
	{"socket", {17, 3}, CLOSED, "socket-packet", OPEN},
	{"socket", {16, 3, 0}, CLOSED, "socket-route", OPEN},
	{"socket", {16, 3, 12}, CLOSED, "socket-route", CLOSED},
	{"socket", {16, 3, 12}, CLOSED, "socket-netlink", OPEN},
	{"socket", {31, 3, 12}, CLOSED, "socket-any", OPEN},
	{"socketpair", {16, 1}, CLOSED, "socket-any", OPEN},
	{"mmap", {0, 0, 1 | 2}, OPEN, "rwx-memory", OPEN},
	{"mmap", {0, 0, 1 | 4}, OPEN, "rwx-memory", OPEN},
	{"mmap", {0, 0, 2 | 4}, CLOSED, "rwx-memory", OPEN},
	{"mprotect", {0, 0, 1 | 4}, CLOSED, "rwx-memory", OPEN},
	{"mprotect", {0, 0, 1 | 2}, OPEN, "rwx-memory", OPEN},
	{"pkey_mprotect", {0, 0, 4}, CLOSED, "rwx-memory", OPEN},
	{"shmat", {0, 0, 0100000}, CLOSED, "rwx-memory", OPEN},
	{"memfd_create", {0, 1}, SECCOMP_RET_ERRNO | ENOSYS, "memfd-exec", OPEN},
	{"memfd_create", {0, 9}, OPEN, "memfd-exec", OPEN},
	{"mknod", {0, 0020666}, CLOSED, "device-nodes", OPEN},
	{"mknodat", {0, 0, 0060600}, CLOSED, "device-nodes", OPEN},
	{"mknodat", {0, 0, 0010600}, OPEN, "device-nodes", OPEN},
	{"ioctl", {0, 0x5412}, SECCOMP_RET_ERRNO | EIO, "terminal-input", OPEN},
	{"ioctl", {0, 0xff00005412ULL}, SECCOMP_RET_ERRNO | EIO, "terminal-input", OPEN},
	{"ioctl", {0, 0x5413}, OPEN, "terminal-input", OPEN},
	{"personality", {0xffffffff}, OPEN, "personality", OPEN},
	{"personality", {0x40000}, CLOSED, "personality-32bit", CLOSED},
	{"personality", {0x20008}, CLOSED, "personality-32bit", OPEN},
	{"personality", {0x40000}, CLOSED, "personality", OPEN},
};

START_TEST(what_is_closed_is_opened_by_its_group)
{
	set_up();
	const struct seccomp_program plain = program_with(NULL);
	for (size_t i = 0; i < sizeof(sample) / sizeof(sample[0]); i++) {
		const struct seccomp_program opened = program_with(sample[i].group);
		const uint64_t *args = sample[i].args;
		uint32_t before = decide(&plain, sample[i].call, args[0], args[1], args[2]);
		uint32_t after = decide(&opened, sample[i].call, args[0], args[1], args[2]);
		ck_assert_msg(before == sample[i].by_default && after == sample[i].with_group,
			"%s(%llx, %llx, %llx): %x, with %s %x", sample[i].call,
			(unsigned long long)args[0], (unsigned long long)args[1],
			(unsigned long long)args[2], before, sample[i].group, after);
	}
	arena_release(&arena);
}
END_TEST

static bool belongs(const struct syscall_group *group, const char *call)
{
	if (holds(group->calls, str_from(call)))
		return true;
	for (const struct syscall_condition *row = syscall_conditions; row->calls; row++)
		if (holds(row->calls, str_from(call)) &&
			(strcmp(row->lifted_by, group->name) == 0 ||
				(row->only_with && strcmp(row->only_with, group->name) == 0)))
			return true;
	return false;
}

START_TEST(a_group_opens_its_calls_and_no_others)
{
	static const uint64_t values[] = {0, 1, 2, 6, 16, 17, 38, 40, 0x5412, 0x20000, 0xffffffff};
	set_up();
	const struct seccomp_program plain = program_with(NULL);
	for (const struct syscall_group *group = syscall_groups; group->name; group++) {
		const struct seccomp_program opened = program_with(group->name);
		for (size_t i = 0; i < syscall_count; i++) {
			const char *name = syscall_at(i)->name;
			bool changed = false;
			if (syscall_at(i)->numbers[SYSCALL_X86_64] < 0)
				continue;
			for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
				uint64_t v = values[k];
				uint32_t before = decide(&plain, name, v, v, v);
				/* Naming newer calls makes others known: EPERM, no ENOSYS. */
				changed |= (before == OPEN) !=
					   (decide(&opened, name, v, v, v) == OPEN);
			}
			ck_assert_msg(
				!changed || belongs(group, name), "%s opens %s", group->name, name);
		}
	}
	arena_release(&arena);
}
END_TEST

START_TEST(the_group_of_a_call_is_told)
{
	ck_assert_ptr_null(syscall_group_of(STR("read")));
	ck_assert_ptr_null(syscall_group_of(STR("not_a_call")));
	ck_assert_str_eq(syscall_group_of(STR("process_vm_writev"))->name, "ptrace");
	ck_assert_str_eq(syscall_group_of(STR("clone3"))->name, "namespaces");
	ck_assert_str_eq(syscall_group_of(STR("mprotect"))->name, "rwx-memory");
	ck_assert_str_eq(syscall_group_of(STR("socket"))->name, "socket-any");
}
END_TEST

START_TEST(profiles_are_small_and_leave_nothing_out)
{
	set_up();
	struct error err = {0};
	struct str all[64];
	size_t count = 0;
	for (; syscall_groups[count].name; count++)
		all[count] = str_from(syscall_groups[count].name);
	for (size_t opened = 0; opened <= count; opened += count) {
		struct spec_seccomp profile;
		struct seccomp_program program;
		struct seccomp_left_out left_out;
		ck_assert_int_eq(syscall_groups_profile(&arena, all, opened, &profile, &err), 0);
		ck_assert_int_eq(seccomp_compile(&arena, &profile, &program, &left_out, &err), 0);
		ck_assert_uint_eq(left_out.count, 0);
		ck_assert_uint_lt(program.len, 260);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(a_name_that_is_no_group_is_an_error)
{
	set_up();
	struct error err = {0};
	struct spec_seccomp profile;
	const struct str opened[] = {STR("ptrace"), STR("everything")};
	ck_assert_int_eq(syscall_groups_profile(&arena, opened, 2, &profile, &err), -1);
	ck_assert_str_eq(err.message, "'everything' is no group of system calls");
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("syscall_groups", every_call_is_in_the_list_or_in_one_group,
	every_name_of_the_tables_means_something, what_is_closed_is_opened_by_its_group,
	a_group_opens_its_calls_and_no_others, the_group_of_a_call_is_told,
	profiles_are_small_and_leave_nothing_out, a_name_that_is_no_group_is_an_error)
