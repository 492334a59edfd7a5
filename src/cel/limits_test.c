/* SPDX-License-Identifier: Apache-2.0 */
#include "cel_evaluate.h"

#include "base/limits.h"

/* Lazy variables, and expressions that were built to be slow, deep or large. */

enum { MOST_VARIABLES = 300 };

struct scope {
	struct arena arena;
	struct cel_env *env;
	struct value slots[MOST_VARIABLES];
	const struct cel_program *lazy[MOST_VARIABLES];
	struct cel_run run;
};

static void begin(struct scope *scope, size_t arena_bytes)
{
	static const struct cel_options options = {.profile = CEL_PROFILE_NATIVE};
	memset(scope, 0, sizeof(*scope));
	arena_init(&scope->arena, arena_bytes);
	scope->env = cel_env_new(&scope->arena, &options);
	scope->run = (struct cel_run){.arena = &scope->arena,
		.slots = scope->slots,
		.lazy = scope->lazy,
		.cost_limit = 1000000};
}

/* Declares a variable that is computed when asked for; text may be NULL for later. */
static uint32_t declare(struct scope *scope, const char *name)
{
	uint32_t slot =
		cel_env_declare(scope->env, str_copy(&scope->arena, str_from(name)), &cel_type_dyn);
	scope->slots[slot].kind = CEL_UNSET;
	return slot;
}

static const struct cel_program *compile(struct scope *scope, struct str text)
{
	struct error err = {0};
	const struct cel_program *program =
		cel_compile(scope->env, &scope->arena, str_copy(&scope->arena, text), &err);
	ck_assert_msg(program != NULL, "%.*s: %s", STR_ARGS(text), err.message);
	return program;
}

static struct value run(struct scope *scope, const char *text)
{
	return cel_eval(compile(scope, str_from(text)), &scope->run);
}

static void assert_failure(const struct value *result, const char *message)
{
	ck_assert_int_eq(result->kind, CEL_ERROR);
	const struct cel_failure *failure = result->pointer;
	ASSERT_STR(failure->message, str_from(message));
}

START_TEST(a_lazy_variable_is_computed_once)
{
	struct scope scope;
	begin(&scope, 1 << 20);
	uint32_t x = declare(&scope, "variables.x");
	scope.lazy[x] = compile(&scope, STR("[1, 2, 3].map(i, i * i)"));
	struct value first = run(&scope, "variables.x[2] == 9");
	ck_assert(first.kind == VALUE_BOOL && first.boolean);
	uint64_t cost = scope.run.cost;
	struct value again = run(&scope, "variables.x[1] == 4");
	ck_assert(again.kind == VALUE_BOOL && again.boolean);
	ck_assert_uint_eq(scope.run.cost - cost, 3);
	ck_assert_uint_eq(scope.slots[x].kind, VALUE_LIST);
	arena_release(&scope.arena);
}
END_TEST

START_TEST(a_variable_that_fails_names_itself_where_it_is_used)
{
	struct scope scope;
	begin(&scope, 1 << 20);
	uint32_t x = declare(&scope, "variables.x");
	scope.lazy[x] = compile(&scope, STR("1 / 0"));
	struct value result = run(&scope, "true && variables.x == 1");
	assert_failure(&result, "variables.x: division by zero");
	const struct cel_failure *failure = result.pointer;
	ck_assert_uint_eq(failure->expression.column, 19);
	result = run(&scope, "variables.x == 1 || true");
	ck_assert(result.kind == VALUE_BOOL && result.boolean);
	arena_release(&scope.arena);
}
END_TEST

START_TEST(variables_in_a_circle_are_an_error)
{
	struct scope scope;
	begin(&scope, 1 << 20);
	uint32_t a = declare(&scope, "a"), b = declare(&scope, "b");
	scope.lazy[a] = compile(&scope, STR("b + 1"));
	scope.lazy[b] = compile(&scope, STR("a + 1"));
	struct value result = run(&scope, "a");
	assert_failure(&result, "a: b: a: the variable depends on itself");
	arena_release(&scope.arena);
}
END_TEST

START_TEST(variables_that_wait_for_each_other_are_limited_in_depth)
{
	static struct scope scope;
	begin(&scope, 8 << 20);
	char name[16], text[32];
	for (int i = 0; i < MOST_VARIABLES; i++) {
		(void)snprintf(name, sizeof(name), "v%d", i);
		uint32_t slot = declare(&scope, name);
		(void)snprintf(text, sizeof(text), "v%d + 1", i - 1);
		scope.lazy[slot] = compile(&scope, i > 0 ? str_from(text) : STR("0"));
	}
	struct value result = run(&scope, "v50");
	ck_assert(result.kind == VALUE_INT && result.integer == 50);
	result = run(&scope, "v299");
	ck_assert_int_eq(result.kind, CEL_ERROR);
	arena_release(&scope.arena);
}
END_TEST

START_TEST(an_unbound_variable_is_an_error_that_names_it)
{
	struct scope scope;
	begin(&scope, 1 << 20);
	(void)declare(&scope, "x");
	struct value result = run(&scope, "x == 1");
	assert_failure(&result, "x: no value is bound");
	arena_release(&scope.arena);
}
END_TEST

/* first + part + part + ... + last */
static struct value run_chain(
	struct scope *scope, const char *first, const char *part, int times, const char *last)
{
	struct buf text;
	buf_init_arena(&text, &scope->arena, 1 << 16);
	buf_put(&text, str_from(first));
	for (int i = 0; i < times; i++)
		buf_put(&text, str_from(part));
	buf_put(&text, str_from(last));
	return cel_eval(compile(scope, buf_str(&text)), &scope->run);
}

START_TEST(chains_of_thousands_are_compiled_and_run)
{
	static const struct {
		const char *first, *part, *last;
	} chains[] = {
		{"0", " + 1", " == 3000"},
		{"true", " && true", ""},
		{"false", " || false", " || true"},
		{"'x'", ".replace('x', 'x')", " == 'x'"},
		{"[1]", ".map(x, x)", " == [1]"},
		{"{'a': 1}", ".filter(k, true)", ".size() == 1"},
		{"true", " || 1 / 0 == 1", ""},
		{"1 / 0 == 1", " || 1 / 0 == 1", " || true"},
		{"optional.of(1)", ".or(optional.of(2))", ".value() == 1"},
	};
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		static struct scope scope;
		begin(&scope, 64 << 20);
		struct value result =
			run_chain(&scope, chains[i].first, chains[i].part, 3000, chains[i].last);
		ck_assert_msg(result.kind == VALUE_BOOL && result.boolean, "%s%s...",
			chains[i].first, chains[i].part);
		arena_release(&scope.arena);
	}
}
END_TEST

START_TEST(joining_constants_takes_no_more_than_their_length_in_advance)
{
	static const char *const parts[] = {" + 'a'", " + b'a'", " + [1]"};
	static const char *const firsts[] = {"'a'", "b'a'", "[1]"};
	for (size_t i = 0; i < 3; i++) {
		static struct scope scope;
		begin(&scope, 48 << 20);
		scope.run.cost_limit = 1;
		ck_assert(!ARENA_LIMIT_REACHED(&scope.arena));
		(void)run_chain(&scope, firsts[i], parts[i], 12000, "");
		arena_release(&scope.arena);
	}
}
END_TEST

START_TEST(long_selections_fail_where_the_data_ends)
{
	static struct scope scope;
	begin(&scope, 64 << 20);
	uint32_t x = declare(&scope, "x");
	scope.slots[x] = (struct value){.kind = VALUE_MAP};
	struct value result = run_chain(&scope, "x", ".a", 5000, "");
	assert_failure(&result, "no such key: a");
	result = run_chain(&scope, "x", ".?a", 5000, ".hasValue()");
	ck_assert(result.kind == VALUE_BOOL && !result.boolean);
	arena_release(&scope.arena);
}
END_TEST

static void run_slow(const char *text)
{
	static struct scope scope;
	begin(&scope, 256 << 20);
	uint32_t l = declare(&scope, "l"), s = declare(&scope, "s");
	struct value *items = ARENA_NEW_ARRAY(&scope.arena, struct value, 100000);
	scope.slots[l] = value_list(items, 100000);
	char *bytes = arena_alloc(&scope.arena, 1000000);
	memset(bytes, 'a', 1000000);
	memcpy(bytes, "\xC3\xA9", 2);
	scope.slots[s] = value_string((struct str){bytes, 1000000});
	if (!ARENA_LIMIT_REACHED(&scope.arena)) {
		struct value result = run(&scope, text);
		assert_failure(&result, "the cost of the expression exceeds its limit");
	}
	arena_release(&scope.arena);
}

START_TEST(no_expression_can_hang)
{
	static const char *const slow[] = {
		/* Comprehensions whose elements cost nothing. */
		"l.filter(a, l.filter(b, l.filter(c, false).size() == 1).size() == 1).size() == 0",
		"l.exists_one(a, l.exists_one(b, l.exists_one(c, false)))",
		/* Values that share their parts: there are 2^60 of them. */
		"[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19].map(i, l).map(j, [j, j])"
		".map(j, [j, j]).map(j, [j, j]).map(j, [j, j]).map(j, [j, j]).map(j, [j, j])"
		".map(j, [j, j]).map(j, [j, j]).map(j, [j, j]).map(j, [j, j]).map(j, [j, j])"
		".all(x, x == x)",
		/* Code points that are counted at no cost. */
		"l.all(a, l.all(b, s.size() > 0))",
		"l.all(a, l.all(b, s == s))",
		"l.all(a, (l + l + l + l + l + l + l + l).size() > 0)",
		"l.map(a, s + s).map(a, a + a).map(a, a + a).size() == 0",
		"l.all(a, l.all(b, l in [l]))",
	};
	for (size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); i++)
		run_slow(slow[i]);
}
END_TEST

START_TEST(a_result_that_no_one_could_print_is_an_error)
{
	static const struct {
		const char *first, *part;
		int times;
	} results[] = {
		{"[0]", ".map(x, [x, x])", 60}, /* 2^60 items */
		{"[0]", ".map(x, [x])", 200},
		{"optional.of(0)", ".optMap(x, [x])", 3},
	};
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		static struct scope scope;
		begin(&scope, 64 << 20);
		struct value result =
			run_chain(&scope, results[i].first, results[i].part, results[i].times, "");
		if (i == 0)
			assert_failure(&result, "the result is too large or too deeply nested");
		else
			ck_assert_int_ne(result.kind, CEL_ERROR);
		arena_release(&scope.arena);
	}
}
END_TEST

/* Whether the cap was enough. */
static bool run_within(size_t cap_bytes, const char *text)
{
	static const struct cel_options options = {.profile = CEL_PROFILE_NATIVE};
	struct arena arena;
	arena_init(&arena, cap_bytes);
	if (ARENA_LIMIT_REACHED(&arena)) {
		arena_release(&arena);
		return false;
	}
	struct error err = {0};
	const struct cel_env *env = cel_env_new(&arena, &options);
	const struct cel_program *program = cel_compile(env, &arena, str_from(text), &err);
	ck_assert_msg(program != NULL, "%s", err.message);
	struct cel_run run = {.arena = &arena, .cost_limit = 1000000};
	(void)cel_eval(program, &run);
	arena_release(&arena);
	return true;
}

START_TEST(at_every_cap_of_memory_there_is_a_result_or_a_clean_end)
{
	static const char *const texts[] = {
		"[1, 2, 3].map(x, {'a': x, 'b': [x, string(x) + 'y']}).filter(m, m.a > 1)",
		"cel.bind(x, ['a', 'b'].map(s, s + s), x.transformMap(i, v, v + v))",
		"{'a': 1}.?b.optMap(x, x).or(optional.of(2)).value() / 0",
		"['x', 'y'].all(s, s.matches('[' + s + ']'))",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t cap = 4096;
		while (!run_within(cap, texts[i]))
			cap += 1024;
	}
}
END_TEST

UNIT_TESTS("limits", a_lazy_variable_is_computed_once,
	a_variable_that_fails_names_itself_where_it_is_used, variables_in_a_circle_are_an_error,
	variables_that_wait_for_each_other_are_limited_in_depth,
	an_unbound_variable_is_an_error_that_names_it, chains_of_thousands_are_compiled_and_run,
	joining_constants_takes_no_more_than_their_length_in_advance,
	long_selections_fail_where_the_data_ends, no_expression_can_hang,
	a_result_that_no_one_could_print_is_an_error,
	at_every_cap_of_memory_there_is_a_result_or_a_clean_end)
