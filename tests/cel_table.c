/* SPDX-License-Identifier: Apache-2.0 */
#include "cel_table.h"

#include "unit.h"

#include <stdio.h>

enum { COST_LIMIT = 10000000 };

/* The text of a result; false for an error, whose message it is then. */
static bool evaluate(const struct cel_env *env, struct value *slots, const char *expression,
	struct arena *arena, struct str *ret_text, uint64_t *ret_cost)
{
	struct error err = {.kind = ERROR_NONE};
	const struct cel_program *program = cel_compile(env, arena, str_from(expression), &err);
	if (!program) {
		*ret_text = str_copy(arena, str_from(err.message));
		return false;
	}
	struct cel_run run = {.arena = arena, .slots = slots, .cost_limit = COST_LIMIT};
	struct value result = cel_eval(program, &run);
	*ret_cost = run.cost;
	if (cel_is_error(&result)) {
		*ret_text = ((const struct cel_failure *)result.pointer)->message;
		return false;
	}
	struct buf out;
	buf_init_arena(&out, arena, 64);
	cel_print(&result, &out);
	*ret_text = buf_str(&out);
	return true;
}

/* 1 when a case goes otherwise than expected. */
static int check_case(const struct cel_env *env, struct value *slots, const struct cel_case *one,
	struct arena *arena)
{
	struct str text;
	uint64_t cost = 0;
	bool good = evaluate(env, slots, one->expression, arena, &text, &cost);
	bool same = one->expected ? good && str_equal(text, str_from(one->expected)) : !good;
	if (!same)
		fprintf(stderr, "%s\n\tgives  %s%.*s\n\twanted %s\n", one->expression,
			good ? "" : "error: ", STR_ARGS(text),
			one->expected ? one->expected : "an error");
	return !same;
}

void cel_check_cases(
	const struct cel_env *env, struct value *slots, const struct cel_case *cases, size_t count)
{
	struct arena arena;
	volatile int failed = 0;
	volatile size_t i = 0;
	arena_init(&arena, 64 << 20);
	if (ARENA_LIMIT_REACHED(&arena))
		ck_abort_msg("%s: the arena is full", cases[i].expression);
	for (; i < count; i++)
		failed += check_case(env, slots, &cases[i], &arena);
	arena_release(&arena);
	ck_assert_int_eq(failed, 0);
}

void cel_check_profile(
	const struct cel_options *options, const struct cel_case *cases, size_t count)
{
	struct arena arena;
	arena_init(&arena, 64 << 20);
	cel_check_cases(cel_env_new(&arena, options), NULL, cases, count);
	arena_release(&arena);
}

void cel_check_costs(unsigned minor, const struct cel_cost_case *cases, size_t count)
{
	struct arena arena;
	struct cel_options options = {.profile = CEL_PROFILE_KUBERNETES, .kubernetes_minor = minor};
	arena_init(&arena, 64 << 20);
	const struct cel_env *env = cel_env_new(&arena, &options);
	int failed = 0;
	for (size_t i = 0; i < count; i++) {
		struct str text;
		uint64_t cost = 0;
		bool good = evaluate(env, NULL, cases[i].expression, &arena, &text, &cost);
		if (good && cost == cases[i].cost)
			continue;
		fprintf(stderr, "%s\n\tgives  %.*s for %llu\n\twanted %llu\n", cases[i].expression,
			STR_ARGS(text), (unsigned long long)cost,
			(unsigned long long)cases[i].cost);
		failed++;
	}
	arena_release(&arena);
	ck_assert_int_eq(failed, 0);
}
