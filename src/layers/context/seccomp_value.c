/* SPDX-License-Identifier: Apache-2.0 */
#include "data/fields.h"
#include "layers/context/effective.h"

#include <linux/seccomp.h>

/* The words of config.json, the reverse of what spec_seccomp.c reads. */
static const struct {
	uint64_t number;
	const char *name;
} actions[] = {
	{SECCOMP_RET_ALLOW, "SCMP_ACT_ALLOW"},
	{SECCOMP_RET_ERRNO, "SCMP_ACT_ERRNO"},
	{SECCOMP_RET_LOG, "SCMP_ACT_LOG"},
	{SECCOMP_RET_USER_NOTIF, "SCMP_ACT_NOTIFY"},
	{SECCOMP_RET_KILL_PROCESS, "SCMP_ACT_KILL_PROCESS"},
};

static const char *const comparisons[] = {
	[SPEC_COMPARE_NE] = "SCMP_CMP_NE",
	[SPEC_COMPARE_LT] = "SCMP_CMP_LT",
	[SPEC_COMPARE_LE] = "SCMP_CMP_LE",
	[SPEC_COMPARE_EQ] = "SCMP_CMP_EQ",
	[SPEC_COMPARE_GE] = "SCMP_CMP_GE",
	[SPEC_COMPARE_GT] = "SCMP_CMP_GT",
	[SPEC_COMPARE_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
};

static struct value action_word(uint64_t number)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (actions[i].number == number)
			return value_ascii(str_from(actions[i].name));
	return value_ascii(STR("SCMP_ACT_KILL_PROCESS"));
}

static struct value texts_value(struct arena *arena, const struct spec_texts *texts)
{
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, texts->count + 1);
	for (size_t i = 0; i < texts->count; i++)
		items[i] = value_string(str_from(texts->items[i].text));
	return value_list(items, texts->count);
}

static struct value natural(uint64_t number)
{
	return number <= INT64_MAX ? value_int((int64_t)number) : value_uint(number);
}

static struct value args_value(struct arena *arena, const struct spec_seccomp_rule *rule)
{
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, rule->arg_count + 1);
	for (size_t i = 0; i < rule->arg_count; i++) {
		const struct spec_seccomp_arg *arg = &rule->args[i];
		struct fields fields = fields_begin(arena, 4);
		fields_add(&fields, "index", natural(arg->index));
		fields_add(&fields, "value", natural(arg->value));
		fields_add(&fields, "valueTwo", natural(arg->value_two));
		fields_add(&fields, "op", value_ascii(str_from(comparisons[arg->compare])));
		items[i] = fields_end(&fields);
	}
	return value_list(items, rule->arg_count);
}

static struct value rule_value(struct arena *arena, const struct spec_seccomp_rule *rule)
{
	struct fields fields = fields_begin(arena, 4);
	fields_add(&fields, "names", texts_value(arena, &rule->names));
	fields_add(&fields, "action", action_word(rule->action));
	if (rule->error.set)
		fields_add(&fields, "errnoRet", natural(rule->error.value));
	if (rule->arg_count > 0)
		fields_add(&fields, "args", args_value(arena, rule));
	return fields_end(&fields);
}

struct value seccomp_value(struct arena *arena, const struct spec_seccomp *profile)
{
	struct fields fields = fields_begin(arena, 4);
	struct value *rules = ARENA_NEW_ARRAY(arena, struct value, profile->rule_count + 1);
	for (size_t i = 0; i < profile->rule_count; i++)
		rules[i] = rule_value(arena, &profile->rules[i]);
	fields_add(&fields, "defaultAction", action_word(profile->default_action));
	if (profile->default_error.set)
		fields_add(&fields, "defaultErrnoRet", natural(profile->default_error.value));
	fields_add(&fields, "architectures", texts_value(arena, &profile->architectures));
	fields_add(&fields, "syscalls", value_list(rules, profile->rule_count));
	return fields_end(&fields);
}
