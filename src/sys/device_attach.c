/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/device_rules.h"

#include "sys/bpf.h"
#include "sys/fail.h"

#include <errno.h>
#include <unistd.h>

static int load(const struct device_program *program)
{
	union bpf_attr attributes;
	memset(&attributes, 0, sizeof(attributes));
	attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attributes.expected_attach_type = BPF_CGROUP_DEVICE;
	attributes.insns = (uintptr_t)program->items;
	attributes.insn_cnt = (uint32_t)program->count;
	return bpf_load(&attributes, "gabion_devices");
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
	int fd = load(program);
	if (fd < 0)
		return explain(err, -fd, "load");
	union bpf_attr attributes;
	memset(&attributes, 0, sizeof(attributes));
	attributes.target_fd = (uint32_t)folder;
	attributes.attach_bpf_fd = (uint32_t)fd;
	attributes.attach_type = BPF_CGROUP_DEVICE;
	attributes.attach_flags = BPF_F_ALLOW_MULTI;
	int result = bpf_call(BPF_PROG_ATTACH, &attributes);
	close(fd);
	return result == 0 ? 0 : explain(err, -result, "attach");
}
