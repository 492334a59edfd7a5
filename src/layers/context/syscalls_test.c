/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/syscalls.h"

#include "unit.h"

#include <sys/syscall.h>

START_TEST(the_table_is_in_the_order_of_names)
{
	for (size_t i = 1; i < syscall_count; i++)
		ck_assert_str_lt(syscall_at(i - 1)->name, syscall_at(i)->name);
}
END_TEST

START_TEST(every_name_is_found_and_nothing_else)
{
	for (size_t i = 0; i < syscall_count; i++)
		ck_assert_ptr_eq(syscall_find(str_from(syscall_at(i)->name)), syscall_at(i));
	static const char *const strangers[] = {"", "rea", "readd", "readv3", "zzz", "READ", "_",
		"a_name_of_more_than_thirty_bytes"};
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
		ck_assert_ptr_null(syscall_find(str_from(strangers[i])));
	ck_assert_ptr_null(syscall_find((struct str){"read\0", 5}));
}
END_TEST

START_TEST(a_name_is_found_from_everywhere)
{
	for (size_t start = 0; start <= syscall_count; start++)
		for (size_t i = 0; i < syscall_count; i += 7) {
			size_t place = start;
			const char *name = syscall_at(i)->name;
			if (syscall_find_near(str_from(name), &place) != syscall_at(i) ||
				place != i + 1)
				ck_abort_msg("%s from %zu", name, start);
			place = start;
			if (syscall_find_near(STR("nonesuch"), &place))
				ck_abort_msg("a stranger from %zu", start);
		}
}
END_TEST

START_TEST(the_numbers_are_those_of_this_machine)
{
	static const struct {
		const char *name;
		int number;
	} known[] = {{"read", SYS_read}, {"execveat", SYS_execveat}, {"clone3", SYS_clone3},
		{"newfstatat", SYS_newfstatat}, {"futex_waitv", SYS_futex_waitv}};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		ck_assert_int_eq(
			syscall_number(SYSCALL_NATIVE, syscall_find(str_from(known[i].name))),
			known[i].number);
}
END_TEST

START_TEST(a_number_names_one_call_of_its_architecture)
{
	for (unsigned arch = 0; arch < SYSCALL_ARCHS; arch++)
		for (size_t i = 0; i < syscall_count; i++) {
			int64_t number = syscall_number((enum syscall_arch)arch, syscall_at(i));
			const struct syscall_entry *found =
				syscall_of_number((enum syscall_arch)arch, number);
			ck_assert_ptr_eq(found, number < 0 ? NULL : syscall_at(i));
		}
}
END_TEST

START_TEST(x32_has_its_bit_and_its_own_numbers)
{
	const struct syscall_entry *entry = syscall_find(STR("ioctl"));
	ck_assert_int_eq(syscall_number(SYSCALL_X32, entry), SYSCALL_X32_BIT + 514);
	ck_assert_int_eq(syscall_number(SYSCALL_X86_64, entry), 16);
	ck_assert_int_eq(syscall_number(SYSCALL_I386, syscall_find(STR("clone3"))), 435);
	ck_assert_int_eq(syscall_number(SYSCALL_AARCH64, syscall_find(STR("open"))), SYSCALL_NONE);
}
END_TEST

START_TEST(versions_compare_like_versions)
{
	ck_assert_uint_eq(syscall_find(STR("accept4"))->since, SYSCALL_SINCE(2, 6, 28));
	ck_assert_uint_lt(syscall_find(STR("preadv"))->since, syscall_find(STR("setns"))->since);
	ck_assert_uint_lt(SYSCALL_SINCE(2, 6, 39), SYSCALL_SINCE(3, 0, 0));
	ck_assert_uint_lt(SYSCALL_SINCE(5, 9, 0), SYSCALL_SINCE(5, 10, 0));
}
END_TEST

START_TEST(architectures_are_found_by_their_oci_names)
{
	enum syscall_arch arch = SYSCALL_ARCHS;
	ck_assert(syscall_arch_find(STR("SCMP_ARCH_X86"), &arch));
	ck_assert_int_eq(arch, SYSCALL_I386);
	ck_assert(!syscall_arch_find(STR("SCMP_ARCH_S390X"), &arch));
	ck_assert(!syscall_arch_find(STR("x86_64"), &arch));
}
END_TEST

UNIT_TESTS("syscalls", the_table_is_in_the_order_of_names, every_name_is_found_and_nothing_else,
	a_name_is_found_from_everywhere, the_numbers_are_those_of_this_machine,
	a_number_names_one_call_of_its_architecture, x32_has_its_bit_and_its_own_numbers,
	versions_compare_like_versions, architectures_are_found_by_their_oci_names)
