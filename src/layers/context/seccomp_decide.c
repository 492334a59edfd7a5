/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/seccomp_calls.h"

#include <errno.h>
#include <linux/seccomp.h>

static bool arg_holds(const struct spec_seccomp_arg *arg, const uint64_t args[6], bool is_32bit)
{
	uint64_t seen = args[arg->index], value = arg->value, other = arg->value_two;
	if (is_32bit) {
		seen = (uint32_t)seen;
		value = (uint32_t)value;
		other = (uint32_t)other;
	}
	switch ((enum spec_compare)arg->compare) {
	case SPEC_COMPARE_NE:
		return seen != value;
	case SPEC_COMPARE_LT:
		return seen < value;
	case SPEC_COMPARE_LE:
		return seen <= value;
	case SPEC_COMPARE_EQ:
		return seen == value;
	case SPEC_COMPARE_GE:
		return seen >= value;
	case SPEC_COMPARE_GT:
		return seen > value;
	case SPEC_COMPARE_MASKED_EQ:
		return (seen & value) == (other & value);
	}
	return false;
}

static bool rule_holds(
	const struct spec_seccomp_rule *rule, const struct seccomp_call *call, bool is_32bit)
{
	unsigned times[6] = {0};
	bool repeated = false, all = true, any = false;
	for (size_t i = 0; i < rule->arg_count; i++) {
		bool holds = arg_holds(&rule->args[i], call->args, is_32bit);
		repeated |= ++times[rule->args[i].index] > 1;
		all &= holds;
		any |= holds;
	}
	return repeated ? any : all;
}

/* How a rule of the profile is about a call. */
struct match {
	bool named;      /* the call, or one that it multiplexes and that this call asks for */
	bool always;     /* whatever the arguments are */
	bool through;    /* by way of the call that multiplexes */
	int64_t highest; /* of the rule's numbers */
};

static struct match match_rule(const struct spec_seccomp *profile,
	const struct spec_seccomp_rule *rule, enum syscall_arch arch,
	const struct seccomp_call *call)
{
	struct match match = {.highest = SYSCALL_NONE};
	for (size_t i = 0; i < rule->names.count; i++) {
		struct str name = str_from(rule->names.items[i].text);
		const struct syscall_entry *entry = syscall_find(name);
		int64_t number = entry ? syscall_number(arch, entry) : SYSCALL_NONE;
		match.highest = number > match.highest ? number : match.highest;
		if (number == call->number) {
			match.named = true;
			match.always = rule->arg_count == 0;
		}
		const struct seccomp_multiplexed *inner = seccomp_multiplexed_find(name);
		if (arch == SYSCALL_I386 && inner && seccomp_multiplexer(inner) == call->number &&
			seccomp_multiplexer_obeys(profile, rule) &&
			(uint32_t)call->args[0] == inner->code)
			match.through = true;
	}
	return match;
}

static uint32_t decide_in(
	const struct spec_seccomp *profile, enum syscall_arch arch, const struct seccomp_call *call)
{
	uint32_t otherwise = seccomp_answer(profile->default_action, &profile->default_error);
	uint32_t decided = otherwise;
	bool found = false;
	int64_t highest = SYSCALL_NONE;
	for (size_t i = 0; i < profile->rule_count; i++) {
		const struct spec_seccomp_rule *rule = &profile->rules[i];
		struct match match = match_rule(profile, rule, arch, call);
		uint32_t value = seccomp_answer(rule->action, &rule->error);
		highest = match.highest > highest ? match.highest : highest;
		if (value == otherwise)
			continue;
		if (match.always)
			return value;
		if (found)
			continue;
		found = match.through ||
			(match.named && rule_holds(rule, call, seccomp_is_32bit(arch)));
		decided = found ? value : otherwise;
	}
	if (highest >= 0 && call->number > highest &&
		!seccomp_lets_through(profile->default_action))
		return SECCOMP_RET_ERRNO | ENOSYS;
	return decided;
}

uint32_t seccomp_decide(const struct spec_seccomp *profile, const struct seccomp_call *call)
{
	const uint32_t nobodys = 0xffffffffU;
	unsigned archs = seccomp_archs(profile);
	for (unsigned i = 0; i < SYSCALL_ARCHS; i++) {
		enum syscall_arch arch = (enum syscall_arch)i;
		bool has_bit = call->number >= SYSCALL_X32_BIT && call->number != nobodys;
		if (!(archs & 1U << i) || syscall_arch_names[i].audit != call->audit_arch)
			continue;
		if (arch == SYSCALL_X32 ? has_bit : !has_bit || arch != SYSCALL_X86_64)
			return decide_in(profile, arch, call);
	}
	return SECCOMP_RET_KILL_PROCESS;
}
