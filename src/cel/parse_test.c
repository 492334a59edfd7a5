/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/parse.h"
#include "cel_unparse.h"
#include "unit.h"

static struct arena arena;

static void set_up(enum cel_profile profile, unsigned minor, struct cel_env **ret_env)
{
	arena_init(&arena, 64 << 20);
	struct cel_options options = {.profile = profile, .kubernetes_minor = minor};
	*ret_env = cel_env_new(&arena, &options);
}

static struct str unparsed(const struct cel_node *root)
{
	struct buf out;
	buf_init_arena(&out, &arena, 256);
	cel_unparse(root, &out);
	return buf_str(&out);
}

static void check_tree(const struct cel_env *env, const char *text, const char *expected)
{
	struct cel_ast ast;
	struct error err = {.kind = ERROR_NONE};
	int result = cel_parse(env, &arena, str_from(text), &ast, &err);
	ck_assert_msg(
		result == 0, "%s: %u:%u %s", text, err.origin.line, err.origin.column, err.message);
	ASSERT_STR(unparsed(ast.root), str_from(expected));
	struct str again = unparsed(ast.root);
	ck_assert_int_eq(cel_parse(env, &arena, again, &ast, &err), 0);
	ASSERT_STR(unparsed(ast.root), again);
}

START_TEST(operators_bind_as_the_specification_says)
{
	static const char *const cases[][2] = {
		{"a + b * c", "a + (b * c)"},
		{"a * b + c", "(a * b) + c"},
		{"a - b - c", "(a - b) - c"},
		{"a || b && c || d", "a || (b && c) || d"},
		{"a && b && c", "a && b && c"},
		{"(a && b) && c", "(a && b) && c"},
		{"a && (b && c)", "a && (b && c)"},
		{"a < b == c", "(a < b) == c"},
		{"a in b.c + d", "a in (b.c + d)"},
		{"a ? b : c ? d : e", "a ? b : (c ? d : e)"},
		{"a || b ? c && d : e", "(a || b) ? (c && d) : e"},
		{"!a.b(c)[d]", "!(a.b(c)[d])"},
		{"-a.b", "-(a.b)"},
		{"-1.abs()", "-1.abs()"},
		{"--1", "-(-1)"},
		{"---1", "-(-(-1))"},
		{"--a", "-(-(a))"},
		{"---a", "-(a)"},
		{"!!!a", "!(a)"},
		{"!!a", "!(!(a))"},
		{"1-1", "1 - 1"},
		{"1 -1", "1 - 1"},
		{"a - -1", "a - -1"},
		{"a % -b", "a % (-(b))"},
		{".a.b", ".a.b"},
		{".f(1)", ".f(1)"},
		{"a .b . c", "a.b.c"},
		{"a?.b:c", "a ? .b : c"},
		{"a ? [1] : [2,]", "a ? [1] : [2]"},
		{"{1: 2, 'a': b,}", "{1: 2, \"a\": b}"},
		{"{}", "{}"},
		{"[]", "[]"},
		{"[,]", "[]"},
		{"{,}", "{}"},
		{"a.?b.c[?d]", "a.?b.c[?d]"},
		{"[?a, b]", "[?a, b]"},
		{"{?'a': b, 'c': d}", "{?\"a\": b, \"c\": d}"},
		{"a.`b-c/d. e`", "a.`b-c/d. e`"},
		{"a.`b`", "a.b"},
		{"a // comment\n + // another\r\n b", "a + b"},
		{"a.else.for()", "a.else.for()"},
	};
	struct cel_env *env;
	set_up(CEL_PROFILE_NATIVE, 0, &env);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_tree(env, cases[i][0], cases[i][1]);
	arena_release(&arena);
}
END_TEST

START_TEST(macros_become_nodes)
{
	static const char *const cases[][2] = {
		{"has(a.b.c)", "has(a.b.c)"},
		{"has(a.?b.c)", "has(a.?b.c)"},
		{"a.all(x, x > 1)", "a.all(x, x > 1)"},
		{"a.existsOne(x, x)", "a.exists_one(x, x)"},
		{"a.map(x, x > 1, x + 1)", "a.map(x, x > 1, x + 1)"},
		{"a.transformMap(k, v, k > v, v)", "a.transformMap(k, v, k > v, v)"},
		{"a.optMap(x, x)", "a.optMap(x, x)"},
		{"cel.bind(x, 1, x + x)", "cel.bind(x, 1, x + x)"},
		{"cel.block([1, cel.index(0)], cel.index(1))",
			"cel.block([1, cel.index(0)], cel.index(1))"},
		{"[1].exists(cel.iterVar(0, 1), cel.iterVar(0, 1) > 0)",
			"[1].exists(cel.iterVar(0, 1), cel.iterVar(0, 1) > 0)"},
		{"math.greatest(1, 2, 3)", "math.greatest([1, 2, 3])"},
		{"math.least(1, 2)", "math.least(1, 2)"},
		{"a.all(x)", "a.all(x)"},
		{"b.bind(x, 1, x)", "b.bind(x, 1, x)"},
	};
	struct cel_env *env;
	set_up(CEL_PROFILE_NATIVE, 0, &env);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_tree(env, cases[i][0], cases[i][1]);
	arena_release(&arena);
}
END_TEST

START_TEST(literals_have_their_values)
{
	static const char *const cases[][2] = {
		{"0x10", "16"},
		{"-0x10", "-16"},
		{"0xFFu", "255u"},
		{"007", "7"},
		{"9223372036854775807", "9223372036854775807"},
		{"-9223372036854775808", "-9223372036854775808"},
		{"- 1", "-1"},
		{"18446744073709551615U", "18446744073709551615u"},
		{".5", "0.5"},
		{"1e3", "1000.0"},
		{"-2.5E-3", "-0.0025"},
		{"'a\\x41\\u0042\\U00000043\\104'", "\"aABCD\""},
		{"'\\xff\\377'", "\"ÿÿ\""},
		{"b'\\xff\\377é'", "b\"\\xff\\xff\\xc3\\xa9\""},
		{"r'\\n\\'", "\"\\\\n\\\\\""},
		{"bR\"\\x\"", "b\"\\x5c\\x78\""},
		{"'''it's'''", "\"it's\""},
		{"''''a'''", "\"'a\""},
		{"\"\"\"a\nb\"\"\"", "\"a\\012b\""},
		{"'\\a\\b\\f\\n\\r\\t\\v\\\\\\?\\\"\\'\\`'",
			"\"\\007\\010\\014\\012\\015\\011\\013\\\\?\\\"'`\""},
	};
	struct cel_env *env;
	set_up(CEL_PROFILE_NATIVE, 0, &env);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_tree(env, cases[i][0], cases[i][1]);
	arena_release(&arena);
}
END_TEST

static const struct {
	const char *text;
	uint32_t line, column, length;
	const char *message;
} faults[] = {
	{"", 1, 1, 1, "the expression is empty"},
	{"a\n 'b\xC0'", 2, 4, 1,
		"the expression is not UTF-8: the byte 0xc0 begins no character here"},
	{"a = b", 1, 3, 1, "= is not an operator; did you mean =="},
	{"a == b\n  & c", 2, 3, 1, "& is not an operator; did you mean &&"},
	{"a and b", 1, 3, 3, "found and where an operator or the end should be"},
	{"a not in b", 1, 3, 3, "found not where an operator or the end should be"},
	{"(a", 1, 3, 1, "the expression ends where an operator or the ) should be"},
	{"a +", 1, 4, 1, "the expression ends where a value should be"},
	{"f(a,)", 1, 5, 1, "found ) where another argument should be"},
	{"[,1]", 1, 3, 1, "found 1 where a comma or the ] of the list should be"},
	{"[1,,]", 1, 4, 1, "found , where a value should be"},
	{"'abc", 1, 1, 4, "the string that begins here is not closed before the end of its line"},
	{"x == 'a\\qb'", 1, 8, 2, "\\q is not an escape: no such letter"},
	{"'\\ud800'", 1, 2, 6, "\\ud800 is not an escape: there is no such code point"},
	{"b'\\u0041'", 1, 3, 2, "\\u is not an escape: bytes have no code points; write \\xHH"},
	{"'\\8'", 1, 2, 2, "\\8 is not an escape: no such letter"},
	{"'''a\n\\400'''", 2, 1, 2, "\\4 is not an escape: no such letter"},
	{"'\\39'", 1, 2, 3, "\\39 is not an escape: octal is \\000 to \\377"},
	{"9223372036854775808", 1, 1, 19, "9223372036854775808 does not fit an int (64 bits)"},
	{"18446744073709551616u", 1, 1, 21, "18446744073709551616u does not fit a uint (64 bits)"},
	{"1e999", 1, 1, 5, "1e999 does not fit a double"},
	{"a.b{c: 1}", 1, 3, 1,
		"protobuf messages cannot be written here: values are those of JSON and "
		"YAML"},
	{"let + 1", 1, 1, 3, "let is a reserved word and cannot be a name here"},
	{"a.in", 1, 3, 2, "in is a keyword and cannot follow a dot"},
	{"has(a)", 1, 5, 1, "has() asks for a field of something"},
	{"has(a[0])", 1, 6, 1, "has() asks for a field of something"},
	{"has(a.?b)", 1, 8, 1, "has() asks for a field of something"},
	{"a.all(x.y, true)", 1, 9, 1, "a variable must be a simple name"},
	{"a.all(.x, true)", 1, 8, 1, "a variable must be a simple name"},
	{"a.all(x, x, true)", 1, 10, 1, "the two variables have the same name"},
	{"a ? b ? c : d : e", 1, 7, 1, "found ? where the : of the condition should be"},
	{"!-a", 1, 2, 1, "found - where a value should be"},
	{"é", 1, 1, 2, "the character é has no meaning outside a string"},
	{"a\x01", 1, 2, 1, "the character \\x01 has no meaning outside a string"},
	{"1.", 1, 3, 1, "the expression ends where the name of a field or method should be"},
	{"`a`", 1, 1, 3, "found `a` where a value should be"},
};

START_TEST(faults_are_named_where_they_are)
{
	struct cel_env *env;
	set_up(CEL_PROFILE_NATIVE, 0, &env);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct cel_ast ast;
		struct error err = {.kind = ERROR_NONE};
		ck_assert_int_eq(cel_parse(env, &arena, str_from(faults[i].text), &ast, &err), -1);
		ASSERT_STR(str_from(err.message), str_from(faults[i].message));
		ck_assert_msg(err.origin.line == faults[i].line &&
				      err.origin.column == faults[i].column &&
				      err.length == faults[i].length,
			"%s: at %u:%u+%u", faults[i].text, err.origin.line, err.origin.column,
			err.length);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(kubernetes_has_what_its_version_has)
{
	static const struct {
		const char *text;
		unsigned since; /* 0: never */
	} cases[] = {
		{"a.?b", 28},
		{"[?a]", 28},
		{"a.`b`", 0},
	};
	for (unsigned minor = 24; minor <= 37; minor++) {
		struct cel_env *env;
		set_up(CEL_PROFILE_KUBERNETES, minor, &env);
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			struct cel_ast ast;
			struct error err = {.kind = ERROR_NONE};
			bool offered = cases[i].since > 0 && minor >= cases[i].since;
			ck_assert_int_eq(
				cel_parse(env, &arena, str_from(cases[i].text), &ast, &err),
				offered ? 0 : -1);
		}
		arena_release(&arena);
	}
}
END_TEST

static struct str repeated(const char *head, const char *part, size_t count, const char *tail)
{
	struct buf out;
	buf_init_arena(&out, &arena, 256);
	buf_put(&out, str_from(head));
	for (size_t i = 0; i < count; i++)
		buf_put(&out, str_from(part));
	buf_put(&out, str_from(tail));
	return buf_str(&out);
}

START_TEST(chains_may_be_long_but_nesting_may_not_be_deep)
{
	static const struct {
		const char *head, *part;
		size_t count;
		const char *tail;
		bool valid;
	} cases[] = {
		{"a", " + a", 20000, "", true},
		{"a", " && a", 15000, "", true},
		{"a", " || a && b", 9000, "", true},
		{"a", ".b", 40000, "", true},
		{"a", "[0]", 30000, "", true},
		{"a", ".b()", 20000, "", true},
		{"", "!", 90000, "a", true},
		{"", "-", 90000, "1", true},
		{"[", "1,", 40000, "]", true},
		{"", "(", 249, "a", false},
		{"", "(", 90000, "", false},
		{"", "[", 90000, "", false},
		{"", "{1:", 30000, "", false},
		{"", "f(", 40000, "", false},
		{"a", "[a", 40000, "", false},
		{"", "a?a:", 20000, "a", false},
		{"", "a?a:", 200, "a", true},
		{"a", ".all(x,a", 10000, "", false},
	};
	struct cel_env *env;
	set_up(CEL_PROFILE_NATIVE, 0, &env);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cel_ast ast;
		struct error err = {.kind = ERROR_NONE};
		struct str text =
			repeated(cases[i].head, cases[i].part, cases[i].count, cases[i].tail);
		int result = cel_parse(env, &arena, text, &ast, &err);
		ck_assert_msg(result == (cases[i].valid ? 0 : -1), "%zu: %s", i, err.message);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(the_limit_counts_code_points)
{
	struct cel_env *env;
	struct cel_ast ast;
	set_up(CEL_PROFILE_NATIVE, 0, &env);
	struct error err = {.kind = ERROR_NONE};
	ck_assert_int_eq(cel_parse(env, &arena, repeated("'", "é", 99998, "'"), &ast, &err), 0);
	ck_assert_int_eq(cel_parse(env, &arena, repeated("'", "é", 99999, "'"), &ast, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_LIMIT);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("cel parse", operators_bind_as_the_specification_says, macros_become_nodes,
	literals_have_their_values, faults_are_named_where_they_are,
	kubernetes_has_what_its_version_has, chains_may_be_long_but_nesting_may_not_be_deep,
	the_limit_counts_code_points)
