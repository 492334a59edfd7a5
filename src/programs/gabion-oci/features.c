/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/spec.h"
#include "programs/gabion-oci/commands.h"
#include "sys/process.h"

#include <unistd.h>

/* Source: runtime-spec features.md. */
static const char head[] =
	"{\n"
	"  \"ociVersionMin\": \"1.0.0\",\n"
	"  \"ociVersionMax\": \"1.3.0\",\n"
	"  \"hooks\": [\"prestart\", \"createRuntime\", \"createContainer\", \"startContainer\", "
	"\"poststart\", \"poststop\"],\n"
	"  \"mountOptions\": [\n    ";

static const char middle[] =
	"\n  ],\n"
	"  \"linux\": {\n"
	"    \"namespaces\": [\"cgroup\", \"ipc\", \"mount\", \"network\", \"pid\", \"time\", "
	"\"user\", \"uts\"],\n"
	"    \"capabilities\": [\n      ";

static const char tail[] =
	"\n    ],\n"
	"    \"cgroup\": {\"v1\": true, \"v2\": true, \"systemd\": false, \"systemdUser\": false, "
	"\"rdma\": true},\n"
	"    \"seccomp\": {\n"
	"      \"enabled\": true,\n"
	"      \"actions\": [\"SCMP_ACT_ALLOW\", \"SCMP_ACT_ERRNO\", \"SCMP_ACT_KILL\", "
	"\"SCMP_ACT_KILL_PROCESS\",\n"
	"        \"SCMP_ACT_KILL_THREAD\", \"SCMP_ACT_LOG\", \"SCMP_ACT_NOTIFY\", "
	"\"SCMP_ACT_TRACE\", \"SCMP_ACT_TRAP\"],\n"
	"      \"operators\": [\"SCMP_CMP_EQ\", \"SCMP_CMP_GE\", \"SCMP_CMP_GT\", \"SCMP_CMP_LE\", "
	"\"SCMP_CMP_LT\",\n"
	"        \"SCMP_CMP_MASKED_EQ\", \"SCMP_CMP_NE\"],\n"
#if defined(__x86_64__)
	"      \"archs\": [\"SCMP_ARCH_X32\", \"SCMP_ARCH_X86\", \"SCMP_ARCH_X86_64\"],\n"
#elif defined(__aarch64__)
	"      \"archs\": [\"SCMP_ARCH_AARCH64\"],\n"
#endif
	"      \"knownFlags\": [\"SECCOMP_FILTER_FLAG_LOG\", \"SECCOMP_FILTER_FLAG_SPEC_ALLOW\", "
	"\"SECCOMP_FILTER_FLAG_TSYNC\",\n"
	"        \"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"],\n"
	"      \"supportedFlags\": [\"SECCOMP_FILTER_FLAG_LOG\", "
	"\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\", \"SECCOMP_FILTER_FLAG_TSYNC\",\n"
	"        \"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"]\n"
	"    },\n"
	"    \"apparmor\": {\"enabled\": true},\n"
	"    \"selinux\": {\"enabled\": true},\n"
	"    \"intelRdt\": {\"enabled\": false},\n"
	"    \"memoryPolicy\": {\"modes\": [\"MPOL_DEFAULT\", \"MPOL_PREFERRED\", \"MPOL_BIND\", "
	"\"MPOL_INTERLEAVE\", \"MPOL_LOCAL\",\n"
	"      \"MPOL_PREFERRED_MANY\", \"MPOL_WEIGHTED_INTERLEAVE\"], \"flags\": "
	"[\"MPOL_F_NUMA_BALANCING\", \"MPOL_F_RELATIVE_NODES\",\n"
	"      \"MPOL_F_STATIC_NODES\"]},\n"
	"    \"mountExtensions\": {\"idmap\": {\"enabled\": true}},\n"
	"    \"netDevices\": {\"enabled\": true}\n"
	"  },\n"
	"  \"annotations\": {\"dev.gabion.oci.version\": \"" GABION_VERSION "\"},\n"
	"  \"potentiallyUnsafeConfigAnnotations\": [\"dev.gabion.\"]\n"
	"}\n";

static void put_separator(struct buf *out, unsigned number)
{
	if (number > 0)
		buf_put(out, number % 8 == 0 ? STR(",\n      ") : STR(", "));
}

int command_features(struct invocation *invocation, struct error *err)
{
	(void)err;
	struct buf out;
	const char *name;
	buf_init_arena(&out, invocation->arena, 8192);
	buf_put(&out, str_from(head));
	for (unsigned i = 0; (name = spec_mount_option_name(i)); i++) {
		put_separator(&out, i);
		buf_printf(&out, "\"%s\"", name);
	}
	buf_put(&out, str_from(middle));
	for (unsigned i = 0; (name = spec_capability_name(i)); i++) {
		put_separator(&out, i);
		buf_printf(&out, "\"CAP_%s\"", name);
	}
	buf_put(&out, str_from(tail));
	return process_write_all(STDOUT_FILENO, buf_str(&out)) < 0 ? 1 : 0;
}
