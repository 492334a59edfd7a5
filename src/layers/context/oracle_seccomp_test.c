/* SPDX-License-Identifier: Apache-2.0 */
/* libseccomp decides every call of random profiles as we do. */
#include "base/limits.h"
#include "layers/context/seccomp.h"
#include "layers/context/syscalls.h"
#include "unit.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PROFILES = 60, RULES = 40, TRIES = 4 };

/* xorshift: the same numbers every time. */
static uint64_t state;

static uint64_t next(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

/* Values that lie close to each other, in one half or the other. */
static uint64_t next_value(void)
{
	static const uint64_t bases[] = {0, 0, 1, 2, 16, 4096, 0x7fffffff, 0xffffffff, 0x100000000,
		0x200000005, 0xffffffff00000000, 0xffffffffffffffff};
	return bases[next(sizeof(bases) / sizeof(bases[0]))] + next(3) - next(2);
}

static const uint32_t actions[] = {SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_LOG,
	SECCOMP_RET_TRAP, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRACE,
	SECCOMP_RET_USER_NOTIF};

static uint64_t next_action(void)
{
	return actions[next(sizeof(actions) / sizeof(actions[0]))];
}

static bool known_to_both(const char *name)
{
	return seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR;
}

/* Rules with conditions say the same of one call, for libseccomp keeps no order among them. */
static uint64_t action_of_call(size_t row)
{
	return actions[row * 7 % (sizeof(actions) / sizeof(actions[0]))];
}

static void fill_args(struct arena *arena, struct spec_seccomp_rule *rule, bool is_mixed)
{
	struct spec_seccomp_arg *args = ARENA_NEW_ARRAY(arena, struct spec_seccomp_arg, 3);
	rule->args = args;
	rule->arg_count = 1 + next(2 + is_mixed);
	for (size_t i = 0; i < rule->arg_count; i++)
		args[i] = (struct spec_seccomp_arg){.index = is_mixed ? next(6) : next(3) + 3 * i,
			.value = next_value(),
			.value_two = next_value(),
			.compare = next(7)};
}

static void fill_rule(struct arena *arena, struct spec_seccomp_rule *rule)
{
	size_t row = next(syscall_count);
	while (!known_to_both(syscall_at(row)->name))
		row = next(syscall_count);
	/* Some calls again and again, so that rules meet. */
	if (next(3) == 0)
		row = syscall_index(syscall_find(STR("prctl"))) + next(3);
	struct spec_text *name = ARENA_NEW(arena, struct spec_text);
	name->text = syscall_at(row)->name;
	*rule = (struct spec_seccomp_rule){.names = {.items = name, .count = 1},
		.action = next_action(),
		.error = {.value = 1 + next(130), .set = next(2) == 1}};
	if (next(2) == 0)
		return;
	rule->action = action_of_call(row);
	rule->error = (struct spec_natural){.value = 5, .set = true};
	fill_args(arena, rule, next(4) == 0);
}

static struct spec_seccomp *make_profile(struct arena *arena, size_t arch_count)
{
	static const struct spec_text archs[] = {
		{.text = "SCMP_ARCH_X86_64"}, {.text = "SCMP_ARCH_X86"}, {.text = "SCMP_ARCH_X32"}};
	struct spec_seccomp *profile = ARENA_NEW(arena, struct spec_seccomp);
	struct spec_seccomp_rule *rules = ARENA_NEW_ARRAY(arena, struct spec_seccomp_rule, RULES);
	for (size_t i = 0; i < RULES; i++)
		fill_rule(arena, &rules[i]);
	*profile = (struct spec_seccomp){.default_action = next_action(),
		.default_error = {.value = 1 + next(50), .set = true},
		.architectures = {.items = archs, .count = next(arch_count + 1)},
		.rules = rules,
		.rule_count = next(RULES) + 1};
	return profile;
}

static uint32_t value_of(uint64_t action, const struct spec_natural *error)
{
	bool has_data = action == SECCOMP_RET_ERRNO || action == SECCOMP_RET_TRACE;
	return (uint32_t)action | (has_data ? error->set ? (uint32_t)error->value : EPERM : 0);
}

static struct scmp_arg_cmp comparison(const struct spec_seccomp_arg *arg)
{
	static const enum scmp_compare operators[] = {SCMP_CMP_NE, SCMP_CMP_LT, SCMP_CMP_LE,
		SCMP_CMP_EQ, SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ};
	return (struct scmp_arg_cmp){(unsigned)arg->index, operators[arg->compare], arg->value,
		arg->compare == SPEC_COMPARE_MASKED_EQ ? arg->value_two : 0};
}

/* As the runtimes do it: conditions on one argument twice become rules of their own. */
static void add_rule(scmp_filter_ctx filter, const struct spec_seccomp_rule *rule, uint32_t value)
{
	struct scmp_arg_cmp all[3];
	unsigned seen = 0;
	bool repeated = false;
	int number = seccomp_syscall_resolve_name(rule->names.items[0].text);
	for (size_t i = 0; i < rule->arg_count; i++) {
		all[i] = comparison(&rule->args[i]);
		repeated |= (seen & 1U << all[i].arg) != 0;
		seen |= 1U << all[i].arg;
	}
	if (!repeated)
		(void)seccomp_rule_add_array(filter, value, number, (unsigned)rule->arg_count, all);
	for (size_t i = 0; repeated && i < rule->arg_count; i++)
		(void)seccomp_rule_add_array(filter, value, number, 1, &all[i]);
}

/* libseccomp's program for the profile, optimised when tree is 2; 0 when it refuses. */
static size_t oracle(const struct spec_seccomp *profile, unsigned tree, struct sock_filter *code,
	size_t capacity)
{
	uint32_t otherwise = value_of(profile->default_action, &profile->default_error);
	scmp_filter_ctx filter = seccomp_init(otherwise);
	ck_assert_ptr_nonnull(filter);
	seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, tree);
	for (size_t i = 1; i < profile->architectures.count; i++)
		ck_assert_int_eq(
			seccomp_arch_add(filter, i == 1 ? SCMP_ARCH_X86 : SCMP_ARCH_X32), 0);
	for (size_t i = 0; i < profile->rule_count; i++) {
		const struct spec_seccomp_rule *rule = &profile->rules[i];
		uint32_t value = value_of(rule->action, &rule->error);
		if (value != otherwise)
			add_rule(filter, rule, value);
	}
	int fd = memfd_create("filter", 0);
	int exported = seccomp_export_bpf(filter, fd);
	ssize_t got = pread(fd, code, capacity, 0);
	close(fd);
	seccomp_release(filter);
	return exported == 0 && got > 0 ? (size_t)got / sizeof(*code) : 0;
}

/* The number above which the profile knows nothing, or -1. */
static int64_t highest(const struct spec_seccomp *profile, enum syscall_arch arch)
{
	int64_t most = -1;
	for (size_t i = 0; i < profile->rule_count; i++) {
		const struct syscall_entry *entry =
			syscall_find(str_from(profile->rules[i].names.items[0].text));
		int64_t number = syscall_number(arch, entry);
		most = number > most ? number : most;
	}
	return most;
}

static bool refuses(const struct spec_seccomp *profile)
{
	return profile->default_action != SECCOMP_RET_ALLOW &&
	       profile->default_action != SECCOMP_RET_LOG &&
	       profile->default_action != SECCOMP_RET_TRACE;
}

/* What conditions cannot be asked through these two is decided differently, see seccomp.h. */
static bool is_multiplexer(enum syscall_arch arch, int64_t number)
{
	return arch == SYSCALL_I386 && (number == 102 || number == 117);
}

struct pair {
	const struct spec_seccomp *profile;
	struct seccomp_program ours;
	const struct sock_filter *theirs;
	size_t theirs_len;
	int64_t highest; /* of the architecture in hand */
	bool trusted;    /* theirs, with the number in hand */
};

/* libseccomp 2.5 goes wrong where several rules compare the order of one call's arguments: a branch
 * of one ends within the next. */
static bool is_trusted(const struct spec_seccomp *profile, enum syscall_arch arch, uint32_t number)
{
	size_t conditions = 0;
	bool only_equal = true;
	for (size_t i = 0; i < profile->rule_count; i++) {
		const struct spec_seccomp_rule *rule = &profile->rules[i];
		struct str name = str_from(rule->names.items[0].text);
		if (syscall_number(arch, syscall_find(name)) != number)
			continue;
		conditions += rule->arg_count;
		for (size_t k = 0; k < rule->arg_count; k++)
			only_equal &= rule->args[k].compare == SPEC_COMPARE_EQ ||
				      rule->args[k].compare == SPEC_COMPARE_MASKED_EQ;
	}
	return conditions < 2 || only_equal;
}

static void compare_call(
	const struct pair *pair, enum syscall_arch arch, const struct seccomp_call *call)
{
	uint32_t expected = seccomp_run(pair->theirs, pair->theirs_len, call);
	if (refuses(pair->profile) && pair->highest >= 0 && call->number > pair->highest)
		expected = SECCOMP_RET_ERRNO | ENOSYS;
	uint32_t got = seccomp_run(pair->ours.code, pair->ours.len, call);
	uint32_t read = seccomp_decide(pair->profile, call);
	if (!pair->trusted)
		expected = read;
	if (got != expected || read != expected)
		ck_abort_msg("call %u of %s (%llx, %llx, %llx, %llx, %llx, %llx): %x and %x, "
			     "libseccomp %x",
			call->number, syscall_arch_names[arch].name,
			(unsigned long long)call->args[0], (unsigned long long)call->args[1],
			(unsigned long long)call->args[2], (unsigned long long)call->args[3],
			(unsigned long long)call->args[4], (unsigned long long)call->args[5], got,
			read, expected);
}

static void compare_all(struct pair *pair)
{
	size_t named = pair->profile->architectures.count;
	for (size_t i = 0; i < (named ? named : 1); i++) {
		enum syscall_arch arch = (enum syscall_arch)i;
		uint32_t base = arch == SYSCALL_X32 ? SYSCALL_X32_BIT : 0;
		pair->highest = highest(pair->profile, arch);
		for (int64_t number = -1; number < 560; number++) {
			pair->trusted = is_trusted(pair->profile, arch, (uint32_t)number + base);
			for (unsigned try = 0; try < TRIES; try++) {
				struct seccomp_call call = {
					.number = (uint32_t)number + (number < 0 ? 0 : base),
					.audit_arch = syscall_arch_names[arch].audit};
				for (unsigned k = 0; k < 6; k++)
					call.args[k] = next_value();
				if (!is_multiplexer(arch, number) && !(number < 0 && base))
					compare_call(pair, arch, &call);
			}
		}
	}
}

static void compare_profiles(unsigned tree, size_t arch_count)
{
	static struct sock_filter theirs[65536];
	struct arena arena;
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	unsigned compared = 0;
	for (unsigned i = 0; i < PROFILES; i++) {
		struct error err = {0};
		struct pair pair = {.profile = make_profile(&arena, arch_count), .theirs = theirs};
		pair.theirs_len = oracle(pair.profile, tree, theirs, sizeof(theirs));
		ck_assert_msg(seccomp_compile(&arena, pair.profile, &pair.ours, NULL, &err) == 0,
			"%s", err.message);
		if (pair.theirs_len == 0)
			continue;
		compared++;
		compare_all(&pair);
		arena_reset(&arena);
	}
	ck_assert_uint_gt(compared, PROFILES * 9 / 10);
	arena_release(&arena);
}

START_TEST(random_profiles_are_decided_as_libseccomp_does)
{
	state = 88172645463325252;
	/* libseccomp 2.5 may forget to load the number when x86_64 and x32 come together. */
	compare_profiles(1, 2);
}
END_TEST

START_TEST(and_as_its_tree_does)
{
	state = 6364136223846793005;
	compare_profiles(2, 3);
}
END_TEST

START_TEST(names_have_the_numbers_of_libseccomp)
{
	static const uint32_t archs[] = {
		SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32, SCMP_ARCH_AARCH64};
	unsigned compared = 0;
	for (size_t i = 0; i < syscall_count; i++)
		for (unsigned arch = 0; arch < SYSCALL_ARCHS; arch++) {
			const struct syscall_entry *entry = syscall_at(i);
			int theirs = seccomp_syscall_resolve_name_arch(archs[arch], entry->name);
			int64_t ours = syscall_number((enum syscall_arch)arch, entry);
			if (theirs >= 0 || (theirs != __NR_SCMP_ERROR && ours >= 0))
				ck_assert_msg(theirs == ours || theirs < 0, "%s on %s: %d, not %d",
					entry->name, syscall_arch_names[arch].name, theirs,
					(int)ours);
			compared += theirs >= 0;
		}
	ck_assert_uint_gt(compared, 1200);
}
END_TEST

UNIT_TESTS("oracle_seccomp", random_profiles_are_decided_as_libseccomp_does, and_as_its_tree_does,
	names_have_the_numbers_of_libseccomp)
