/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/learned.h"

#include "layers/context/syscall_groups.h"
#include "layers/context/syscalls.h"
#include "policy/form.h"

#include <linux/seccomp.h>

/* The filter is in force before the program is: it must become one, and be able to end. */
static const char *const always[] = {
	"execve", "exit", "exit_group", "restart_syscall", "rt_sigreturn", NULL};

struct narrowing {
	struct arena *arena;
	bool *listed; /* one of each row of syscalls.h */
	bool complain;
	struct error *err;
};

static bool lets_pass(const struct spec_seccomp_rule *rule)
{
	return rule->action == SECCOMP_RET_ALLOW || rule->action == SECCOMP_RET_LOG;
}

static bool is_listed(const struct narrowing *narrowing, const char *name)
{
	const struct syscall_entry *entry = syscall_find(str_from(name));
	return entry && narrowing->listed[syscall_index(entry)];
}

/* Whether a profile lets a call pass, be it on conditions. */
static bool passes(const struct spec_seccomp *profile, struct str name)
{
	for (size_t i = 0; i < profile->rule_count; i++)
		for (size_t j = 0;
			lets_pass(&profile->rules[i]) && j < profile->rules[i].names.count; j++)
			if (str_equal(str_from(profile->rules[i].names.items[j].text), name))
				return true;
	return false;
}

static int refuse(const struct value *at, struct error *err)
{
	struct str name = value_str(at);
	const struct syscall_group *group = syscall_group_of(name);
	if (!syscall_find(name)) {
		ERROR_SET(err, ERROR_POLICY, at->origin, "there is no system call `%.*s`",
			STR_ARGS(name));
		error_set_remedy(err, "remove it, or learn the list anew");
		return -1;
	}
	ERROR_SET(err, ERROR_POLICY, at->origin,
		"the system call `%.*s` is in the list, but the context refuses it",
		STR_ARGS(name));
	if (group)
		error_set_remedy(err, "remove it, or grant system-calls %s", group->name);
	else
		error_set_remedy(err, "remove it: programs do without it");
	return -1;
}

static int read_list(
	struct narrowing *narrowing, const struct value *list, const struct spec_seccomp *profile)
{
	if (list->count == 0) {
		ERROR_SET(narrowing->err, ERROR_POLICY, list->origin,
			"a list of no system call refuses everything");
		error_set_remedy(narrowing->err, "remove the list, or learn it anew");
		return -1;
	}
	for (uint32_t i = 0; i < list->count; i++) {
		const struct syscall_entry *entry = syscall_find(value_str(&list->items[i]));
		if (!entry || !passes(profile, value_str(&list->items[i])))
			return refuse(&list->items[i], narrowing->err);
		narrowing->listed[syscall_index(entry)] = true;
	}
	for (const char *const *name = always; *name; name++)
		narrowing->listed[syscall_index(syscall_find(str_from(*name)))] = true;
	return 0;
}

/* The names of a rule that are in the list, or those that are not. */
static struct spec_texts names_of(
	const struct narrowing *narrowing, const struct spec_seccomp_rule *rule, bool wanted)
{
	struct spec_text *kept =
		ARENA_NEW_ARRAY(narrowing->arena, struct spec_text, rule->names.count + 1);
	size_t count = 0;
	for (size_t i = 0; i < rule->names.count; i++)
		if (is_listed(narrowing, rule->names.items[i].text) == wanted)
			kept[count++] = rule->names.items[i];
	return (struct spec_texts){.items = kept, .count = count};
}

int learned_narrow(struct arena *arena, const struct value *list, bool complain,
	struct spec_seccomp *profile, struct error *err)
{
	struct narrowing narrowing = {.arena = arena,
		.listed = ARENA_NEW_ARRAY(arena, bool, syscall_count),
		.complain = complain,
		.err = err};
	struct spec_seccomp_rule *rules =
		ARENA_NEW_ARRAY(arena, struct spec_seccomp_rule, 2 * profile->rule_count + 1);
	size_t count = 0;
	memset(narrowing.listed, 0, syscall_count * sizeof(*narrowing.listed));
	if (read_list(&narrowing, list, profile) < 0)
		return -1;
	for (size_t i = 0; i < profile->rule_count; i++) {
		const struct spec_seccomp_rule *rule = &profile->rules[i];
		rules[count] = *rule;
		if (lets_pass(rule))
			rules[count].names = names_of(&narrowing, rule, true);
		count += rules[count].names.count > 0;
		if (!complain || !lets_pass(rule))
			continue;
		rules[count] = *rule;
		rules[count].action = SECCOMP_RET_LOG;
		rules[count].names = names_of(&narrowing, rule, false);
		count += rules[count].names.count > 0;
	}
	profile->rules = rules;
	profile->rule_count = count;
	return 0;
}

bool learned_complains(const struct context *context)
{
	const struct value *document = context->policy ? context->policy->document : NULL;
	return document && form_get(document, "systemCalls") &&
	       str_equal(form_text(document, "stage"), STR("complain"));
}

static bool is_logged(const struct spec_seccomp *profile, const char *name)
{
	for (size_t i = 0; i < profile->rule_count; i++)
		for (size_t j = 0; profile->rules[i].action == SECCOMP_RET_LOG &&
				   j < profile->rules[i].names.count;
			j++)
			if (strcmp(profile->rules[i].names.items[j].text, name) == 0)
				return true;
	return false;
}

struct value learned_missed(
	struct arena *arena, const struct spec_seccomp *profile, const uint8_t *made, size_t count)
{
	struct value *names = ARENA_NEW_ARRAY(arena, struct value, count + 1);
	size_t found = 0;
	for (size_t i = 0; i < count; i++) {
		const struct syscall_entry *entry =
			made[i] ? syscall_of_number(SYSCALL_NATIVE, (int64_t)i) : NULL;
		if (entry && is_logged(profile, entry->name))
			names[found++] = value_string(str_from(entry->name));
	}
	return value_list(names, found);
}

struct str learned_image(const struct context *context)
{
	if (!context->policy)
		return STR("");
	return form_text(form_get(context->policy->document, "learned"), "image");
}
