/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/syscalls.h"

#include <linux/audit.h>

const struct syscall_arch_name syscall_arch_names[SYSCALL_ARCHS] = {
	[SYSCALL_X86_64] = {"x86_64", "SCMP_ARCH_X86_64", AUDIT_ARCH_X86_64},
	[SYSCALL_I386] = {"i386", "SCMP_ARCH_X86", AUDIT_ARCH_I386},
	[SYSCALL_X32] = {"x32", "SCMP_ARCH_X32", AUDIT_ARCH_X86_64},
	[SYSCALL_AARCH64] = {"aarch64", "SCMP_ARCH_AARCH64", AUDIT_ARCH_AARCH64},
};

const struct syscall_entry *syscall_find(struct str name)
{
	size_t low = 0, high = syscall_count;
	if (name.len == 0 || name.len >= SYSCALL_NAME_BYTES || name.data[name.len - 1] == '\0')
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct syscall_entry *entry = syscall_at(middle);
		int order = strncmp(entry->name, name.data, name.len);
		if (order == 0 && entry->name[name.len] == '\0')
			return entry;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
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
