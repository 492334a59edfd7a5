/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/spec_reader.h"

/* Source: linux/seccomp.h. */
static const struct spec_name actions[] = {
	{"SCMP_ACT_ALLOW", 0x7FFF0000},
	{"SCMP_ACT_ERRNO", 0x00050000},
	{"SCMP_ACT_KILL", 0x00000000},
	{"SCMP_ACT_KILL_THREAD", 0x00000000},
	{"SCMP_ACT_KILL_PROCESS", 0x80000000},
	{"SCMP_ACT_TRAP", 0x00030000},
	{"SCMP_ACT_TRACE", 0x7FF00000},
	{"SCMP_ACT_LOG", 0x7FFC0000},
	{"SCMP_ACT_NOTIFY", 0x7FC00000},
	{0},
};

static const struct spec_name comparisons[] = {
	{"SCMP_CMP_EQ", SPEC_COMPARE_EQ},
	{"SCMP_CMP_NE", SPEC_COMPARE_NE},
	{"SCMP_CMP_LT", SPEC_COMPARE_LT},
	{"SCMP_CMP_LE", SPEC_COMPARE_LE},
	{"SCMP_CMP_GE", SPEC_COMPARE_GE},
	{"SCMP_CMP_GT", SPEC_COMPARE_GT},
	{"SCMP_CMP_MASKED_EQ", SPEC_COMPARE_MASKED_EQ},
	{0},
};

static const struct spec_name filter_flags[] = {
	{"SECCOMP_FILTER_FLAG_LOG", 1 << 1},
	{"SECCOMP_FILTER_FLAG_SPEC_ALLOW", 1 << 2},
	{"SECCOMP_FILTER_FLAG_TSYNC", 1 << 0},
	{"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", 1 << 5},
	{0},
};

static const char *const architectures[] = {"SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32",
	"SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64",
	"SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32",
	"SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_S390",
	"SCMP_ARCH_S390X", "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64", "SCMP_ARCH_RISCV64",
	"SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_SH", "SCMP_ARCH_SHEB"};

static int finish_arg(struct spec_reader *reader, void *object)
{
	const struct spec_seccomp_arg *arg = object;
	if (arg->index > 5)
		return spec_fail(reader, arg->origin, "a system call has arguments 0 to 5");
	return 0;
}

static const struct spec_field arg_fields[] = {
	SPEC_FIELD("index", SPEC_UINT64, spec_seccomp_arg, index, .required = true),
	SPEC_FIELD("value", SPEC_UINT64, spec_seccomp_arg, value, .required = true),
	SPEC_FIELD("valueTwo", SPEC_UINT64, spec_seccomp_arg, value_two),
	SPEC_FIELD(
		"op", SPEC_NAME, spec_seccomp_arg, compare, .required = true, .names = comparisons),
	SPEC_END,
};

static const struct spec_shape arg_shape =
	SPEC_SHAPE(spec_seccomp_arg, arg_fields, .finish = finish_arg);

static int check_errno(struct spec_reader *reader, const struct spec_natural *error)
{
	enum { LAST_ERRNO = 4095 };
	if (error->set && error->value > LAST_ERRNO)
		return spec_fail(reader, error->origin, "an errno is at most %d", LAST_ERRNO);
	return 0;
}

static int finish_rule(struct spec_reader *reader, void *object)
{
	const struct spec_seccomp_rule *rule = object;
	if (rule->names.count == 0) {
		(void)spec_fail(reader, rule->origin, "a rule for no system call");
		error_set_remedy(reader->err, "list at least one in 'names'");
		return -1;
	}
	return check_errno(reader, &rule->error);
}

static const struct spec_field rule_fields[] = {
	SPEC_FIELD("names", SPEC_TEXTS, spec_seccomp_rule, names, .required = true),
	SPEC_FIELD(
		"action", SPEC_NAME, spec_seccomp_rule, action, .required = true, .names = actions),
	SPEC_FIELD("errnoRet", SPEC_NATURAL, spec_seccomp_rule, error),
	SPEC_FIELD("args", SPEC_ITEMS, spec_seccomp_rule, args, .shape = &arg_shape),
	SPEC_END,
};

static const struct spec_shape rule_shape =
	SPEC_SHAPE(spec_seccomp_rule, rule_fields, .finish = finish_rule);

static int check_architectures(struct spec_reader *reader, const struct spec_texts *names)
{
	for (size_t i = 0; i < names->count; i++) {
		bool known = false;
		for (size_t k = 0; k < sizeof(architectures) / sizeof(architectures[0]); k++)
			known = known || strcmp(names->items[i].text, architectures[k]) == 0;
		if (!known) {
			(void)spec_fail(reader, names->items[i].origin, "'%s' is no architecture",
				names->items[i].text);
			error_set_remedy(reader->err, "use a name such as SCMP_ARCH_X86_64");
			return -1;
		}
	}
	return 0;
}

static int finish_seccomp(struct spec_reader *reader, void *object)
{
	const uint64_t notify = 0x7FC00000;
	const struct spec_seccomp *seccomp = object;
	bool notifies = seccomp->default_action == notify;
	for (size_t i = 0; i < seccomp->rule_count; i++)
		notifies = notifies || seccomp->rules[i].action == notify;
	if (notifies && !seccomp->listener_path.text) {
		(void)spec_fail(reader, seccomp->origin, "SCMP_ACT_NOTIFY without listenerPath");
		error_set_remedy(reader->err, "name the socket of the process that answers");
		return -1;
	}
	if (seccomp->listener_metadata.text && !seccomp->listener_path.text)
		return spec_fail(reader, seccomp->origin, "listenerMetadata without listenerPath");
	return check_architectures(reader, &seccomp->architectures) < 0
		       ? -1
		       : check_errno(reader, &seccomp->default_error);
}

static const struct spec_field seccomp_fields[] = {
	SPEC_FIELD("defaultAction", SPEC_NAME, spec_seccomp, default_action, .required = true,
		.names = actions),
	SPEC_FIELD("defaultErrnoRet", SPEC_NATURAL, spec_seccomp, default_error),
	SPEC_FIELD("architectures", SPEC_TEXTS, spec_seccomp, architectures),
	SPEC_FIELD("flags", SPEC_FLAGS, spec_seccomp, flags, .names = filter_flags),
	SPEC_FIELD("listenerPath", SPEC_TEXT, spec_seccomp, listener_path),
	SPEC_FIELD("listenerMetadata", SPEC_TEXT, spec_seccomp, listener_metadata),
	SPEC_FIELD("syscalls", SPEC_ITEMS, spec_seccomp, rules, .shape = &rule_shape),
	SPEC_END,
};

const struct spec_shape spec_shape_seccomp =
	SPEC_SHAPE(spec_seccomp, seccomp_fields, .finish = finish_seccomp);
