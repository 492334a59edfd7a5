/* SPDX-License-Identifier: Apache-2.0 */
#include "context_sample.h"
#include "data/value.h"
#include "layers/context/context.h"
#include "layers/context/learned.h"
#include "layers/context/spec.h"
#include "unit.h"

#include <sys/syscall.h>

/* 2026-11-01, and what opt-ins of the rows need beside their names. */
enum { NOW_S = 1793491200 };
#define WHY ", reason: r, owner: o, expires: 2026-12-01}"

struct row {
	const char *body, *pointer, *expected; /* JSON; or, of a wrong one, what is told */
};

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct context_sample sample;
		int made = context_sample_make(&sample, rows[i].body, NOW_S);
		struct str found = made < 0 ? buf_str(&sample.told)
					    : context_sample_at(&sample, rows[i].pointer);
		ck_assert_msg(str_equal(found, str_from(rows[i].expected)),
			"row %zu: %s\n%s: got '%.*s', expected '%s'", i, rows[i].body,
			rows[i].pointer, STR_ARGS(found), rows[i].expected);
		context_sample_release(&sample);
	}
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

START_TEST(the_default_grants_nothing)
{
	static const struct row rows[] = {
		{NULL, "/process/capabilities/bounding", "[]"},
		{NULL, "/process/capabilities/ambient", "[]"},
		{NULL, "/process/noNewPrivileges", "true"},
		{NULL, "/process/user/uid", "65532"},
		{NULL, "/root/readonly", "true"},
		{NULL, "/linux/uidMappings/0/containerID", "0"},
		{NULL, "/linux/resources/memory/limit", "536870912"},
		{NULL, "/linux/resources/pids/limit", "256"},
		{NULL, "/linux/seccomp/defaultAction", "\"SCMP_ACT_ERRNO\""},
		{NULL, "/process/rlimits/0/hard", "0"},
		{NULL, "/annotations/dev.gabion.context", "\"default\""},
		{NULL, "/linux/devices", ""},
	};
	CHECK_ROWS(rows);
}
END_TEST

START_TEST(users_and_scratch_folders_are_as_the_context_says)
{
	static const struct row rows[] = {
		{"user: {uid: 7, gid: 8}", "/process/user/uid", "7"},
		{"user: {uid: 7, gid: 8}", "/process/user/gid", "8"},
		{"", "/mounts/6/destination", "\"/tmp\""},
		{"scratch: [/a, /b]", "/mounts/6/destination", "\"/a\""},
		{"scratch: [/a, /b]", "/mounts/7/destination", "\"/b\""},
		{"scratch: [/a, /b]", "/mounts/8", ""},
		{"scratch: [a]", "",
			"5:11: `a` is no folder inside the context; write an absolute "
			"path, such as /var/cache/web\n"},
		{"scratch: [/]", "",
			"5:11: `/` is no folder inside the context; write an absolute "
			"path, such as /var/cache/web\n"},
	};
	CHECK_ROWS(rows);
}
END_TEST

#define RESOURCES(text) "resources: {" text "}"

START_TEST(resources_become_limits)
{
	static const struct row rows[] = {
		{"", "/linux/resources/cpu/shares", "1024"},
		{"", "/process/oomScoreAdj", "500"},
		{RESOURCES("class: guaranteed"), "/linux/resources/cpu/shares", "4096"},
		{RESOURCES("class: guaranteed"), "/process/oomScoreAdj", "0"},
		{RESOURCES("class: best-effort"), "/process/oomScoreAdj", "1000"},
		{RESOURCES("memory: 64Mi"), "/linux/resources/memory/limit", "67108864"},
		{RESOURCES("memory: 64Mi"), "/linux/resources/memory/swap", "67108864"},
		{RESOURCES("memory: 64Mi, class: guaranteed"),
			"/linux/resources/memory/reservation", "67108864"},
		{RESOURCES("cpu: \"1.5\""), "/linux/resources/cpu/quota", "150000"},
		{RESOURCES("cpu: 250m"), "/linux/resources/cpu/quota", "25000"},
		{RESOURCES("cpu: 250m"), "/linux/resources/cpu/burst", "25000"},
		{RESOURCES("cpu: 1m"), "/linux/resources/cpu/quota", "1000"},
		{RESOURCES("processes: 9"), "/linux/resources/pids/limit", "9"},
		{RESOURCES("files: 64"), "/process/rlimits/1/hard", "64"},
		{RESOURCES("ioWeight: 20"), "/linux/resources/blockIO/weight", "20"},
		{RESOURCES("ioLimits: [{device: \"8:0\", readBytes: 1Mi}, {device: \"8:16\", "
			   "readBytes: 2k, writeOperations: \"5\"}]"),
			"/linux/resources/blockIO",
			"{\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":1048576},"
			"{\"major\":8,\"minor\":16,\"rate\":2000}],"
			"\"throttleWriteIOPSDevice\":[{\"major\":8,\"minor\":16,\"rate\":5}]}"},
	};
	CHECK_ROWS(rows);
}
END_TEST

START_TEST(resources_that_mean_nothing_are_told_with_their_place)
{
	static const struct row rows[] = {
		{RESOURCES("memory: lots"), "",
			"5:21: `lots` is no amount of memory; write 256Mi\n"},
		{RESOURCES("memory: \"-1\""), "",
			"5:21: `-1` is no amount of memory; write 256Mi\n"},
		{RESOURCES("memory: \"0\""), "", "5:21: `0` is no amount of memory; write 256Mi\n"},
		{RESOURCES("memory: \"1e99\""), "",
			"5:21: `1e99` is no amount of memory; write 256Mi\n"},
		{RESOURCES("cpu: much"), "",
			"5:18: `much` is no number of processors; write 1.5 or 250m\n"},
		{RESOURCES("cpu: 999999999"), "",
			"5:18: `cpu` must be a text, not a number; put it in quotes to make it a "
			"text\n"},
		{RESOURCES("ioWeight: 9"), "",
			"5:23: a weight of input and output is 10 to 1000\n"},
		{RESOURCES("files: 99999999"), "",
			"5:20: a process can have 1 to 1048576 files open\n"},
		{RESOURCES("ioLimits: [{device: sda, readBytes: 1Mi}]"), "",
			"5:33: `sda` is no number of a block device; write it as `lsblk` prints "
			"it: "
			"8:0\n"},
		{RESOURCES("ioLimits: [{device: \"8:0\", readBytes: x}]"), "",
			"5:51: `x` is no rate of a device; write bytes as 10Mi, operations as "
			"500\n"},
		{RESOURCES("class: best"), "",
			"5:20: `class` must be guaranteed, burstable or best-effort, not `best`\n"},
	};
	CHECK_ROWS(rows);
}
END_TEST

#define ALLOW(name)        "optIns: [{allow: " name WHY "]"
#define ALLOWS(name, what) "optIns: [{allow: " name ", value: \"" what "\"" WHY "]"

START_TEST(each_opt_in_changes_what_it_names)
{
	static const struct row rows[] = {
		{ALLOWS("capability", "CHOWN"), "/process/capabilities/bounding",
			"[\"CAP_CHOWN\"]"},
		{ALLOWS("capability", "CAP_CHOWN"), "/process/capabilities/ambient",
			"[\"CAP_CHOWN\"]"},
		{ALLOW("new-privileges"), "/process/noNewPrivileges", "false"},
		{ALLOW("root-user"), "/process/user/uid", "0"},
		{ALLOW("host-users"), "/linux/uidMappings", ""},
		{ALLOW("writable-root"), "/root/readonly", "false"},
		{ALLOW("core-dumps"), "/process/rlimits/0/type", "\"RLIMIT_NOFILE\""},
		{ALLOWS("host-namespace", "uts"), "/hostname", ""},
		{ALLOWS("no-limit", "memory"), "/linux/resources/memory", ""},
		{ALLOWS("no-limit", "processes"), "/linux/resources/pids", ""},
		{ALLOWS("kernel-setting", "net.core.somaxconn=9"), "/linux/sysctl",
			"{\"net.core.somaxconn\":\"9\"}"},
		{ALLOWS("kernel-setting", "net.core.somaxconn"), "/linux/sysctl", ""},
		{ALLOWS("device", "/dev/fuse"), "/mounts/7/source", "\"/dev/fuse\""},
		{ALLOWS("host-path", "/srv/x"), "/mounts/7/options",
			"[\"bind\",\"nosuid\",\"nodev\",\"ro\"]"},
		{ALLOWS("host-path", "/srv/x:/y:rw"), "/mounts/7/options",
			"[\"bind\",\"nosuid\",\"nodev\",\"rw\"]"},
		{ALLOWS("host-path", "/srv/x:/y:rw"), "/mounts/7/destination", "\"/y\""},
		{ALLOWS("kernel-path", "/proc/sys"), "/linux/readonlyPaths",
			"[\"/proc/bus\",\"/proc/fs\",\"/proc/irq\"]"},
		{ALLOWS("device", "/dev/fuse"), "/mounts/7/options",
			"[\"bind\",\"nosuid\",\"noexec\",\"rw\"]"},
	};
	CHECK_ROWS(rows);
}
END_TEST

#define LANDLOCK "/annotations/dev.gabion.landlock"
#define DEVICES \
	"read,write,ioctl-device /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty " \
	"?/dev/console /dev/pts"
#define BASE \
	"\"read,execute / ?/bin ?/etc ?/lib ?/lib64 ?/usr/bin ?/usr/lib ?/usr/share; " DEVICES \
	"; " WRITE " /dev/shm /dev/mqueue"
#define WRITE  "read,write,make,make-special,refer"
#define CLOSED "; bind; connect; scope abstract\""

START_TEST(landlock_opens_what_an_opt_in_opens)
{
	static const struct row rows[] = {
		{"", LANDLOCK, BASE " /tmp" CLOSED},
		{"scratch: [/a]", LANDLOCK, BASE " /a" CLOSED},
		{ALLOWS("host-path", "/srv/x"), LANDLOCK, BASE " /tmp" CLOSED},
		{ALLOWS("host-path", "/srv/x:/y z:rw"), LANDLOCK, BASE " /tmp /y\\\\ z" CLOSED},
		{ALLOWS("device", "/dev/fuse"), LANDLOCK,
			BASE " /tmp; read,write,ioctl-device /dev/fuse" CLOSED},
		{ALLOW("writable-root"), LANDLOCK, BASE " /tmp /" CLOSED},
		{ALLOWS("kernel-path", "/proc/sys"), LANDLOCK,
			BASE " /tmp; read,write ?/proc/sys" CLOSED},
		{ALLOW("network"), LANDLOCK, BASE " /tmp\""},
		{ALLOWS("host-namespace", "network"), LANDLOCK, BASE " /tmp\""},
		{ALLOWS("host-namespace", "pid"), LANDLOCK,
			BASE " /tmp; bind; connect; scope abstract signals\""},
		{ALLOWS("system-calls", "mount"), LANDLOCK, "\"bind; connect; scope abstract\""},
		{ALLOWS("system-calls", "rwx-memory"),
			"/annotations/dev.gabion.memory-deny-write-execute", "\"false\""},
		{"", "/annotations/dev.gabion.memory-deny-write-execute", "\"true\""},
	};
	CHECK_ROWS(rows);
}
END_TEST

START_TEST(learned_files_narrow_what_landlock_allows)
{
	static const struct row rows[] = {
		{"files: {read: [/etc/web], execute: [/app], write: [/tmp/cache, /srv]}", LANDLOCK,
			"\"" DEVICES "; read ?/etc/web; " WRITE " ?/tmp/cache; read ?/srv; "
			"read,execute ?/app" CLOSED},
		{"stage: complain\nfiles: {read: [/etc/web]}", LANDLOCK, BASE " /tmp" CLOSED},
		{"files: {read: [etc]}", "",
			"5:16: `etc` is no path inside the context; write an absolute path without "
			"`..`, such as /etc/web\n"},
		{"files: {read: [/etc/../x]}", "",
			"5:16: `/etc/../x` is no path inside the context; write an absolute path "
			"without `..`, such as /etc/web\n"},
	};
	CHECK_ROWS(rows);
}
END_TEST

#define CALLS "/linux/seccomp/syscalls/0"

START_TEST(learned_ports_narrow_a_network_that_is_granted)
{
	static const struct row rows[] = {
		{"ports: {listen: [8080, 80], connect: [443]}\n" ALLOW("network"), LANDLOCK,
			BASE " /tmp; bind 8080 80; connect 443\""},
		{"ports: {listen: [], ephemeral: true}\n" ALLOW("network"), LANDLOCK,
			BASE " /tmp; bind 0\""},
		{"ports: {listen: [], connect: []}\n" ALLOW("network"), LANDLOCK,
			BASE " /tmp; bind; connect\""},
		{"ports: {listen: [80]}", LANDLOCK, BASE " /tmp" CLOSED},
		{"stage: complain\nports: {listen: [80]}\n" ALLOW("network"), LANDLOCK,
			BASE " /tmp\""},
		{"ports: {connect: [65536]}\n" ALLOW("network"), "",
			"5:19: 65536 is no port, or one too many; name at most 512, from 1 to "
			"65535\n"},
	};
	CHECK_ROWS(rows);
}
END_TEST

START_TEST(learned_system_calls_narrow_the_filter)
{
	static const struct row rows[] = {
		{"systemCalls: [read, write]", CALLS "/names",
			"[\"read\",\"write\",\"execve\",\"exit\",\"exit_group\",\"restart_"
			"syscall\","
			"\"rt_sigreturn\"]"},
		{"systemCalls: [read]", CALLS "/action", "\"SCMP_ACT_ALLOW\""},
		{"systemCalls: [read]\nstage: complain", "/linux/seccomp/syscalls/1/action",
			"\"SCMP_ACT_LOG\""},
		{"systemCalls: [read]\nstage: complain", "/linux/seccomp/defaultAction",
			"\"SCMP_ACT_ERRNO\""},
		{"systemCalls: [ptrace]\n" ALLOWS("system-calls", "ptrace"), CALLS "/names/5",
			"\"ptrace\""},
		{"systemCalls: [ptrace]", "",
			"5:15: the system call `ptrace` is in the list, but the context refuses "
			"it; "
			"remove it, or grant system-calls ptrace\n"},
		{"systemCalls: [ptrace]\nstage: complain", "",
			"5:15: the system call `ptrace` is in the list, but the context refuses "
			"it; "
			"remove it, or grant system-calls ptrace\n"},
		{"systemCalls: [read, clone3]", "",
			"5:21: the system call `clone3` is in the list, but the context refuses "
			"it; "
			"remove it, or grant system-calls namespaces\n"},
		{"systemCalls: [raed]", "",
			"5:15: there is no system call `raed`; remove it, or learn the list "
			"anew\n"},
	};
	CHECK_ROWS(rows);
}
END_TEST

START_TEST(what_a_list_misses_is_named_while_it_complains)
{
	static const struct {
		const char *body;
		bool complains;
		size_t missed;
	} rows[] = {{"systemCalls: [read]\nstage: complain", true, 2},
		{"systemCalls: [read, umask, personality]\nstage: complain", true, 0},
		{"systemCalls: [read]", false, 0}, {"stage: complain", false, 0}};
	/* ptrace is refused whatever the list, and execve always passes. */
	uint8_t made[512] = {[SYS_read] = 1,
		[SYS_umask] = 1,
		[SYS_personality] = 1,
		[SYS_ptrace] = 1,
		[SYS_execve] = 1};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct context_sample sample;
		struct error err = {0};
		struct spec spec;
		ck_assert_int_eq(context_sample_make(&sample, rows[i].body, NOW_S), 0);
		ck_assert_int_eq(
			spec_from_value(&sample.arena, &sample.context.config, &spec, &err), 0);
		struct value missed = learned_missed(&sample.arena, spec.seccomp, made, 512);
		ck_assert_int_eq(learned_complains(&sample.context), rows[i].complains);
		ck_assert_uint_eq(missed.count, rows[i].missed);
		for (uint32_t j = 0; j < missed.count; j++)
			ck_assert(str_equal(value_str(&missed.items[j]),
				str_from(j == 0 ? "umask" : "personality")));
		context_sample_release(&sample);
	}
}
END_TEST

START_TEST(opt_ins_that_mean_nothing_are_told_with_their_place)
{
	static const struct row rows[] = {
		{ALLOWS("capability", "ALL"), "",
			"5:10: `ALL` is no value of the opt-in capability; name a capability of "
			"capabilities(7), such as CHOWN\n"},
		{ALLOWS("system-calls", "ptrac"), "",
			"5:10: `ptrac` is no group of system calls; choose one that `gabion "
			"context grants` lists\n"},
		{ALLOWS("host-namespace", "user"), "",
			"5:10: `user` is no value of the opt-in host-namespace; name one of "
			"cgroup, "
			"ipc, network, pid, uts\n"},
		{ALLOWS("kernel-path", "/etc"), "",
			"5:10: `/etc` is no value of the opt-in kernel-path; name a path that "
			"`gabion context show` lists as hidden or read-only\n"},
		{ALLOWS("device", "/etc/shadow"), "",
			"5:10: `/etc/shadow` is no value of the opt-in device; name a device below "
			"/dev\n"},
		{ALLOWS("host-path", "srv"), "",
			"5:10: `srv` is no value of the opt-in host-path; write /srv/data:ro or "
			"/srv/data:/data:rw\n"},
		{ALLOWS("no-limit", "time"), "",
			"5:10: `time` is no value of the opt-in no-limit; memory or processes\n"},
		{ALLOWS("kernel-setting", "../x=1"), "",
			"5:10: `../x=1` is no value of the opt-in kernel-setting; write "
			"net.core.somaxconn=1024\n"},
	};
	CHECK_ROWS(rows);
}
END_TEST

START_TEST(what_has_expired_grants_nothing)
{
	static const char body[] = ALLOW("writable-root");
	struct context_sample sample;
	ck_assert_int_eq(context_sample_make(&sample, body, INT64_C(1796169599)), 0);
	ASSERT_STR(context_sample_at(&sample, "/root/readonly"), STR("false"));
	ck_assert_uint_eq(sample.context.granted_count, 1);
	ck_assert_uint_eq(sample.context.expired_count, 0);
	ck_assert(context_grants(&sample.context, OPT_IN_WRITABLE_ROOT, STR("")));
	context_sample_release(&sample);
	ck_assert_int_eq(context_sample_make(&sample, body, INT64_C(1796169600)), 0);
	ASSERT_STR(context_sample_at(&sample, "/root/readonly"), STR("true"));
	ck_assert_uint_eq(sample.context.granted_count, 0);
	ck_assert_uint_eq(sample.context.expired_count, 1);
	ck_assert(!context_grants(&sample.context, OPT_IN_WRITABLE_ROOT, STR("")));
	context_sample_release(&sample);
}
END_TEST

START_TEST(lists_of_grants_are_read_from_a_line)
{
	struct context_sample sample;
	struct policy_context policy;
	struct error err = {0};
	ck_assert_int_eq(context_sample_make(&sample, NULL, 0), 0);
	ck_assert_int_eq(context_parse(&sample.arena, STR("t"), STR("root-user, device /dev/fuse"),
				 &policy, &err),
		0);
	ck_assert_uint_eq(policy.grant_count, 2);
	ck_assert_str_eq(policy.grants[0].opt_in->name, "root-user");
	ASSERT_STR(policy.grants[0].value, STR(""));
	ASSERT_STR(policy.grants[1].value, STR("/dev/fuse"));
	ck_assert_int_eq(context_parse(&sample.arena, STR("t"), STR(""), &policy, &err), 0);
	ck_assert_uint_eq(policy.grant_count, 0);
	ck_assert_int_eq(
		context_parse(&sample.arena, STR("t"), STR("rot-user"), &policy, &err), -1);
	ck_assert_str_eq(err.message, "there is no opt-in `rot-user`");
	context_sample_release(&sample);
}
END_TEST

/* One more opt-in of everything: the largest way through all steps. */
static const char whole[] = "user: {uid: 7, gid: 8}\nscratch: [/a, /b]\n" RESOURCES(
	"memory: 64Mi, cpu: \"1.5\", ioLimits: [{device: \"8:0\", "
	"readBytes: 1Mi}]") "\n" ALLOWS("system-calls", "ptrace") "\n";

static int make_within(struct context_sample *sample, const struct policy_context *policy,
	struct arena *arena, struct error *err)
{
	if (ARENA_LIMIT_REACHED(arena))
		return 1;
	int made = context_make(arena, policy, NOW_S, &sample->context, err);
	arena_unguard(arena);
	return made;
}

START_TEST(at_any_cap_making_ends_at_the_boundary)
{
	struct context_sample sample;
	int made = 1;
	ck_assert_int_eq(context_sample_make(&sample, whole, NOW_S), 0);
	const struct policy_context *policy = sample.context.policy;
	for (size_t cap = 4096; made == 1; cap += 8192) {
		struct arena arena;
		struct error err = {0};
		ck_assert_uint_lt(cap, 64 << 20);
		arena_init(&arena, cap);
		made = make_within(&sample, policy, &arena, &err);
		ck_assert_int_ge(made, 0);
		arena_release(&arena);
	}
	context_sample_release(&sample);
}
END_TEST

UNIT_TESTS("context", the_default_grants_nothing, users_and_scratch_folders_are_as_the_context_says,
	resources_become_limits, resources_that_mean_nothing_are_told_with_their_place,
	each_opt_in_changes_what_it_names, landlock_opens_what_an_opt_in_opens,
	learned_files_narrow_what_landlock_allows, learned_ports_narrow_a_network_that_is_granted,
	learned_system_calls_narrow_the_filter, what_a_list_misses_is_named_while_it_complains,
	opt_ins_that_mean_nothing_are_told_with_their_place, what_has_expired_grants_nothing,
	lists_of_grants_are_read_from_a_line, at_any_cap_making_ends_at_the_boundary)
