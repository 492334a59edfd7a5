/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/namespace.h"

#include "sys/process.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif

/* struct clone_args of linux/sched.h, whose header and C libraries' do not go together. */
struct arguments {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
	uint64_t set_tid, set_tid_size, cgroup;
};

enum { FLAG_PIDFD = 0x1000 };
#define FLAG_INTO_CGROUP UINT64_C(0x200000000)

pid_t namespace_clone(struct namespace_clone *clone)
{
	clone->pidfd = -1;
	struct arguments arguments = {
		.flags = clone->flags | FLAG_PIDFD | (clone->cgroup >= 0 ? FLAG_INTO_CGROUP : 0),
		.pidfd = (uint64_t)(uintptr_t)&clone->pidfd,
		/* A sibling has the signal of its brother. */
		.exit_signal = clone->flags & CLONE_PARENT ? 0 : SIGCHLD,
		.cgroup = clone->cgroup >= 0 ? (uint64_t)clone->cgroup : 0,
	};
	long pid = syscall(SYS_clone3, &arguments, sizeof(arguments));
	return pid < 0 ? -errno : (pid_t)pid;
}

int namespace_join(int fd, uint64_t kinds)
{
	return syscall(SYS_setns, fd, (int)kinds) < 0 ? -errno : 0;
}

int namespace_leave(uint64_t kinds)
{
	return syscall(SYS_unshare, kinds) < 0 ? -errno : 0;
}

int namespace_write_map(
	int proc, pid_t pid, const char *file, const struct namespace_map *maps, size_t count)
{
	enum { TEXT_BYTES = 4096 }; /* the kernel takes one page at most */
	char path[32], text[TEXT_BYTES];
	struct buf out;
	buf_init_fixed(&out, text, sizeof(text));
	for (size_t i = 0; i < count; i++)
		buf_printf(&out, "%u %u %u\n", maps[i].inside, maps[i].outside, maps[i].size);
	if (out.truncated)
		return -E2BIG;
	(void)snprintf(path, sizeof(path), "%d/%s", (int)pid, file);
	return process_write_file(proc, path, buf_str(&out));
}
