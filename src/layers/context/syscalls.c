/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/syscalls.h"

#include <linux/audit.h>

const struct syscall_arch_name syscall_arch_names[SYSCALL_ARCHS] = {
	[SYSCALL_X86_64] = {"x86_64", "SCMP_ARCH_X86_64", AUDIT_ARCH_X86_64},
	[SYSCALL_I386] = {"i386", "SCMP_ARCH_X86", AUDIT_ARCH_I386},
	[SYSCALL_X32] = {"x32", "SCMP_ARCH_X32", AUDIT_ARCH_X86_64},
	[SYSCALL_AARCH64] = {"aarch64", "SCMP_ARCH_AARCH64", AUDIT_ARCH_AARCH64},
};

const struct syscall_entry *syscall_find_near(struct str name, size_t *place)
{
	size_t low = 0, high = syscall_count, step = 1;
	size_t at = *place < high ? *place : high / 2;
	while (low < high) {
		const struct syscall_entry *entry = syscall_at(at);
		int order = strncmp(entry->name, name.data, name.len);
		if (order == 0 && strlen(entry->name) == name.len) {
			*place = at + 1;
			return name.len > 0 ? entry : NULL;
		}
		/* The row is before the name: look a little behind it, then farther. */
		if (order < 0)
			low = at + 1;
		else
			high = at;
		size_t half = (high - low) / 2, ahead = order < 0 ? step - 1 : half;
		step = order < 0 ? step * 2 : syscall_count;
		at = low + (ahead < half ? ahead : half);
	}
	return NULL;
}

const struct syscall_entry *syscall_find(struct str name)
{
	size_t place = syscall_count / 2;
	return syscall_find_near(name, &place);
}

const struct syscall_entry *syscall_of_number(enum syscall_arch arch, int64_t number)
{
	for (size_t i = 0; i < syscall_count; i++) {
		const struct syscall_entry *entry = syscall_at(i);
		if (number >= 0 && syscall_number(arch, entry) == number)
			return entry;
	}
	return NULL;
}

int64_t syscall_number(enum syscall_arch arch, const struct syscall_entry *entry)
{
	int64_t number = entry->numbers[arch];
	return number >= 0 && arch == SYSCALL_X32 ? number | SYSCALL_X32_BIT : number;
}

bool syscall_arch_find(struct str oci_name, enum syscall_arch *ret_arch)
{
	for (unsigned i = 0; i < SYSCALL_ARCHS; i++) {
		if (!str_equal(oci_name, str_from(syscall_arch_names[i].oci_name)))
			continue;
		*ret_arch = (enum syscall_arch)i;
		return true;
	}
	return false;
}
