/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "layers/context/seccomp_calls.h"
#include "layers/context/spec.h"
#include "layers/context/syscalls.h"
#include "unit.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

#define ALLOW     SECCOMP_RET_ALLOW
#define KILL      SECCOMP_RET_KILL_PROCESS
#define ERRNO(no) (SECCOMP_RET_ERRNO | (no))
#define X32(no)   (SYSCALL_X32_BIT + (no))

static struct arena arena;

static const struct spec_seccomp *profile_of(const char *text)
{
	struct spec spec;
	struct error err = {0};
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	struct str config = str_format(&arena,
		"{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"r\"}, \"linux\": {\"seccomp\": "
		"{%s}}}",
		text);
	ck_assert_msg(spec_read(&arena, config, &spec, &err) == 0, "%s", err.message);
	return spec.seccomp;
}

static struct seccomp_program program_of(const struct spec_seccomp *profile)
{
	struct seccomp_program program;
	struct error err = {0};
	ck_assert_msg(
		seccomp_compile(&arena, profile, &program, NULL, &err) == 0, "%s", err.message);
	return program;
}

#define REFUSE           "\"defaultAction\": \"SCMP_ACT_ERRNO\", "
#define PERMIT           "\"defaultAction\": \"SCMP_ACT_ALLOW\", "
#define ARCHS            "\"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\", \"SCMP_ARCH_X32\"], "
#define RULES(list)      "\"syscalls\": [" list "]"
#define RULE(names, act) "{\"names\": [" names "], \"action\": \"SCMP_ACT_" act "\"}"
#define RULE_IF(names, act, args) \
	"{\"names\": [" names "], \"action\": \"SCMP_ACT_" act "\", \"args\": [" args "]}"
#define ARG(index, op, value) \
	"{\"index\": " #index ", \"op\": \"SCMP_CMP_" op "\", \"value\": " #value "}"
#define MASKED(index, mask, value) \
	"{\"index\": " #index ", \"op\": \"SCMP_CMP_MASKED_EQ\", \"value\": " #mask \
	", \"valueTwo\": " #value "}"

/* Newer calls have the same number everywhere, so 451 is named where ENOSYS must not come first. */
#define NAMES_451 RULE("\"cachestat\"", "ALLOW")

static const struct {
	const char *profile;
	int64_t number;
	uint32_t audit;
	uint64_t args[6];
	uint32_t expected;
} decisions[] = {
	/* Names, defaults and error numbers. */
	{REFUSE RULES(RULE("\"write\"", "ALLOW")), 1, AUDIT_ARCH_X86_64, {0}, ALLOW},
	{REFUSE RULES(RULE("\"write\"", "ALLOW")), 0, AUDIT_ARCH_X86_64, {0}, ERRNO(EPERM)},
	{REFUSE "\"defaultErrnoRet\": 7", 0, AUDIT_ARCH_X86_64, {0}, ERRNO(7)},
	{PERMIT RULES("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 38}"),
		0, AUDIT_ARCH_X86_64, {0}, ERRNO(38)},
	{PERMIT RULES("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_TRACE\", \"errnoRet\": 9}"),
		0, AUDIT_ARCH_X86_64, {0}, SECCOMP_RET_TRACE | 9},
	{PERMIT RULES(RULE("\"read\"", "KILL")), 0, AUDIT_ARCH_X86_64, {0},
		SECCOMP_RET_KILL_THREAD},
	{PERMIT RULES(RULE("\"read\"", "KILL_PROCESS")), 0, AUDIT_ARCH_X86_64, {0}, KILL},
	{PERMIT RULES(RULE("\"read\"", "TRAP")), 0, AUDIT_ARCH_X86_64, {0}, SECCOMP_RET_TRAP},
	{PERMIT RULES(RULE("\"read\"", "LOG")), 0, AUDIT_ARCH_X86_64, {0}, SECCOMP_RET_LOG},
	{PERMIT "\"listenerPath\": \"/s\", " RULES(RULE("\"read\"", "NOTIFY")), 0,
		AUDIT_ARCH_X86_64, {0}, SECCOMP_RET_USER_NOTIF},
	/* What the profile could not know. */
	{REFUSE RULES(RULE("\"write\"", "ALLOW")), 2, AUDIT_ARCH_X86_64, {0}, ERRNO(ENOSYS)},
	{REFUSE RULES(RULE("\"write\"", "ALLOW")), -1, AUDIT_ARCH_X86_64, {0}, ERRNO(ENOSYS)},
	{REFUSE RULES(NAMES_451), 450, AUDIT_ARCH_X86_64, {0}, ERRNO(EPERM)},
	{REFUSE RULES(NAMES_451), 452, AUDIT_ARCH_X86_64, {0}, ERRNO(ENOSYS)},
	{REFUSE RULES(RULE("\"nothing_we_know\"", "ALLOW")), 2, AUDIT_ARCH_X86_64, {0},
		ERRNO(EPERM)},
	{PERMIT RULES(RULE("\"write\"", "ERRNO")), 2, AUDIT_ARCH_X86_64, {0}, ALLOW},
	{"\"defaultAction\": \"SCMP_ACT_LOG\", " RULES(RULE("\"write\"", "ERRNO")), 2,
		AUDIT_ARCH_X86_64, {0}, SECCOMP_RET_LOG},
	/* Architectures. */
	{PERMIT RULES(NAMES_451), 4, AUDIT_ARCH_I386, {0}, KILL},
	{PERMIT RULES(NAMES_451), X32(1), AUDIT_ARCH_X86_64, {0}, KILL},
	{PERMIT RULES(NAMES_451), 0, AUDIT_ARCH_S390X, {0}, KILL},
	{PERMIT RULES(NAMES_451), -1, AUDIT_ARCH_X86_64, {0}, ALLOW},
	{ARCHS REFUSE RULES(RULE("\"write\"", "ALLOW")), 4, AUDIT_ARCH_I386, {0}, ALLOW},
	{ARCHS REFUSE RULES(RULE("\"write\"", "ALLOW")), 1, AUDIT_ARCH_I386, {0}, ERRNO(EPERM)},
	{ARCHS REFUSE RULES(RULE("\"write\"", "ALLOW")), 5, AUDIT_ARCH_I386, {0}, ERRNO(ENOSYS)},
	{ARCHS REFUSE RULES(RULE("\"write\"", "ALLOW")), X32(1), AUDIT_ARCH_X86_64, {0}, ALLOW},
	{ARCHS REFUSE RULES(RULE("\"ioctl\"", "ALLOW")), X32(514), AUDIT_ARCH_X86_64, {0}, ALLOW},
	{ARCHS REFUSE RULES(RULE("\"ioctl\"", "ALLOW")), X32(16), AUDIT_ARCH_X86_64, {0},
		ERRNO(EPERM)},
	{ARCHS REFUSE RULES(RULE("\"ioctl\"", "ALLOW")), 514, AUDIT_ARCH_X86_64, {0},
		ERRNO(ENOSYS)},
	/* 64 bits of an argument, all of them. */
	{REFUSE RULES(NAMES_451 ", " RULE_IF("\"read\"", "ALLOW", ARG(0, "EQ", 4294967297))), 0,
		AUDIT_ARCH_X86_64, {4294967297}, ALLOW},
	{REFUSE RULES(NAMES_451 ", " RULE_IF("\"read\"", "ALLOW", ARG(0, "EQ", 4294967297))), 0,
		AUDIT_ARCH_X86_64, {1}, ERRNO(EPERM)},
	{REFUSE RULES(NAMES_451 ", " RULE_IF("\"read\"", "ALLOW", ARG(0, "EQ", 4294967297))), 0,
		AUDIT_ARCH_X86_64, {4294967296}, ERRNO(EPERM)},
	{ARCHS REFUSE RULES(NAMES_451 ", " RULE_IF("\"read\"", "ALLOW", ARG(0, "EQ", 4294967297))),
		3, AUDIT_ARCH_I386, {1}, ALLOW},
	/* All conditions of a rule, unless two are about one argument. */
	{REFUSE RULES(
		 NAMES_451 ", " RULE_IF("\"read\"", "ALLOW", ARG(0, "EQ", 1) "," ARG(1, "EQ", 2))),
		0, AUDIT_ARCH_X86_64, {1, 2}, ALLOW},
	{REFUSE RULES(
		 NAMES_451 ", " RULE_IF("\"read\"", "ALLOW", ARG(0, "EQ", 1) "," ARG(1, "EQ", 2))),
		0, AUDIT_ARCH_X86_64, {1, 3}, ERRNO(EPERM)},
	{REFUSE RULES(NAMES_451 ", " RULE_IF(
		 "\"read\"", "ALLOW", ARG(0, "EQ", 1) "," ARG(0, "EQ", 4) "," ARG(1, "EQ", 2))),
		0, AUDIT_ARCH_X86_64, {4, 3}, ALLOW},
	{REFUSE RULES(NAMES_451 ", " RULE_IF(
		 "\"read\"", "ALLOW", ARG(0, "EQ", 1) "," ARG(0, "EQ", 4) "," ARG(1, "EQ", 2))),
		0, AUDIT_ARCH_X86_64, {9, 2}, ALLOW},
	/* Rules for one call. */
	{REFUSE RULES(NAMES_451 ", " RULE_IF("\"read\"", "ERRNO", ARG(0, "EQ", 1)) ", " RULE_IF(
		 "\"read\"", "ALLOW", ARG(1, "EQ", 2))),
		0, AUDIT_ARCH_X86_64, {1, 2}, ALLOW},
	{REFUSE RULES(NAMES_451 ", " RULE_IF("\"read\"", "TRAP", ARG(0, "EQ", 1)) ", " RULE_IF(
		 "\"read\"", "ALLOW", ARG(1, "EQ", 2))),
		0, AUDIT_ARCH_X86_64, {1, 2}, SECCOMP_RET_TRAP},
	{REFUSE RULES(NAMES_451 ", " RULE_IF("\"read\"", "TRAP", ARG(0, "EQ", 1)) ", " RULE(
		 "\"read\"", "ALLOW") ", " RULE("\"read\"", "KILL")),
		0, AUDIT_ARCH_X86_64, {1, 2}, ALLOW},
	/* Calls within calls of i386: what is not seen is not opened, but closed. */
	{ARCHS REFUSE RULES(NAMES_451 ", " RULE("\"socket\"", "ALLOW")), 102, AUDIT_ARCH_I386, {1},
		ALLOW},
	{ARCHS REFUSE RULES(NAMES_451 ", " RULE("\"socket\"", "ALLOW")), 102, AUDIT_ARCH_I386, {2},
		ERRNO(EPERM)},
	{ARCHS REFUSE RULES(NAMES_451 ", " RULE_IF("\"socket\"", "ALLOW", ARG(0, "EQ", 1))), 102,
		AUDIT_ARCH_I386, {1}, ERRNO(EPERM)},
	{ARCHS PERMIT RULES(NAMES_451 ", " RULE_IF("\"socket\"", "ERRNO", ARG(0, "EQ", 38))), 102,
		AUDIT_ARCH_I386, {1}, ERRNO(EPERM)},
	{ARCHS REFUSE RULES(NAMES_451 ", " RULE("\"shmat\"", "ALLOW")), 117, AUDIT_ARCH_I386, {21},
		ALLOW},
};

static const struct {
	const char *op;
	uint64_t seen;
	bool holds;
} comparisons[] = {
	/* against 0x200000005 */
	{"EQ", 0x200000005, true},
	{"EQ", 5, false},
	{"EQ", 0x200000006, false},
	{"NE", 0x200000005, false},
	{"NE", 5, true},
	{"NE", 0x200000006, true},
	{"GT", 0x200000005, false},
	{"GT", 0x200000006, true},
	{"GT", 0x300000000, true},
	{"GT", 0x1ffffffff, false},
	{"GE", 0x200000005, true},
	{"GE", 0x200000004, false},
	{"GE", 0x300000000, true},
	{"GE", 0x1ffffffff, false},
	{"LT", 0x200000005, false},
	{"LT", 0x200000004, true},
	{"LT", 0x300000000, false},
	{"LT", 0x1ffffffff, true},
	{"LE", 0x200000005, true},
	{"LE", 0x200000006, false},
	{"LE", 0x300000000, false},
	{"LE", 0x1ffffffff, true},
};

static void check(const char *profile_text, int64_t number, uint32_t audit, const uint64_t args[6],
	uint32_t expected)
{
	const struct spec_seccomp *profile = profile_of(profile_text);
	struct seccomp_program program = program_of(profile);
	struct seccomp_call call = {.number = (uint32_t)number, .audit_arch = audit};
	memcpy(call.args, args, sizeof(call.args));
	uint32_t got = seccomp_run(program.code, program.len, &call);
	ck_assert_msg(got == expected, "%s: %lld on %x gives %x, expected %x", profile_text,
		(long long)number, audit, got, expected);
	ck_assert_uint_eq(seccomp_decide(profile, &call), expected);
	arena_release(&arena);
}

START_TEST(a_call_is_decided_as_the_profile_says)
{
	for (size_t i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++)
		check(decisions[i].profile, decisions[i].number, decisions[i].audit,
			decisions[i].args, decisions[i].expected);
}
END_TEST

START_TEST(every_operator_compares_64_bits)
{
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++) {
		char text[300];
		struct buf buf;
		buf_init_fixed(&buf, text, sizeof(text) - 1);
		buf_printf(&buf,
			REFUSE RULES(NAMES_451
				", "
				"{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", "
				"\"args\": [{\"index\": 5, \"value\": 8589934597, \"op\": "
				"\"SCMP_CMP_%s\"}]}"),
			comparisons[i].op);
		text[buf.len] = '\0';
		const uint64_t args[6] = {[5] = comparisons[i].seen};
		check(text, 0, AUDIT_ARCH_X86_64, args,
			comparisons[i].holds ? ALLOW : ERRNO(EPERM));
	}
}
END_TEST

START_TEST(masks_of_one_bit_of_many_and_of_none)
{
	static const struct {
		const char *arg;
		uint64_t seen;
		bool holds;
	} rows[] = {
		{MASKED(0, 4096, 4096), 4096 + 1, true},
		{MASKED(0, 4096, 4096), 1, false},
		{MASKED(0, 4096, 0), 1, true},
		{MASKED(0, 4096, 0), 4097, false},
		{MASKED(0, 12288, 4096), 4097, true},
		{MASKED(0, 12288, 4096), 12288, false},
		{MASKED(0, 4096, 4097), 4096, true},
		{MASKED(0, 0, 0), 77, true},
		{MASKED(0, 68719476736, 68719476736), 68719476737, true},
		{MASKED(0, 68719476736, 68719476736), 1, false},
		{MASKED(0, 2114060288, 0), 0x10000, true},
		{MASKED(0, 2114060288, 0), 0x10000000, false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[300];
		struct buf buf;
		buf_init_fixed(&buf, text, sizeof(text) - 1);
		buf_printf(&buf, REFUSE RULES(NAMES_451 ", " RULE_IF("\"read\"", "ALLOW", "%s")),
			rows[i].arg);
		text[buf.len] = '\0';
		const uint64_t args[6] = {rows[i].seen};
		check(text, 0, AUDIT_ARCH_X86_64, args, rows[i].holds ? ALLOW : ERRNO(EPERM));
	}
}
END_TEST

START_TEST(conditions_on_one_argument_load_it_once)
{
	const struct spec_seccomp *profile = profile_of(
		REFUSE RULES(RULE_IF("\"personality\"", "ALLOW", ARG(0, "EQ", 0)) ", " RULE_IF(
			"\"personality\"", "ALLOW", ARG(0, "EQ", 8)) ", " RULE_IF("\"personality\"",
			"ALLOW", ARG(0, "EQ", 131072)) ", " RULE_IF("\"personality\"", "ALLOW",
			ARG(0, "EQ", 131080)) ", " RULE_IF("\"personality\"", "ALLOW",
			ARG(0, "EQ", 4294967295))));
	struct seccomp_program program = program_of(profile);
	unsigned loads = 0;
	for (size_t i = 0; i < program.len; i++)
		loads += program.code[i].code == (BPF_LD | BPF_W | BPF_ABS);
	ck_assert_uint_eq(loads, 4); /* architecture, number, both halves */
	/* + architecture, two edges and the one number, -1 and x32, 1 + 5 comparisons, 4 ends */
	ck_assert_uint_eq(program.len, 4 + 1 + 2 + 2 + 6 + 4);
	arena_release(&arena);
}
END_TEST

START_TEST(a_refused_call_that_nobody_knows_is_an_error)
{
	struct error err = {0};
	struct seccomp_program program;
	const struct spec_seccomp *profile =
		profile_of(PERMIT RULES(RULE("\"read\", \"not_a_call\"", "ERRNO")));
	ck_assert_int_eq(seccomp_compile(&arena, profile, &program, NULL, &err), -1);
	ck_assert_str_eq(err.message,
		"linux.seccomp: 'not_a_call' is to be refused, but its number is not known");
	ck_assert_uint_eq(err.origin.line, 1);
	arena_release(&arena);
	profile = profile_of(PERMIT RULES(RULE("\"read\", \"s390_pci_mmio_read\"", "ERRNO")));
	(void)program_of(profile);
	arena_release(&arena);
}
END_TEST

START_TEST(calls_within_calls_are_found_by_name)
{
	struct str rest =
		STR("accept accept4 bind connect getpeername getsockname getsockopt listen "
		    "msgctl msgget msgrcv msgsnd recv recvfrom recvmmsg recvmsg semctl "
		    "semget semop semtimedop send sendmmsg sendmsg sendto setsockopt "
		    "shmat shmctl shmdt shmget shutdown socket socketpair");
	struct str name;
	unsigned sum = 0;
	while (str_next_part(&rest, ' ', &name)) {
		const struct seccomp_multiplexed *found = seccomp_multiplexed_find(name);
		ck_assert_ptr_nonnull(found);
		ASSERT_STR(str_from(found->name), name);
		sum += found->socket ? found->code : 0;
	}
	ck_assert_uint_eq(sum, 20 * 21 / 2); /* socketcall's are 1 to 20 */
	ck_assert_ptr_null(seccomp_multiplexed_find(STR("socke")));
	ck_assert_ptr_null(seccomp_multiplexed_find(STR("socketpairs_and_more")));
	ck_assert_ptr_null(seccomp_multiplexed_find(STR("")));
}
END_TEST

START_TEST(names_left_out_are_listed)
{
	struct error err = {0};
	struct seccomp_program program;
	struct seccomp_left_out left_out;
	const struct spec_seccomp *profile =
		profile_of(REFUSE RULES(RULE("\"read\", \"not_a_call\", \"usr26\"", "ALLOW")));
	ck_assert_int_eq(seccomp_compile(&arena, profile, &program, &left_out, &err), 0);
	ck_assert_uint_eq(left_out.count, 2);
	ck_assert_str_eq(left_out.names[0]->text, "not_a_call");
	arena_release(&arena);
}
END_TEST

/* A profile with so many different conditions that jumps do not reach their ends. */
static struct spec_seccomp *large_profile(size_t rules)
{
	struct spec_seccomp *profile = ARENA_NEW(&arena, struct spec_seccomp);
	struct spec_seccomp_rule *items = ARENA_NEW_ARRAY(&arena, struct spec_seccomp_rule, rules);
	for (size_t i = 0; i < rules; i++) {
		struct spec_seccomp_arg *args = ARENA_NEW_ARRAY(&arena, struct spec_seccomp_arg, 2);
		struct spec_text *name = ARENA_NEW(&arena, struct spec_text);
		name->text = syscall_at(i % syscall_count)->name;
		args[0] = (struct spec_seccomp_arg){.index = i % 6,
			.value = i * 0x100000003ULL,
			.compare = i % 7,
			.value_two = i};
		args[1] = (struct spec_seccomp_arg){
			.index = (i + 1) % 6, .value = i, .compare = SPEC_COMPARE_GT};
		items[i] = (struct spec_seccomp_rule){
			.names = {.items = name, .count = 1},
			.action = i % 3 ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO,
			.error = {.value = i % 5 + 2, .set = true},
			.args = args,
			.arg_count = 2,
		};
	}
	*profile = (struct spec_seccomp){
		.default_action = SECCOMP_RET_ERRNO, .rules = items, .rule_count = rules};
	return profile;
}

START_TEST(jumps_reach_as_far_as_they_must)
{
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	const struct spec_seccomp *profile = large_profile(400);
	struct seccomp_program program = program_of(profile);
	ck_assert_uint_gt(program.len, 2000);
	for (uint32_t number = 0; number < 500; number++)
		for (uint64_t value = 0; value < 40; value++) {
			struct seccomp_call call = {
				.number = number, .audit_arch = AUDIT_ARCH_X86_64};
			for (unsigned i = 0; i < 6; i++)
				call.args[i] = value * (i % 2 ? 0x100000003ULL : 11);
			if (seccomp_run(program.code, program.len, &call) !=
				seccomp_decide(profile, &call))
				ck_abort_msg("call %u, value %u", number, (unsigned)value);
		}
	arena_release(&arena);
}
END_TEST

START_TEST(a_filter_longer_than_the_kernel_takes_is_an_error)
{
	static const size_t rules[] = {2000, 20000};
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct error err = {0};
		struct seccomp_program program;
		arena_init(&arena, LIMIT_CONTEXT_BYTES);
		const struct spec_seccomp *profile = large_profile(rules[i]);
		ck_assert_int_eq(seccomp_compile(&arena, profile, &program, NULL, &err), -1);
		ck_assert_int_eq(err.kind, ERROR_LIMIT);
		ck_assert_str_eq(err.message, "linux.seccomp: the filter needs more than the 4096 "
					      "instructions that the kernel takes");
		arena_release(&arena);
	}
}
END_TEST

static bool compiles_within(size_t cap_bytes)
{
	struct arena small;
	struct seccomp_program program;
	struct error err = {0};
	arena_init(&small, cap_bytes);
	bool done = !ARENA_LIMIT_REACHED(&small);
	if (done)
		ck_assert_int_eq(
			seccomp_compile(&small, large_profile(30), &program, NULL, &err), 0);
	arena_release(&small);
	return done;
}

START_TEST(any_cap_is_enough_or_reached)
{
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	size_t cap = 0;
	while (!compiles_within(cap))
		cap += 1024;
	ck_assert_uint_lt(cap, 256 << 10);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("seccomp", a_call_is_decided_as_the_profile_says, every_operator_compares_64_bits,
	masks_of_one_bit_of_many_and_of_none, conditions_on_one_argument_load_it_once,
	a_refused_call_that_nobody_knows_is_an_error, calls_within_calls_are_found_by_name,
	names_left_out_are_listed, jumps_reach_as_far_as_they_must,
	a_filter_longer_than_the_kernel_takes_is_an_error, any_cap_is_enough_or_reached)
