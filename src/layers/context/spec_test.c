/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/spec.h"

#include "base/limits.h"
#include "unit.h"

#include <errno.h>
#include <sched.h>
#include <sys/resource.h>

static struct spec read_good(struct arena *arena, const char *text)
{
	struct spec spec;
	struct error err = {0};
	arena_init(arena, LIMIT_CONTEXT_BYTES);
	ck_assert_msg(spec_read(arena, str_from(text), &spec, &err) == 0, "%s", err.message);
	return spec;
}

#define HEAD          "{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, "
#define LINUX(text)   HEAD "\"linux\": {" text "}}"
#define PROCESS(text) HEAD "\"process\": {\"cwd\": \"/\", \"args\": [\"sh\"], " text "}}"

static const struct {
	const char *text, *message, *remedy;
	const char *at; /* what stands where the error points */
} refused[] = {
	{"[]", "a list where an object belongs", "write an object, or remove the field", "[]"},
	{"{}", "'ociVersion' is missing", "add it: the runtime specification requires it", "{}"},
	{"{\"ociVersion\": \"1.0.0\"}", "'root' is missing", NULL, "{\"ociVersion"},
	{"{\"ociVersion\": \"2.0.0\", \"root\": {\"path\": \"r\"}}",
		"version '2.0.0' of the specification is not supported", "use 1.0 to 1.3",
		"\"2.0.0\", \"ro"},
	{"{\"ociVersion\": \"1.0.0\", \"root\": {\"path\": null}}", "root: 'path' is missing", NULL,
		"{\"path\": nul"},
	{HEAD "\"hostname\": 5}", "hostname: a number where a string belongs", NULL, "5}"},
	{HEAD "\"hostname\": \"a\\u0000b\"}", "hostname: the text holds a 0 byte", NULL,
		"\"a\\u0000b\"}"},
	{HEAD "\"hostname\": \"box\"}", "hostname would change the host: there is no uts namespace",
		"add {\"type\": \"uts\"} to linux.namespaces", "\"box\"}"},
	{HEAD "\"mounts\": [{\"destination\": \"/a\"}]}",
		"mounts[0]: neither a type nor a bind option", NULL, "{\"destinatio"},
	{HEAD "\"mounts\": [{\"destination\": \"/a\", \"options\": [\"rbind\"]}]}",
		"mounts[0]: a bind mount without a source", NULL, "{\"destinatio"},
	{PROCESS("\"user\": {\"uid\": 4294967295}"),
		"process.user.uid: the number must be from 0 to 4294967294", NULL, "4294967295}}"},
	{PROCESS("\"user\": {\"uid\": -1}"), "process.user.uid: the number must not be negative",
		NULL, "-1}}}"},
	{PROCESS("\"user\": {\"uid\": 1.5}"),
		"process.user.uid: a number where a whole number belongs", NULL, "1.5}}}"},
	{PROCESS("\"oomScoreAdj\": 2000"),
		"process.oomScoreAdj: the number must be from -1000 to 1000", NULL, "2000}}"},
	{PROCESS("\"rlimits\": [{\"type\": \"RLIMIT_FOO\", \"soft\": 1, \"hard\": 1}]"),
		"process.rlimits[0]: 'RLIMIT_FOO' is no limit this kernel knows", NULL,
		"\"RLIMIT_FOO\""},
	{PROCESS("\"rlimits\": [{\"type\": \"RLIMIT_CPU\", \"soft\": 2, \"hard\": 1}]"),
		"process.rlimits[0]: the soft limit is above the hard one", NULL,
		"{\"type\": \"RL"},
	{HEAD "\"process\": {\"cwd\": \"tmp\", \"args\": [\"sh\"]}}",
		"process: cwd 'tmp' is not absolute", "begin it with '/'", "\"tmp\", \"args"},
	{HEAD "\"process\": {\"cwd\": \"/\"}}", "process: args names no program", NULL,
		"{\"cwd\": \"/\"}"},
	{LINUX("\"namespaces\": [{\"type\": \"pid\"}, {\"type\": \"pid\"}]"),
		"linux.namespaces[1]: a second namespace of one type", "remove one of them",
		"{\"type\": \"pi"},
	{LINUX("\"namespaces\": [{\"type\": \"pod\"}]"),
		"linux.namespaces[0].type: 'pod' is no name known here", NULL, "\"pod\"}]}}"},
	{LINUX("\"uidMappings\": [{\"containerID\": 0, \"hostID\": 0, \"size\": 1}]"),
		"linux.uidMappings would change the host: there is no user namespace", NULL,
		"[{\"container"},
	{LINUX("\"uidMappings\": [{\"containerID\": 1, \"hostID\": 0, \"size\": 4294967294}]"),
		NULL, NULL, NULL},
	{LINUX("\"seccomp\": {\"defaultAction\": \"SCMP_ACT_NOTIFY\"}"),
		"linux.seccomp: SCMP_ACT_NOTIFY without listenerPath", NULL, "{\"defaultAct"},
	{LINUX("\"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": "
	       "[], "
	       "\"action\": \"SCMP_ACT_ALLOW\"}]}"),
		"linux.seccomp.syscalls[0]: a rule for no system call", NULL, "{\"names\": []"},
	{LINUX("\"resources\": {\"unified\": {\"../a\": \"1\"}}"),
		"linux.resources: unified: '../a' is no file of a cgroup", NULL,
		"\"../a\": \"1\"}"},
	{LINUX("\"resources\": {\"devices\": [{\"allow\": true, \"access\": \"rwx\"}]}"),
		"linux.resources.devices[0]: 'rwx' is no access to a device", NULL, "\"rwx\"}]}}}"},
};

static void check_refusal(size_t i)
{
	struct arena arena;
	struct spec spec;
	struct error err = {0};
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	ck_assert_int_eq(spec_read(&arena, str_from(refused[i].text), &spec, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_INPUT);
	if (refused[i].message) {
		ck_assert_str_eq(err.message, refused[i].message);
		const char *at = refused[i].text + err.origin.column - 1;
		ck_assert_msg(
			strncmp(at, refused[i].at, strlen(refused[i].at)) == 0, "%zu: %s", i, at);
	}
	if (refused[i].remedy)
		ck_assert_str_eq(err.remedy, refused[i].remedy);
	arena_release(&arena);
}

START_TEST(every_refusal_is_told)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		check_refusal(i);
}
END_TEST

START_TEST(what_is_not_known_is_passed_over_and_listed)
{
	struct arena arena;
	struct spec spec = read_good(&arena, HEAD
		"\"vm\": {}, \"process\": {\"cwd\": \"/\", \"args\": [\"a\"], \"capabilities\": "
		"{\"bounding\": [\"CAP_KILL\", \"CAP_FUTURE\"]}}, \"hostname\": null}");
	ck_assert_uint_eq(spec.unknown_count, 2);
	ck_assert_str_eq(spec.unknown[0].what, "vm");
	ck_assert_str_eq(spec.unknown[1].what, "process.capabilities.bounding: CAP_FUTURE");
	ck_assert_uint_eq(spec.process->capabilities.bounding, 1 << 5);
	ck_assert(spec.process->capabilities.set);
	arena_release(&arena);
}
END_TEST

START_TEST(options_of_a_mount_are_told_apart)
{
	static const struct {
		const char *options;
		uint64_t set, clear, recursive_set;
		unsigned long propagation, super_flags;
		bool bind, recursive;
		size_t data;
	} rows[] = {
		{"\"ro\", \"nosuid\"", 3, 0, 0, 0, 0, false, false, 0},
		{"\"ro\", \"rw\"", 0, 1, 0, 0, 0, false, false, 0},
		{"\"rw\", \"ro\"", 1, 0, 0, 0, 0, false, false, 0},
		{"\"rbind\", \"rro\", \"rprivate\"", 0, 0, 1, 1 << 18 | 1 << 14, 0, true, true, 0},
		{"\"mode=755\", \"size=64k\", \"noexec\"", 8, 0, 0, 0, 0, false, false, 2},
		{"\"noatime\", \"relatime\"", 0, 0x70, 0, 0, 0, false, false, 0},
		{"\"strictatime\"", 0x20, 0x70, 0, 0, 0, false, false, 0},
		{"\"sync\", \"lazytime\", \"nolazytime\"", 0, 0, 0, 0, 16, false, false, 0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena text, arena;
		arena_init(&text, 1 << 20);
		struct str config = str_format(&text,
			HEAD
			"\"mounts\": [{\"destination\": \"/x\", \"type\": \"tmpfs\", \"source\": "
			"\"x\", \"options\": [%s]}]}",
			rows[i].options);
		struct spec spec = read_good(&arena, config.data);
		const struct spec_mount *mount = &spec.mounts.items[0];
		ck_assert_msg(mount->set == rows[i].set && mount->clear == rows[i].clear,
			"%s: %lx %lx", rows[i].options, (unsigned long)mount->set,
			(unsigned long)mount->clear);
		ck_assert_uint_eq(mount->recursive_set, rows[i].recursive_set);
		ck_assert_uint_eq(mount->propagation, rows[i].propagation);
		ck_assert_uint_eq(mount->super_flags, rows[i].super_flags);
		ck_assert(
			mount->bind == rows[i].bind && mount->bind_recursive == rows[i].recursive);
		ck_assert_uint_eq(mount->data.count, rows[i].data);
		arena_release(&arena);
		arena_release(&text);
	}
}
END_TEST

static const char everything[] =
	"{\n"
	"\"ociVersion\": \"1.3.0\", \"hostname\": \"box\", \"domainname\": \"example\",\n"
	"\"root\": {\"path\": \"/r\", \"readonly\": true},\n"
	"\"process\": {\"terminal\": true, \"consoleSize\": {\"height\": 24, \"width\": "
	"80},\n"
	" \"user\": {\"uid\": 1, \"gid\": 2, \"umask\": 63, \"additionalGids\": [5, 6]},\n"
	" \"args\": [\"a\", \"b\"], \"env\": [\"A=1\"], \"cwd\": \"/w\",\n"
	" \"capabilities\": {\"ambient\": [\"CAP_CHOWN\"]},\n"
	" \"rlimits\": [{\"type\": \"RLIMIT_NOFILE\", \"soft\": 1, \"hard\": "
	"18446744073709551615}],\n"
	" \"noNewPrivileges\": true, \"apparmorProfile\": \"p\", \"selinuxLabel\": \"l\",\n"
	" \"oomScoreAdj\": -5, \"scheduler\": {\"policy\": \"SCHED_BATCH\", \"nice\": 3},\n"
	" \"ioPriority\": {\"class\": \"IOPRIO_CLASS_IDLE\", \"priority\": 4},\n"
	" \"execCPUAffinity\": {\"initial\": \"0\", \"final\": \"1\"}},\n"
	"\"hooks\": {\"poststop\": [{\"path\": \"/h\", \"timeout\": 3}]},\n"
	"\"annotations\": {\"a\": \"b\"},\n"
	"\"linux\": {\"namespaces\": [{\"type\": \"uts\"}, {\"type\": \"time\"}, "
	"{\"type\": \"user\"},\n"
	"  {\"type\": \"network\", \"path\": \"/n\"}],\n"
	" \"uidMappings\": [{\"containerID\": 0, \"hostID\": 1000, \"size\": 1}],\n"
	" \"timeOffsets\": {\"boottime\": {\"secs\": -7, \"nanosecs\": 5}},\n"
	" \"devices\": [{\"type\": \"c\", \"path\": \"/dev/x\", \"major\": 1, \"minor\": "
	"3}],\n"
	" \"netDevices\": {\"eth0\": {\"name\": \"net1\"}}, \"cgroupsPath\": \"/c\",\n"
	" \"resources\": {\"devices\": [{\"allow\": false}], \"memory\": {\"limit\": "
	"1024},\n"
	"  \"cpu\": {\"shares\": 512, \"idle\": 1}, \"pids\": {\"limit\": 7},\n"
	"  \"blockIO\": {\"weight\": 10, \"throttleReadBpsDevice\": [{\"major\": 8, "
	"\"minor\": 0,\n"
	"   \"rate\": 9}]}, \"hugepageLimits\": [{\"pageSize\": \"2MB\", \"limit\": 4}],\n"
	"  \"network\": {\"classID\": 3, \"priorities\": [{\"name\": \"eth0\", "
	"\"priority\": 2}]},\n"
	"  \"rdma\": {\"mlx\": {\"hcaHandles\": 1}}, \"unified\": {\"memory.high\": "
	"\"max\"}},\n"
	" \"rootfsPropagation\": \"rslave\", \"sysctl\": {\"net.core.somaxconn\": \"9\"},\n"
	" \"seccomp\": {\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 38,\n"
	"  \"architectures\": [\"SCMP_ARCH_X86_64\"], \"flags\": "
	"[\"SECCOMP_FILTER_FLAG_LOG\"],\n"
	"  \"syscalls\": [{\"names\": [\"clone\"], \"action\": \"SCMP_ACT_ALLOW\", "
	"\"args\": [\n"
	"   {\"index\": 0, \"value\": 18446744073709551615, \"valueTwo\": 1,\n"
	"    \"op\": \"SCMP_CMP_MASKED_EQ\"}]}]},\n"
	" \"maskedPaths\": [\"/proc/kcore\"], \"readonlyPaths\": [\"/proc/sys\"], "
	"\"mountLabel\": \"m\",\n"
	" \"personality\": {\"domain\": \"LINUX32\"}, \"intelRdt\": {\"closID\": \"c\"},\n"
	" \"memoryPolicy\": {\"mode\": \"MPOL_BIND\", \"nodes\": \"0\", \"flags\":\n"
	"  [\"MPOL_F_STATIC_NODES\"]}}}";

START_TEST(everything_the_specification_has_is_read)
{
	struct arena arena;
	struct spec spec = read_good(&arena, everything);
	const struct spec_process *p = spec.process;
	ck_assert_uint_eq(spec.unknown_count, 0);
	ck_assert(spec.root.readonly && p->terminal && p->no_new_privileges);
	ck_assert_uint_eq(p->console_size->width, 80);
	ck_assert(p->user.uid == 1 && p->user.gid == 2 && p->user.umask.value == 63);
	ck_assert(p->user.additional_gid_count == 2 && p->user.additional_gids[1].value == 6);
	ck_assert(p->args.count == 2 && strcmp(p->args.items[1].text, "b") == 0);
	ck_assert(p->rlimits.items[0].resource == RLIMIT_NOFILE &&
		  p->rlimits.items[0].hard == UINT64_MAX);
	ck_assert(p->oom_score_adj.set && p->oom_score_adj.value == -5);
	ck_assert(p->scheduler->policy == SCHED_BATCH && p->scheduler->nice.value == 3);
	ck_assert(p->io_priority->class == 3 && strcmp(p->cpu_affinity->final.text, "1") == 0);
	ck_assert_int_eq(spec.hooks[SPEC_HOOK_POSTSTOP].items[0].timeout_s.value, 3);
	ck_assert_str_eq(spec_annotation(&spec, "a"), "b");
	ck_assert_ptr_null(spec_annotation(&spec, "c"));
	ck_assert_uint_eq(spec.new_namespaces, CLONE_NEWUTS | 0x80 | CLONE_NEWUSER);
	ck_assert_str_eq(spec_namespace_of(&spec, CLONE_NEWNET)->path.text, "/n");
	ck_assert(spec.boottime.set && spec.boottime.seconds == -7 && !spec.monotonic.set);
	ck_assert_str_eq(spec.net_devices.items[0].host_name.text, "eth0");
	ck_assert_str_eq(spec.net_devices.items[0].name.text, "net1");
	const struct spec_resources *r = spec.resources;
	ck_assert(r->memory->limit.value == 1024 && r->cpu->shares.value == 512);
	ck_assert(r->pids_limit.value == 7 && r->block_io->read_bps.items[0].rate == 9);
	ck_assert(r->network_class_id.value == 3 && r->network_priorities.items[0].priority == 2);
	ck_assert(strcmp(r->rdma.items[0].device.text, "mlx") == 0 &&
		  r->rdma.items[0].hca_handles.value == 1);
	const struct spec_seccomp *s = spec.seccomp;
	ck_assert(s->default_error.value == ENOSYS && s->flags == 2 && s->rule_count == 1);
	ck_assert(s->rules[0].args[0].value == UINT64_MAX &&
		  s->rules[0].args[0].compare == SPEC_COMPARE_MASKED_EQ);
	ck_assert(spec.personality->domain == 8 && spec.memory_policy->flags == 1 << 15);
	ck_assert(spec.masked_paths.count == 1 && spec.readonly_paths.count == 1);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("context-spec", every_refusal_is_told, what_is_not_known_is_passed_over_and_listed,
	options_of_a_mount_are_told_apart, everything_the_specification_has_is_read)
