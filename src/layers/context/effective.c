/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/effective.h"

#include "data/fields.h"
#include "layers/context/landlock_compare.h"
#include "layers/context/syscalls.h"

#include <linux/sched.h>
#include <linux/seccomp.h>

/* What a profile says of one system call, whatever its arguments are. */
struct call {
	bool decided, allowed;                /* by a rule without conditions, or by the default */
	const struct spec_seccomp_rule *some; /* the first conditional rule that lets it pass */
};

/* Anything but a refusal lets the call happen, or lets somebody else decide. */
static bool lets_pass(uint64_t action)
{
	return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG ||
	       action == SECCOMP_RET_TRACE || action == SECCOMP_RET_USER_NOTIF;
}

static void read_rule(const struct spec_seccomp_rule *rule, struct call *calls)
{
	for (size_t i = 0; i < rule->names.count; i++) {
		const struct syscall_entry *entry =
			syscall_find(str_from(rule->names.items[i].text));
		if (!entry)
			continue;
		struct call *call = &calls[syscall_index(entry)];
		if (rule->arg_count == 0 && !call->decided)
			*call = (struct call){true, lets_pass(rule->action), call->some};
		if (rule->arg_count > 0 && !call->some && lets_pass(rule->action))
			call->some = rule;
	}
}

/* One element per row of syscalls.h. profile: NULL, as without seccomp, allows everything. */
static struct call *read_profile(struct arena *arena, const struct spec_seccomp *profile)
{
	struct call *calls = ARENA_NEW_ARRAY(arena, struct call, syscall_count);
	for (size_t i = 0; profile && i < profile->rule_count; i++)
		read_rule(&profile->rules[i], calls);
	for (size_t i = 0; i < syscall_count; i++)
		if (!calls[i].decided)
			calls[i].allowed = !profile || lets_pass(profile->default_action);
	return calls;
}

static bool same_args(const struct spec_seccomp_rule *a, const struct spec_seccomp_rule *b)
{
	bool same = a->arg_count == b->arg_count;
	for (size_t i = 0; same && i < a->arg_count; i++) {
		const struct spec_seccomp_arg *x = &a->args[i], *y = &b->args[i];
		same = x->index == y->index && x->value == y->value &&
		       x->value_two == y->value_two && x->compare == y->compare;
	}
	return same;
}

static bool names(const struct spec_seccomp_rule *rule, const char *name)
{
	for (size_t i = 0; i < rule->names.count; i++)
		if (strcmp(rule->names.items[i].text, name) == 0)
			return true;
	return false;
}

/* Whether every conditional rule that lets the call pass is one of the other profile, too. */
static bool conditions_within(
	const struct spec_seccomp *profile, const struct spec_seccomp *other, const char *name)
{
	for (size_t i = 0; i < profile->rule_count; i++) {
		const struct spec_seccomp_rule *rule = &profile->rules[i];
		bool known = rule->arg_count == 0 || !lets_pass(rule->action) || !names(rule, name);
		for (size_t j = 0; !known && j < other->rule_count; j++)
			known = lets_pass(other->rules[j].action) &&
				names(&other->rules[j], name) && same_args(rule, &other->rules[j]);
		if (!known)
			return false;
	}
	return true;
}

struct comparison {
	const struct spec_seccomp *ours,
		*limit; /* the configuration's, NULL for none; the context's */
	struct call *calls, *limits;
};

static bool is_beyond(const struct comparison *compare, size_t row)
{
	const struct call *call = &compare->calls[row], *limit = &compare->limits[row];
	if (syscall_number(SYSCALL_NATIVE, syscall_at(row)) == SYSCALL_NONE)
		return false;
	if (limit->allowed || !(call->allowed || (!call->decided && call->some)))
		return false;
	return limit->decided || !limit->some || call->allowed ||
	       !conditions_within(compare->ours, compare->limit, syscall_at(row)->name);
}

static struct value calls_beyond(struct arena *arena, const struct comparison *compare)
{
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, syscall_count);
	size_t count = 0;
	for (size_t row = 0; row < syscall_count; row++)
		if (is_beyond(compare, row))
			items[count++] = value_string(str_from(syscall_at(row)->name));
	return value_list(items, count);
}

/* The names of a rule that the configuration lets pass as well. */
static struct spec_texts names_within(
	struct arena *arena, const struct comparison *compare, const struct spec_seccomp_rule *rule)
{
	struct spec_text *kept = ARENA_NEW_ARRAY(arena, struct spec_text, rule->names.count + 1);
	size_t count = 0;
	for (size_t i = 0; i < rule->names.count; i++) {
		const struct syscall_entry *entry =
			syscall_find(str_from(rule->names.items[i].text));
		const struct call *call = entry ? &compare->calls[syscall_index(entry)] : NULL;
		bool conditional = call && !call->allowed && !call->decided && call->some;
		if (!call || call->allowed || (conditional && rule->arg_count > 0))
			kept[count++] = rule->names.items[i];
	}
	return (struct spec_texts){.items = kept, .count = count};
}

/* The configuration's conditions for calls that the context allows whatever their arguments are. */
static size_t add_conditions(struct arena *arena, const struct comparison *compare,
	struct spec_seccomp_rule *rules, size_t count)
{
	for (size_t i = 0; compare->ours && i < compare->ours->rule_count; i++) {
		const struct spec_seccomp_rule *rule = &compare->ours->rules[i];
		struct spec_text *kept =
			ARENA_NEW_ARRAY(arena, struct spec_text, rule->names.count + 1);
		size_t some = 0;
		for (size_t j = 0; rule->arg_count > 0 && j < rule->names.count; j++) {
			const struct syscall_entry *entry =
				syscall_find(str_from(rule->names.items[j].text));
			size_t row = entry ? syscall_index(entry) : 0;
			if (entry && compare->limits[row].allowed && !compare->calls[row].decided)
				kept[some++] = rule->names.items[j];
		}
		if (some == 0)
			continue;
		rules[count] = *rule;
		rules[count].names = (struct spec_texts){.items = kept, .count = some};
		count++;
	}
	return count;
}

/* Nothing that either of the two refuses. */
static struct value strictest(struct arena *arena, const struct comparison *compare)
{
	struct spec_seccomp both = *compare->limit;
	size_t most = compare->limit->rule_count + (compare->ours ? compare->ours->rule_count : 0);
	struct spec_seccomp_rule *rules =
		ARENA_NEW_ARRAY(arena, struct spec_seccomp_rule, most + 1);
	size_t count = 0;
	for (size_t i = 0; i < compare->limit->rule_count; i++) {
		rules[count] = compare->limit->rules[i];
		if (lets_pass(rules[count].action))
			rules[count].names = names_within(arena, compare, &rules[count]);
		count += rules[count].names.count > 0;
	}
	both.rule_count = add_conditions(arena, compare, rules, count);
	both.rules = rules;
	return seccomp_value(arena, &both);
}

static struct value capabilities_of(struct arena *arena, const struct spec *spec)
{
	const struct spec_capabilities none = {0};
	const struct spec_capabilities *sets = spec->process ? &spec->process->capabilities : &none;
	uint64_t all = sets->bounding | sets->effective | sets->inheritable | sets->permitted |
		       sets->ambient;
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, 64);
	size_t count = 0;
	for (unsigned i = 0; i < 64; i++)
		if (all >> i & 1 && spec_capability_name(i))
			items[count++] = value_string(str_from(spec_capability_name(i)));
	return value_list(items, count);
}

/* The namespaces it would share with the host. */
static struct value shared_namespaces(struct arena *arena, const struct spec *spec)
{
	static const struct spec_name types[] = {{"cgroup", CLONE_NEWCGROUP}, {"ipc", CLONE_NEWIPC},
		{"mount", CLONE_NEWNS}, {"network", CLONE_NEWNET}, {"pid", CLONE_NEWPID},
		{"user", CLONE_NEWUSER}, {"uts", CLONE_NEWUTS}};
	enum { TYPES = sizeof(types) / sizeof(types[0]) };
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, TYPES);
	size_t count = 0;
	for (size_t i = 0; i < TYPES; i++)
		if (!spec_namespace_of(spec, types[i].number))
			items[count++] = value_string(str_from(types[i].name));
	return value_list(items, count);
}

static int read_rules(struct arena *arena, const struct spec *spec, struct landlock_text *ret_rules,
	struct error *err)
{
	const char *text = spec_annotation(spec, LANDLOCK_ANNOTATION);
	return landlock_text_read(arena, str_from(text ? text : ""), ret_rules, err);
}

/* What Landlock would let it do beyond its context, and rules that would not. */
static int compare_landlock(struct arena *arena, const struct spec *spec, const struct spec *limit,
	struct value ret_values[2], struct error *err)
{
	struct landlock_text ours, theirs, meet;
	struct str *list;
	struct buf text;
	if (read_rules(arena, spec, &ours, err) < 0 || read_rules(arena, limit, &theirs, err) < 0)
		return -1;
	size_t count = landlock_text_beyond(arena, &ours, &theirs, &list);
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, count + 1);
	for (size_t i = 0; i < count; i++)
		items[i] = value_string(list[i]);
	ret_values[0] = value_list(items, count);
	meet = landlock_text_meet(arena, &ours, &theirs);
	buf_init_arena(&text, arena, 1024);
	landlock_text_print(&meet, &text);
	ret_values[1] = value_string(buf_str(&text));
	return 0;
}

int effective_make(struct arena *arena, const struct value *config, const struct context *context,
	struct value *ret_effective, struct error *err)
{
	struct spec *spec = ARENA_NEW(arena, struct spec), *limit = ARENA_NEW(arena, struct spec);
	struct fields fields = fields_begin(arena, 6);
	struct value landlock[2];
	if (spec_from_value(arena, config, spec, err) < 0 ||
		spec_from_value(arena, &context->config, limit, err) < 0 ||
		compare_landlock(arena, spec, limit, landlock, err) < 0)
		return -1;
	struct comparison compare = {.ours = spec->seccomp,
		.limit = limit->seccomp,
		.calls = read_profile(arena, spec->seccomp),
		.limits = read_profile(arena, limit->seccomp)};
	fields_add(&fields, "systemCalls", calls_beyond(arena, &compare));
	fields_add(&fields, "seccomp", strictest(arena, &compare));
	fields_add(&fields, "namespaces", shared_namespaces(arena, spec));
	fields_add(&fields, "capabilities", capabilities_of(arena, spec));
	fields_add(&fields, "landlock", landlock[0]);
	fields_add(&fields, "landlockRules", landlock[1]);
	*ret_effective = fields_end(&fields);
	return 0;
}
