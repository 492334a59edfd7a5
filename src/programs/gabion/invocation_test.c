/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/invocation.h"

#include "base/arena.h"
#include "policy/policy.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/suggest.h"
#include "unit.h"

/* The table names them; nothing here runs them. */
#define UNUSED_COMMAND(name) \
	int name(struct invocation *invocation) \
	{ \
		(void)invocation; \
		return 0; \
	}
UNUSED_COMMAND(command_check)
UNUSED_COMMAND(command_demo)
UNUSED_COMMAND(command_eval)
UNUSED_COMMAND(command_explain)
UNUSED_COMMAND(command_policy_export)
UNUSED_COMMAND(command_policy_list)
UNUSED_COMMAND(command_policy_show)
UNUSED_COMMAND(command_policy_lint)
UNUSED_COMMAND(command_policy_test)
UNUSED_COMMAND(command_ledger_append)
UNUSED_COMMAND(command_ledger_archive)
UNUSED_COMMAND(command_ledger_export)
UNUSED_COMMAND(command_ledger_init)
UNUSED_COMMAND(command_ledger_prove)
UNUSED_COMMAND(command_ledger_search)
UNUSED_COMMAND(command_ledger_show)
UNUSED_COMMAND(command_ledger_tail)
UNUSED_COMMAND(command_ledger_verify)
UNUSED_COMMAND(command_ledger_witness)
UNUSED_COMMAND(command_metrics)
UNUSED_COMMAND(command_completion)
UNUSED_COMMAND(command_context_check)
UNUSED_COMMAND(command_context_diff)
UNUSED_COMMAND(command_context_harden)
UNUSED_COMMAND(command_context_list)
UNUSED_COMMAND(command_context_grants)
UNUSED_COMMAND(command_context_show)
UNUSED_COMMAND(command_doctor)
UNUSED_COMMAND(command_drill_context)
UNUSED_COMMAND(command_learn)
UNUSED_COMMAND(command_run)
UNUSED_COMMAND(command_complete)
UNUSED_COMMAND(command_help)
UNUSED_COMMAND(command_version)

/* What is parsed: words, ended by NULL. */
struct parse {
	struct arena arena;
	struct invocation invocation;
	struct error err;
	int result;
};

static void parse(struct parse *parse, const char *const *words, environment_reader *environment)
{
	char *copies[16];
	size_t count = 0;
	memset(parse, 0, sizeof(*parse));
	arena_init(&parse->arena, 1 << 20);
	for (; words[count]; count++)
		copies[count] = (char *)(uintptr_t)words[count];
	parse->result = invocation_parse(
		&parse->invocation, &parse->arena, copies, count, environment, &parse->err);
}

static char *no_environment(const char *name)
{
	(void)name;
	return NULL;
}

static const struct {
	const char *words[10];
	const char *message, *remedy;
} wrong[] = {
	{{"chekc", "x"}, "there is no command 'chekc'", "did you mean 'check'?"},
	{{"policy"}, "gabion policy needs to be told what to do", "gabion help policy"},
	{{"policy", "lst"}, "there is no command 'policy lst'", "did you mean 'policy list'?"},
	{{"frobnicate"}, "there is no command 'frobnicate'", "gabion help lists all"},
	{{"check"}, "gabion check needs PATH...", "for example: gabion check"},
	{{"check", "--pofile", "x", "."}, "gabion check has no option --pofile",
		"did you mean --profile?"},
	{{"check", "--data=x", "."}, "gabion check has no option --data", ""},
	{{"check", "-z", "."}, "gabion check has no option -z", "write -- before"},
	{{"check", ".", "--profile"}, "--profile needs a value", "write --profile NAME"},
	{{"check", ".", "--profile", "--quiet"}, "--profile needs a value", "write --profile NAME"},
	{{"check", ".", "--profile="}, "--profile needs a value", ""},
	{{"check", ".", "--quiet=yes"}, "--quiet takes no value", ""},
	{{"check", ".", "--profile", "a", "--profile", "b"}, "--profile is given twice",
		"keep the one"},
	{{"check", ".", "-q", "--quiet"}, "--quiet is given twice", "keep the one"},
	{{"check", ".", "--exit-zero", "--fail-on", "warn"}, "contradict each other",
		"keep the one"},
	{{"check", ".", "--owner", "custmer"}, "--owner does not know 'custmer'",
		"did you mean customer? It knows provider, customer, shared"},
	{{"check", ".", "--color", "zzzzz"}, "--color does not know 'zzzzz'",
		"it knows auto, always, never"},
	{{"version", "now"}, "gabion version cannot use the argument 'now'", "for example"},
	{{"eval", "1", "2"}, "gabion eval cannot use the argument '2'", "for example"},
	{{"completion", "csh"}, "gabion completion does not know 'csh'", "did you mean zsh?"},
	{{"--verison"}, "gabion has no option --verison", "did you mean --version?"},
};

START_TEST(a_wrong_word_is_named_with_what_was_probably_meant)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct parse it;
		parse(&it, wrong[i].words, no_environment);
		ck_assert_msg(it.result == -1, "row %zu was understood", i);
		ck_assert_msg(
			strstr(it.err.message, wrong[i].message), "row %zu: %s", i, it.err.message);
		ck_assert_msg(
			strstr(it.err.remedy, wrong[i].remedy), "row %zu: %s", i, it.err.remedy);
		arena_release(&it.arena);
	}
}
END_TEST

static const struct {
	const char *words[10];
	const char *command, *profile, *argument;
	size_t outputs;
	bool quiet;
} right[] = {
	{{"check", "a.yaml"}, "check", "", "a.yaml", 0, false},
	{{"check", "--profile", "all", "a"}, "check", "all", "a", 0, false},
	{{"check", "a", "--profile=all"}, "check", "all", "a", 0, false},
	{{"--profile", "all", "check", "a"}, "check", "all", "a", 0, false},
	{{"check", "-o", "text", "-ojson=x", "-o=sarif=y", "a"}, "check", "", "a", 3, false},
	{{"check", "-qo", "text", "a"}, "check", "", "a", 1, true},
	{{"check", "-q", "-"}, "check", "", "-", 0, true},
	{{"check", "--", "-q"}, "check", "", "-q", 0, false},
	{{"check", "--", "--profile=x"}, "check", "", "--profile=x", 0, false},
	{{"policy", "--profile", "all", "list"}, "policy list", "all", NULL, 0, false},
	{{"policy", "show", "a.b"}, "policy show", "", "a.b", 0, false},
	{{"eval", "--data", "-", "1"}, "eval", "", "1", 0, false},
	{{"eval", "--", "-1 + 2"}, "eval", "", "-1 + 2", 0, false},
	{{"help", "policy", "list"}, "help", "", "policy", 0, false},
};

START_TEST(options_stand_anywhere)
{
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		struct parse it;
		parse(&it, right[i].words, no_environment);
		ck_assert_msg(it.result == 0, "row %zu: %s", i, it.err.message);
		ck_assert_str_eq(it.invocation.command->name, right[i].command);
		ASSERT_STR(invocation_value(&it.invocation, OPTION_PROFILE, STR("")),
			str_from(right[i].profile));
		ck_assert_uint_eq(it.invocation.options[OPTION_OUTPUT].count, right[i].outputs);
		ck_assert(invocation_has(&it.invocation, OPTION_QUIET) == right[i].quiet);
		if (right[i].argument)
			ASSERT_STR(it.invocation.arguments[0], str_from(right[i].argument));
		else
			ck_assert_uint_eq(it.invocation.argument_count, 0);
		arena_release(&it.arena);
	}
}
END_TEST

START_TEST(help_is_given_whatever_else_is_missing)
{
	struct parse it;
	parse(&it, (const char *const[]){"check", "--help", NULL}, no_environment);
	ck_assert_int_eq(it.result, 0);
	ck_assert(invocation_has(&it.invocation, OPTION_HELP));
	arena_release(&it.arena);
	parse(&it, (const char *const[]){NULL}, no_environment);
	ck_assert_int_eq(it.result, 0);
	ck_assert_ptr_null(it.invocation.command);
	arena_release(&it.arena);
}
END_TEST

static char *sample_environment(const char *name)
{
	static const char *const settings[][2] = {{"GABION_PROFILE", "all"},
		{"GABION_OUTPUT", "text,sarif=x.sarif"}, {"GABION_QUIET", "1"},
		{"GABION_FAIL_ON", "warn"}, {"GABION_OWNER", ""}};
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (strcmp(name, settings[i][0]) == 0)
			return (char *)(uintptr_t)settings[i][1];
	return NULL;
}

START_TEST(the_environment_stands_in_for_what_is_not_given)
{
	struct parse it;
	parse(&it, (const char *const[]){"check", ".", NULL}, sample_environment);
	ck_assert_int_eq(it.result, 0);
	ASSERT_STR(invocation_value(&it.invocation, OPTION_PROFILE, STR("")), STR("all"));
	ck_assert_uint_eq(it.invocation.options[OPTION_OUTPUT].count, 2);
	ASSERT_STR(it.invocation.options[OPTION_OUTPUT].values[1], STR("sarif=x.sarif"));
	ck_assert(invocation_has(&it.invocation, OPTION_QUIET));
	ck_assert(!invocation_has(&it.invocation, OPTION_OWNER));
	ck_assert_int_eq(invocation_word(&it.invocation, OPTION_FAIL_ON), 1);
	arena_release(&it.arena);
	parse(&it, (const char *const[]){"check", ".", "--profile=b", "--exit-zero", NULL},
		sample_environment);
	ck_assert_int_eq(it.result, 0);
	ASSERT_STR(invocation_value(&it.invocation, OPTION_PROFILE, STR("")), STR("b"));
	ck_assert(!invocation_has(&it.invocation, OPTION_FAIL_ON));
	arena_release(&it.arena);
}
END_TEST

static char *bad_environment(const char *name)
{
	return strcmp(name, "GABION_QUIET") == 0 ? (char *)(uintptr_t) "maybe" : NULL;
}

START_TEST(a_wrong_variable_is_named)
{
	struct parse it;
	parse(&it, (const char *const[]){"check", ".", NULL}, bad_environment);
	ck_assert_int_eq(it.result, -1);
	ck_assert_ptr_nonnull(strstr(it.err.message, "GABION_QUIET does not know 'maybe'"));
	arena_release(&it.arena);
}
END_TEST

START_TEST(every_row_says_all_that_help_and_manual_need)
{
	for (const struct command *at = command_next(NULL); at; at = command_next(at)) {
		ck_assert_msg(at->summary && at->run, "%s", at->name);
		ck_assert_msg(at->examples[0].line && at->examples[0].meaning, "%s", at->name);
		ck_assert_msg(at->exits[EXIT_ALLOWED] && at->exits[EXIT_INVALID], "%s", at->name);
		ck_assert_msg((at->argument != NULL) == (at->most > 0), "%s", at->name);
		ck_assert_msg(strstr(at->examples[0].line, at->name), "%s", at->name);
	}
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct option *option = option_row((enum option_id)i);
		ck_assert_msg(option->name && option->meaning, "option %zu", i);
		ck_assert_msg((option->words != NULL) == (option->values == VALUES_WORDS), "%s",
			option->name);
	}
}
END_TEST

START_TEST(examples_are_understood)
{
	for (const struct command *at = command_next(NULL); at; at = command_next(at)) {
		struct str rest = str_from(at->examples[0].line), word;
		const char *words[16] = {NULL};
		struct parse it;
		struct arena arena;
		size_t count = 0;
		arena_init(&arena, 1 << 16);
		if (str_find_char(rest, '\'') != SIZE_MAX || str_find_char(rest, '<') != SIZE_MAX ||
			str_find_char(rest, '>') != SIZE_MAX)
			continue;
		while (str_next_part(&rest, ' ', &word))
			words[count++] = str_copy(&arena, word).data;
		parse(&it, words + 1, no_environment);
		ck_assert_msg(it.result == 0, "%s: %s", at->examples[0].line, it.err.message);
		arena_release(&it.arena);
		arena_release(&arena);
	}
}
END_TEST

START_TEST(words_of_owners_are_those_of_policies)
{
	for (int owner = 0; owner <= OWNER_SHARED; owner++)
		ck_assert_str_eq(option_row(OPTION_OWNER)->words[owner],
			policy_owner_name((enum policy_owner)owner));
	for (int risk = 0; risk <= RISK_CRITICAL; risk++)
		ck_assert_str_eq(option_row(OPTION_FAIL_ON)->words[3 + risk],
			policy_risk_name((enum policy_risk)risk));
}
END_TEST

UNIT_TESTS("invocation", a_wrong_word_is_named_with_what_was_probably_meant, options_stand_anywhere,
	help_is_given_whatever_else_is_missing, the_environment_stands_in_for_what_is_not_given,
	a_wrong_variable_is_named, every_row_says_all_that_help_and_manual_need,
	examples_are_understood, words_of_owners_are_those_of_policies)
