/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* System calls by name and by number. The rows are in syscalls_table.c, made by tools/syscalls. */

enum syscall_arch {
	SYSCALL_X86_64,
	SYSCALL_I386,
	SYSCALL_X32, /* calls of x86_64's kernel interface with SYSCALL_X32_BIT in the number */
	SYSCALL_AARCH64,
	SYSCALL_ARCHS,
#if defined(__x86_64__)
	SYSCALL_NATIVE = SYSCALL_X86_64,
#elif defined(__aarch64__)
	SYSCALL_NATIVE = SYSCALL_AARCH64,
#else
#error "syscalls.h: name the architecture of this machine"
#endif
};

enum { SYSCALL_X32_BIT = 0x40000000, SYSCALL_NAME_BYTES = 30, SYSCALL_NONE = -1 };

/* A version of Linux as one number that compares like versions: 2.6.39, 6.13.0. */
#define SYSCALL_SINCE(major, minor, patch) (((major) << 12) | ((minor) << 6) | (patch))

struct syscall_entry {
	uint16_t since;                 /* SYSCALL_SINCE() of the kernel that brought it */
	int16_t numbers[SYSCALL_ARCHS]; /* without SYSCALL_X32_BIT; SYSCALL_NONE: not there */
	char name[];
};

extern const size_t syscall_count;

/** One of syscall_count rows, in the order of names; and which one a row is. */
const struct syscall_entry *syscall_at(size_t index);
size_t syscall_index(const struct syscall_entry *entry);

/* What an architecture is called, and how the kernel tells a filter about it. */
struct syscall_arch_name {
	const char *name;     /* "x86_64", for people */
	const char *oci_name; /* "SCMP_ARCH_X86_64" */
	uint32_t audit;       /* AUDIT_ARCH_* */
};
extern const struct syscall_arch_name syscall_arch_names[SYSCALL_ARCHS];

/** The row of a name, or NULL. O(log n). */
const struct syscall_entry *syscall_find(struct str name);

/** The same, looking first where *place says, which becomes the row behind the one found: quick for
 * lists of names that are in order. Begin with 0. */
const struct syscall_entry *syscall_find_near(struct str name, size_t *place);

/** The row of a number (x32's with its bit), or NULL. O(n). */
const struct syscall_entry *syscall_of_number(enum syscall_arch arch, int64_t number);

/** The number of a call, x32's with its bit, or SYSCALL_NONE. */
int64_t syscall_number(enum syscall_arch arch, const struct syscall_entry *entry);

/** The architecture of an OCI name (SCMP_ARCH_*); false for one whose numbers we do not know. */
bool syscall_arch_find(struct str oci_name, enum syscall_arch *ret_arch);
