/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/bpf.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int bpf_call(enum bpf_cmd command, union bpf_attr *attributes)
{
	int result = (int)syscall(SYS_bpf, command, attributes, sizeof(*attributes));
	return result < 0 ? -errno : result;
}

static int load(union bpf_attr *attributes)
{
	int fd;
	do
		fd = bpf_call(BPF_PROG_LOAD, attributes);
	while (fd == -EAGAIN);
	return fd;
}

int bpf_load(union bpf_attr *attributes, const char *name)
{
	static const char licence[] = "Apache-2.0";
	struct rlimit old, unlimited = {RLIM_INFINITY, RLIM_INFINITY};
	attributes->license = (uintptr_t)licence;
	(void)snprintf(attributes->prog_name, sizeof(attributes->prog_name), "%s", name);
	int fd = load(attributes);
	/* Before Linux 5.11 programs count against RLIMIT_MEMLOCK: lift it for the moment. */
	if (fd != -EPERM || getrlimit(RLIMIT_MEMLOCK, &old) < 0 ||
		setrlimit(RLIMIT_MEMLOCK, &unlimited) < 0)
		return fd;
	fd = load(attributes);
	(void)setrlimit(RLIMIT_MEMLOCK, &old);
	return fd;
}
