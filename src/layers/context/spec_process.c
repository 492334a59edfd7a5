/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/spec_reader.h"

#include <sys/resource.h>

/* In the kernel's order: the place is the number. Source: linux/capability.h. */
static const char *const capability_names[] = {"CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER",
	"FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE",
	"NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO",
	"SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
	"SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE",
	"AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM",
	"BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE"};

enum { CAPABILITIES = sizeof(capability_names) / sizeof(capability_names[0]) };

const char *spec_capability_name(unsigned number)
{
	return number < CAPABILITIES ? capability_names[number] : NULL;
}

bool spec_capability_find(const char *name, uint64_t *ret_bit)
{
	static const char prefix[] = "CAP_";
	if (strncmp(name, prefix, sizeof(prefix) - 1) != 0)
		return false;
	for (unsigned i = 0; i < CAPABILITIES; i++) {
		if (strcmp(capability_names[i], name + sizeof(prefix) - 1) == 0) {
			*ret_bit = UINT64_C(1) << i;
			return true;
		}
	}
	return false;
}

/* One that no kernel grants must not be a failure, says the specification. */
static int read_capabilities(struct spec_reader *reader, const struct value *v, void *target)
{
	if (v->kind != VALUE_LIST)
		return spec_fail(reader, v->origin, "a list of names of capabilities belongs here");
	uint64_t *set = target;
	for (uint32_t i = 0; i < v->count; i++) {
		struct spec_text name;
		uint64_t bit = 0;
		if (spec_read_text(reader, &v->items[i], &name) < 0)
			return -1;
		if (spec_capability_find(name.text, &bit))
			*set |= bit;
		else
			spec_note_unknown(reader, name.origin, name.text);
	}
	return 0;
}

#define CAPABILITY_SET(name, member) \
	SPEC_FIELD(name, SPEC_CUSTOM, spec_capabilities, member, .read = read_capabilities)

static const struct spec_field capability_fields[] = {
	CAPABILITY_SET("bounding", bounding),
	CAPABILITY_SET("effective", effective),
	CAPABILITY_SET("inheritable", inheritable),
	CAPABILITY_SET("permitted", permitted),
	CAPABILITY_SET("ambient", ambient),
	SPEC_END,
};

static int finish_capabilities(struct spec_reader *reader, void *object)
{
	(void)reader;
	((struct spec_capabilities *)object)->set = true;
	return 0;
}

static const struct spec_shape capability_shape =
	SPEC_SHAPE(spec_capabilities, capability_fields, .finish = finish_capabilities);

static const struct spec_field user_fields[] = {
	SPEC_FIELD("uid", SPEC_ID, spec_user, uid),
	SPEC_FIELD("gid", SPEC_ID, spec_user, gid),
	SPEC_FIELD("umask", SPEC_NUMBER, spec_user, umask, .max = 07777),
	SPEC_FIELD(
		"additionalGids", SPEC_NUMBERS, spec_user, additional_gids, .max = UINT32_MAX - 1),
	SPEC_END,
};

static const struct spec_shape user_shape = SPEC_SHAPE(spec_user, user_fields);

static const struct spec_name rlimit_names[] = {
	{"RLIMIT_NOFILE", RLIMIT_NOFILE},
	{"RLIMIT_NPROC", RLIMIT_NPROC},
	{"RLIMIT_CORE", RLIMIT_CORE},
	{"RLIMIT_CPU", RLIMIT_CPU},
	{"RLIMIT_DATA", RLIMIT_DATA},
	{"RLIMIT_FSIZE", RLIMIT_FSIZE},
	{"RLIMIT_LOCKS", RLIMIT_LOCKS},
	{"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},
	{"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE},
	{"RLIMIT_NICE", RLIMIT_NICE},
	{"RLIMIT_RSS", RLIMIT_RSS},
	{"RLIMIT_RTPRIO", RLIMIT_RTPRIO},
	{"RLIMIT_RTTIME", RLIMIT_RTTIME},
	{"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
	{"RLIMIT_STACK", RLIMIT_STACK},
	{"RLIMIT_AS", RLIMIT_AS},
	{0},
};

static int finish_rlimit(struct spec_reader *reader, void *object)
{
	struct spec_rlimit *limit = object;
	uint64_t resource = 0;
	if (!spec_name_find(rlimit_names, limit->type.text, &resource)) {
		(void)spec_fail(reader, limit->type.origin, "'%s' is no limit this kernel knows",
			limit->type.text);
		error_set_remedy(reader->err, "use a name of setrlimit(2), such as RLIMIT_NOFILE");
		return -1;
	}
	limit->resource = (int)resource;
	if (limit->soft > limit->hard) {
		(void)spec_fail(reader, limit->origin, "the soft limit is above the hard one");
		error_set_remedy(reader->err, "raise 'hard' or lower 'soft'");
		return -1;
	}
	return 0;
}

static const struct spec_field rlimit_fields[] = {
	SPEC_FIELD("type", SPEC_TEXT, spec_rlimit, type, .required = true),
	SPEC_FIELD("soft", SPEC_UINT64, spec_rlimit, soft, .required = true),
	SPEC_FIELD("hard", SPEC_UINT64, spec_rlimit, hard, .required = true),
	SPEC_END,
};

static const struct spec_shape rlimit_shape =
	SPEC_SHAPE(spec_rlimit, rlimit_fields, .finish = finish_rlimit);

/* Source: linux/sched.h. */
static const struct spec_name scheduler_policies[] = {
	{"SCHED_OTHER", 0},
	{"SCHED_FIFO", 1},
	{"SCHED_RR", 2},
	{"SCHED_BATCH", 3},
	{"SCHED_ISO", 4},
	{"SCHED_IDLE", 5},
	{"SCHED_DEADLINE", 6},
	{0},
};

static const struct spec_name scheduler_flags[] = {
	{"SCHED_FLAG_RESET_ON_FORK", 0x01},
	{"SCHED_FLAG_RECLAIM", 0x02},
	{"SCHED_FLAG_DL_OVERRUN", 0x04},
	{"SCHED_FLAG_KEEP_POLICY", 0x08},
	{"SCHED_FLAG_KEEP_PARAMS", 0x10},
	{"SCHED_FLAG_UTIL_CLAMP_MIN", 0x20},
	{"SCHED_FLAG_UTIL_CLAMP_MAX", 0x40},
	{0},
};

static const struct spec_field scheduler_fields[] = {
	SPEC_FIELD("policy", SPEC_NAME, spec_scheduler, policy, .required = true,
		.names = scheduler_policies),
	SPEC_FIELD("nice", SPEC_NUMBER, spec_scheduler, nice, .min = -20, .max = 19),
	SPEC_FIELD("priority", SPEC_NUMBER, spec_scheduler, priority, .max = 99),
	SPEC_FIELD("flags", SPEC_FLAGS, spec_scheduler, flags, .names = scheduler_flags),
	SPEC_FIELD("runtime", SPEC_NATURAL, spec_scheduler, runtime_ns),
	SPEC_FIELD("deadline", SPEC_NATURAL, spec_scheduler, deadline_ns),
	SPEC_FIELD("period", SPEC_NATURAL, spec_scheduler, period_ns),
	SPEC_END,
};

static const struct spec_shape scheduler_shape = SPEC_SHAPE(spec_scheduler, scheduler_fields);

/* Source: linux/ioprio.h. */
static const struct spec_name io_classes[] = {
	{"IOPRIO_CLASS_RT", 1}, {"IOPRIO_CLASS_BE", 2}, {"IOPRIO_CLASS_IDLE", 3}, {0}};

static int finish_io_priority(struct spec_reader *reader, void *object)
{
	const struct spec_io_priority *io = object;
	if (io->priority < 0 || io->priority > 7)
		return spec_fail(reader, io->origin, "the priority must be from 0 to 7");
	return 0;
}

static const struct spec_field io_priority_fields[] = {
	SPEC_FIELD(
		"class", SPEC_NAME, spec_io_priority, class, .required = true, .names = io_classes),
	SPEC_FIELD("priority", SPEC_INT64, spec_io_priority, priority),
	SPEC_END,
};

static const struct spec_shape io_priority_shape =
	SPEC_SHAPE(spec_io_priority, io_priority_fields, .finish = finish_io_priority);

static const struct spec_field affinity_fields[] = {
	SPEC_FIELD("initial", SPEC_TEXT, spec_cpu_affinity, initial),
	SPEC_FIELD("final", SPEC_TEXT, spec_cpu_affinity, final),
	SPEC_END,
};

static const struct spec_shape affinity_shape = SPEC_SHAPE(spec_cpu_affinity, affinity_fields);

static int finish_console_size(struct spec_reader *reader, void *object)
{
	const struct spec_console_size *size = object;
	if (size->height > UINT16_MAX || size->width > UINT16_MAX)
		return spec_fail(reader, size->origin, "no terminal is larger than 65535");
	return 0;
}

static const struct spec_field console_size_fields[] = {
	SPEC_FIELD("height", SPEC_UINT64, spec_console_size, height, .required = true),
	SPEC_FIELD("width", SPEC_UINT64, spec_console_size, width, .required = true),
	SPEC_END,
};

static const struct spec_shape console_size_shape =
	SPEC_SHAPE(spec_console_size, console_size_fields, .finish = finish_console_size);

static int finish_process(struct spec_reader *reader, void *object)
{
	const struct spec_process *process = object;
	if (process->cwd.text[0] != '/') {
		(void)spec_fail(
			reader, process->cwd.origin, "cwd '%s' is not absolute", process->cwd.text);
		error_set_remedy(reader->err, "begin it with '/'");
		return -1;
	}
	if (process->args.count == 0) {
		(void)spec_fail(reader, process->origin, "args names no program");
		error_set_remedy(reader->err, "write at least the program's path");
		return -1;
	}
	return 0;
}

static const struct spec_field process_fields[] = {
	SPEC_FIELD("terminal", SPEC_BOOL, spec_process, terminal),
	SPEC_FIELD("consoleSize", SPEC_POINTER, spec_process, console_size,
		.shape = &console_size_shape),
	SPEC_FIELD("user", SPEC_OBJECT, spec_process, user, .shape = &user_shape),
	SPEC_FIELD("args", SPEC_TEXTS, spec_process, args),
	SPEC_FIELD("env", SPEC_TEXTS, spec_process, env),
	SPEC_FIELD("cwd", SPEC_TEXT, spec_process, cwd, .required = true),
	SPEC_FIELD("capabilities", SPEC_OBJECT, spec_process, capabilities,
		.shape = &capability_shape),
	SPEC_FIELD("rlimits", SPEC_LIST, spec_process, rlimits, .shape = &rlimit_shape),
	SPEC_FIELD("noNewPrivileges", SPEC_BOOL, spec_process, no_new_privileges),
	SPEC_FIELD("apparmorProfile", SPEC_TEXT, spec_process, apparmor_profile),
	SPEC_FIELD("selinuxLabel", SPEC_TEXT, spec_process, selinux_label),
	SPEC_FIELD(
		"oomScoreAdj", SPEC_NUMBER, spec_process, oom_score_adj, .min = -1000, .max = 1000),
	SPEC_FIELD("scheduler", SPEC_POINTER, spec_process, scheduler, .shape = &scheduler_shape),
	SPEC_FIELD(
		"ioPriority", SPEC_POINTER, spec_process, io_priority, .shape = &io_priority_shape),
	SPEC_FIELD("execCPUAffinity", SPEC_POINTER, spec_process, cpu_affinity,
		.shape = &affinity_shape),
	SPEC_END,
};

const struct spec_shape spec_shape_process =
	SPEC_SHAPE(spec_process, process_fields, .finish = finish_process);
