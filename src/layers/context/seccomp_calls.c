/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/seccomp_calls.h"

#include <errno.h>
#include <linux/seccomp.h>

uint32_t seccomp_answer(uint64_t action, const struct spec_natural *error)
{
	uint32_t value = (uint32_t)action & SECCOMP_RET_ACTION_FULL;
	if (value != SECCOMP_RET_ERRNO && value != SECCOMP_RET_TRACE)
		return value;
	return value | (error->set ? (uint32_t)error->value & SECCOMP_RET_DATA : EPERM);
}

bool seccomp_lets_through(uint64_t action)
{
	uint64_t kind = action & SECCOMP_RET_ACTION_FULL;
	return kind == SECCOMP_RET_ALLOW || kind == SECCOMP_RET_LOG || kind == SECCOMP_RET_TRACE;
}

unsigned seccomp_archs(const struct spec_seccomp *profile)
{
	unsigned possible = SYSCALL_NATIVE == SYSCALL_X86_64
				    ? 1U << SYSCALL_X86_64 | 1U << SYSCALL_I386 | 1U << SYSCALL_X32
				    : 1U << SYSCALL_NATIVE;
	unsigned archs = 1U << SYSCALL_NATIVE;
	for (size_t i = 0; i < profile->architectures.count; i++) {
		enum syscall_arch arch;
		if (syscall_arch_find(str_from(profile->architectures.items[i].text), &arch))
			archs |= 1U << arch & possible;
	}
	return archs;
}

bool seccomp_is_32bit(enum syscall_arch arch)
{
	return arch == SYSCALL_I386 || arch == SYSCALL_X32;
}

/* In the order of names. Source: linux/net.h and linux/ipc.h. */
static const struct seccomp_multiplexed multiplexed[] = {
	{"accept", 5, true},
	{"accept4", 18, true},
	{"bind", 2, true},
	{"connect", 3, true},
	{"getpeername", 7, true},
	{"getsockname", 6, true},
	{"getsockopt", 15, true},
	{"listen", 4, true},
	{"msgctl", 14, false},
	{"msgget", 13, false},
	{"msgrcv", 12, false},
	{"msgsnd", 11, false},
	{"recv", 10, true},
	{"recvfrom", 12, true},
	{"recvmmsg", 19, true},
	{"recvmsg", 17, true},
	{"semctl", 3, false},
	{"semget", 2, false},
	{"semop", 1, false},
	{"semtimedop", 4, false},
	{"send", 9, true},
	{"sendmmsg", 20, true},
	{"sendmsg", 16, true},
	{"sendto", 11, true},
	{"setsockopt", 14, true},
	{"shmat", 21, false},
	{"shmctl", 24, false},
	{"shmdt", 22, false},
	{"shmget", 23, false},
	{"shutdown", 13, true},
	{"socket", 1, true},
	{"socketpair", 8, true},
};

const struct seccomp_multiplexed *seccomp_multiplexed_find(struct str name)
{
	char padded[sizeof(multiplexed[0].name)] = {0};
	size_t low = 0, high = sizeof(multiplexed) / sizeof(multiplexed[0]);
	if (name.len >= sizeof(padded))
		return NULL;
	memcpy(padded, name.data, name.len);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(multiplexed[middle].name, padded, sizeof(padded));
		if (order == 0)
			return &multiplexed[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

int64_t seccomp_multiplexer(const struct seccomp_multiplexed *call)
{
	enum { IPC = 117, SOCKETCALL = 102 };
	return call->socket ? SOCKETCALL : IPC;
}

bool seccomp_multiplexer_obeys(
	const struct spec_seccomp *profile, const struct spec_seccomp_rule *rule)
{
	return rule->arg_count == 0 || (seccomp_lets_through(profile->default_action) &&
					       !seccomp_lets_through(rule->action));
}

/* Source: the tables arch/.../syscall*.tbl of Linux. */
static const char foreign[] =
	"arm_fadvise64_64 arm_sync_file_range atomic_barrier atomic_cmpxchg_32 "
	"breakpoint cachectl cacheflush getpagesize get_tls memory_ordering multiplexer "
	"or1k_atomic riscv_flush_icache riscv_hwprobe rtas s390_guarded_storage "
	"s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr s390_sthyi set_tls "
	"spu_create spu_run subpage_prot swapcontext switch_endian sync_file_range2 "
	"sys_debug_setcontext sysmips timerfd usr26 usr32 utrap_install";

bool seccomp_is_foreign(struct str name)
{
	struct str rest = str_from(foreign), call;
	while (str_next_part(&rest, ' ', &call))
		if (str_equal(name, call))
			return true;
	return false;
}
