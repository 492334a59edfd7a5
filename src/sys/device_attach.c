/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/device_rules.h"

#include "sys/fail.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
	return (int)syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static int load(const struct device_program *program)
{
	static const char licence[] = "Apache-2.0";
	union bpf_attr attributes;
	memset(&attributes, 0, sizeof(attributes));
	attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attributes.expected_attach_type = BPF_CGROUP_DEVICE;
	attributes.insns = (uintptr_t)program->items;
	attributes.insn_cnt = (uint32_t)program->count;
	attributes.license = (uintptr_t)licence;
	memcpy(attributes.prog_name, "gabion_devices", sizeof("gabion_devices"));
	int fd;
	do
		fd = bpf(BPF_PROG_LOAD, &attributes);
	while (fd < 0 && errno == EAGAIN);
	return fd;
}

/* Before Linux 5.11 programs count against RLIMIT_MEMLOCK: lift it for the moment. */
static int load_with_room(const struct device_program *program)
{
	struct rlimit old, unlimited = {RLIM_INFINITY, RLIM_INFINITY};
	int fd = load(program);
	if (fd >= 0 || errno != EPERM || getrlimit(RLIMIT_MEMLOCK, &old) < 0)
		return fd;
	if (setrlimit(RLIMIT_MEMLOCK, &unlimited) < 0) {
		errno = EPERM;
		return -1;
	}
	fd = load(program);
	int cause = errno;
	(void)setrlimit(RLIMIT_MEMLOCK, &old);
	errno = cause;
	return fd;
}

static int explain(struct error *err, int cause, const char *verb)
{
	fail_system(err, cause,
		"cannot %s the device filter (linux.resources.devices, cgroup "
		"version 2)",
		verb);
	if (cause == EPERM)
		error_set_remedy(err, "needs CAP_BPF and CAP_NET_ADMIN outside of user "
				      "namespaces; before Linux 5.11 also room in RLIMIT_MEMLOCK "
				      "(CAP_SYS_RESOURCE, or LimitMEMLOCK=infinity)");
	else if (cause == EINVAL || cause == ENOSYS)
		error_set_remedy(err, "needs a kernel with CONFIG_CGROUP_BPF");
	return -1;
}

int device_program_attach(int folder, const struct device_program *program, struct error *err)
{
	int fd = load_with_room(program);
	if (fd < 0)
		return explain(err, errno, "load");
	union bpf_attr attributes;
	memset(&attributes, 0, sizeof(attributes));
	attributes.target_fd = (uint32_t)folder;
	attributes.attach_bpf_fd = (uint32_t)fd;
	attributes.attach_type = BPF_CGROUP_DEVICE;
	attributes.attach_flags = BPF_F_ALLOW_MULTI;
	int failed = bpf(BPF_PROG_ATTACH, &attributes) < 0 ? errno : 0;
	close(fd);
	return failed == 0 ? 0 : explain(err, failed, "attach");
}
