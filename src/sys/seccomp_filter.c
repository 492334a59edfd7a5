/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/seccomp_filter.h"

#include "sys/fail.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

uint64_t seccomp_filter_known_flags(uint64_t flags)
{
	uint64_t known = 0;
	for (uint64_t flag = 1; flag != 0 && flag <= flags; flag <<= 1) {
		uint64_t asked = flag;
		if (!(flags & flag))
			continue;
		if (flag == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
			asked |= SECCOMP_FILTER_FLAG_NEW_LISTENER; /* EINVAL without it */
		/* Flags are looked at before the program, which is nowhere. */
		long result =
			syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, (unsigned long)asked, NULL);
		if (result < 0 && errno == EFAULT)
			known |= flag;
	}
	return known;
}

static int complain(int cause, uint16_t len, uint64_t flags, struct error *err)
{
	uint64_t unknown = flags & ~seccomp_filter_known_flags(flags);
	if (cause == EINVAL && unknown != 0)
		error_set_remedy(err, "leave out the flags %#llx, which this kernel does not know",
			(unsigned long long)unknown);
	return fail_system(err, cause, "install the seccomp filter (%u instructions)", len);
}

int seccomp_filter_install(const struct sock_filter *code, uint16_t len, uint64_t flags,
	int *ret_listener, struct error *err)
{
	const struct {
		uint16_t len;
		const struct sock_filter *code;
	} program = {len, code};
	/* The kernel's struct of this shape has a pointer that is not const. */
	_Static_assert(sizeof(program) == sizeof(struct sock_fprog), "as the kernel reads it");
	long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, (unsigned long)flags, &program);
	*ret_listener = -1;
	if (result < 0)
		return complain(errno, len, flags, err);
	if (flags & SECCOMP_FILTER_FLAG_NEW_LISTENER)
		*ret_listener = (int)result;
	else if (result > 0)
		return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN,
			"install the seccomp filter: thread %ld has filters of its own", result);
	return 0;
}
