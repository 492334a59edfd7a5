/* SPDX-License-Identifier: Apache-2.0 */
#include "cel_evaluate.h"

#include "base/limits.h"

struct example {
	const char *text, *data, *printed; /* of an error: how its message begins */
};

static void check(const struct cel_options *options, const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct evaluation evaluation = {.typed = false};
		evaluate_with(&evaluation, options, examples[i].text, examples[i].data, 1000000);
		struct str got = str_from(evaluation.printed);
		if (evaluation.err.kind != ERROR_NONE)
			got = str_from(evaluation.err.message);
		else if (evaluation.result.kind == CEL_ERROR)
			got = str_slice(got, strlen("error: "), got.len);
		bool failed = evaluation.result.kind >= CEL_ERROR;
		struct str expected = str_from(examples[i].printed);
		bool same = failed ? str_starts_with(got, expected) : str_equal(got, expected);
		ck_assert_msg(same, "%s: got '%.*s' instead of '%s'", examples[i].text,
			STR_ARGS(got), examples[i].printed);
		evaluation_release(&evaluation);
	}
}

#define CHECK(options, examples) \
	check((options), (examples), sizeof(examples) / sizeof((examples)[0]))

static const struct cel_options native = {.profile = CEL_PROFILE_NATIVE};
static const struct cel_options kubernetes = {
	.profile = CEL_PROFILE_KUBERNETES, .kubernetes_minor = 37};
static const struct cel_options unchecked = {.profile = CEL_PROFILE_NATIVE, .disable_check = true};

START_TEST(arithmetic_never_wraps)
{
	static const struct example examples[] = {
		{"1 + 2 * size('abc')", "{}", "7"},
		{"9223372036854775807 + 1", "{}", "integer overflow"},
		{"-9223372036854775808 - 1", "{}", "integer overflow"},
		{"0u - 1u", "{}", "integer overflow"},
		{"9223372036854775807 * 2", "{}", "integer overflow"},
		{"-a", "{\"a\": -9223372036854775808}", "integer overflow"},
		{"-9223372036854775808 / -1", "{}", "integer overflow"},
		{"-9223372036854775808 % -1", "{}", "integer overflow"},
		{"1 / 0", "{}", "division by zero"},
		{"1u % 0u", "{}", "modulus by zero"},
		{"1.0 / 0.0", "{}", "Infinity"},
		{"7 / -2", "{}", "-3"},
		{"7 % -2", "{}", "1"},
		{"-7 % 2", "{}", "-1"},
		{"a + b", "{\"a\": 1, \"b\": 2.0}", "no such overload: _+_(int, double)"},
		{"a + b", "{\"a\": \"x\", \"b\": \"é\"}", "xé"},
		{"size(a + b)", "{\"a\": \"x\", \"b\": \"é\"}", "2"},
		{"a + b + a", "{\"a\": [1], \"b\": []}", "[1, 1]"},
		{"b'ab' + b'c' == b'abc'", "{}", "true"},
		{"!a", "{\"a\": 1}", "no such overload: !_(int)"},
		{"-a", "{\"a\": \"x\"}", "no such overload: -_(string)"},
		{"timestamp('9999-12-31T23:59:59Z') + duration('1s')", "{}",
			"timestamp out of range"},
		{"duration('9223372036s') + duration('1s')", "{}", "duration out of range"},
		{"timestamp('2000-01-01T00:00:00Z') - duration('1ns')", "{}",
			"1999-12-31T23:59:59.999999999Z"},
		{"duration('1s') - duration('1500ms')", "{}", "-0.5s"},
	};
	CHECK(&native, examples);
}
END_TEST

START_TEST(comparison_is_by_value_and_only_of_what_has_an_order)
{
	static const struct example examples[] = {
		{"a == 1 && a == 1.0 && a == 1u", "{\"a\": 1}", "true"},
		{"a != 'x'", "{\"a\": 1}", "true"},
		{"a < 9007199254740992.0", "{\"a\": 9007199254740993}", "false"},
		{"a > 9007199254740992.0", "{\"a\": 9007199254740993}", "true"},
		{"a == 9007199254740992.0", "{\"a\": 9007199254740993}", "false"},
		{"a < 'x'", "{\"a\": null}", "no such overload: _<_(null_type, string)"},
		{"a <= b", "{\"a\": [1], \"b\": [2]}", "no such overload: _<=_(list, list)"},
		{"false < true", "{}", "true"},
		{"'a' < 'b' && 'a' < 'aa' && '\\u00ff' < '\\u0100'", "{}", "true"},
		{"b'\\x00' < b'\\x00\\x00'", "{}", "true"},
		{"0.0/0.0 == 0.0/0.0 || 0.0/0.0 < 1.0 || 0.0/0.0 >= 1.0", "{}", "false"},
		{"[1, [2.0]] == [1.0, [2]]", "{}", "true"},
		{"{'a': 1, 'b': null} == {'b': null, 'a': 1u}", "{}", "true"},
		{"dyn(1) in {1u: 'a'} && dyn(1.0) in [1]", "{}", "true"},
		{"a in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]",
			"{\"a\": 17.0}", "true"},
		{"a in ['a', 'b', 'c']", "{\"a\": \"c\"}", "true"},
		{"a in b", "{\"a\": \"c\", \"b\": \"abc\"}",
			"no such overload: @in(string, string)"},
		{"null in [null]", "{}", "true"},
		{"type(a) == int && type(b) == list && type(type(a)) == type",
			"{\"a\": 1, \"b\": []}", "true"},
	};
	CHECK(&native, examples);
}
END_TEST

START_TEST(errors_are_absorbed_whichever_side_they_are_on)
{
	static const struct example examples[] = {
		{"a.b == 1 || true", "{\"a\": {}}", "true"},
		{"true || a.b == 1", "{\"a\": {}}", "true"},
		{"a.b == 1 && false", "{\"a\": {}}", "false"},
		{"a.b == 1 || false", "{\"a\": {}}", "no such key: b"},
		{"false || a.b == 1 || a.c == 1", "{\"a\": {}}", "no such key: b"},
		{"a.b == 1 || a.c == 1 || true", "{\"a\": {}}", "true"},
		{"a || true", "{\"a\": 1}", "true"},
		{"a || false", "{\"a\": 1}", "no such overload: _||_(int)"},
		{"true && a", "{\"a\": 1}", "no such overload: _&&_(int)"},
		{"(a.b == 1 ? 1 : 2) == 1 || true", "{\"a\": {}}", "true"},
		{"a.b ? 1 : 2", "{\"a\": {}}", "no such key: b"},
		{"a ? 1 : 2", "{\"a\": 1}", "no such overload: _?_:_(int)"},
		{"true ? 1 : a.b", "{\"a\": {}}", "1"},
		{"[1, 0, 2].exists(x, 2 / x == 1)", "{}", "true"},
		{"[1, 0].exists(x, 2 / x == 1)", "{}", "division by zero"},
		{"[1, 0, 4].all(x, 2 / x > 1)", "{}", "false"},
		{"[1, 0].all(x, 2 / x > 1)", "{}", "division by zero"},
		{"[1, 0].exists_one(x, 2 / x == 2)", "{}", "division by zero"},
		{"[a.b, a.c].size() == 0 || a.d == [1, 2]", "{\"a\": {\"d\": [1, 2]}}", "true"},
		{"[1].map(x, [0].all(y, 1 / y == 1) || true)", "{}", "[true]"},
		{"[[1, 0]].exists(l, l.all(x, 1 / x == 1) || l.size() == 2)", "{}", "true"},
	};
	CHECK(&native, examples);
	CHECK(&kubernetes, examples);
}
END_TEST

START_TEST(macros_iterate_over_lists_and_maps)
{
	static const struct example examples[] = {
		{"[1, 2, 3].filter(x, x > 1).map(x, x * 2)", "{}", "[4, 6]"},
		{"[1, 2, 3].map(x, x > 1, x * 2)", "{}", "[4, 6]"},
		{"a.map(k, a[k])", "{\"a\": {\"x\": 1, \"y\": 2}}", "[1, 2]"},
		{"a.filter(k, k != 'x')", "{\"a\": {\"x\": 1, \"y\": 2}}", "[y]"},
		{"a.all(k, v, k + 'z' == v)", "{\"a\": {\"x\": \"xz\"}}", "true"},
		{"a.exists(i, v, i == 1 && v == 'b')", "{\"a\": [\"a\", \"b\"]}", "true"},
		{"['a', 'b'].transformMap(i, v, v + string(i))", "{}", "{0: a0, 1: b1}"},
		{"{'a': 1}.transformMapEntry(k, v, {v: k})", "{}", "{1: a}"},
		{"{'a': 1, 'b': 1}.transformMapEntry(k, v, {v: k})", "{}",
			"a key occurs twice in one map"},
		{"[3, 1, 2].sortBy(x, -x)", "{}", "[3, 2, 1]"},
		{"a.all(x, x)", "{\"a\": 1}", "no such overload: comprehension(int)"},
		{"[].all(x, x) && ![].exists(x, x)", "{}", "true"},
		{"[1, 2].all(x, x)", "{}", "the condition for an item must be a bool"},
		{"dyn([1, 2]).all(x, x)", "{}", "no such overload: predicate(int)"},
		{"dyn([1, 2]).filter(x, x)", "{}", "no such overload: predicate(int)"},
		{"[[1, 2], [3]].map(l, l.map(x, x + l.size()))", "{}", "[[3, 4], [4]]"},
		{"[1, 2].map(x, [10, 20].map(y, x + y)).map(l, l[0])", "{}", "[11, 12]"},
		{"[1].map(x, [2].map(x, x)).size() == 1", "{}", "true"},
	};
	CHECK(&native, examples);
}
END_TEST

START_TEST(bound_values_are_computed_once_and_only_when_used)
{
	static const struct example examples[] = {
		{"cel.bind(x, 1 / 0, true)", "{}", "true"},
		{"cel.bind(x, 1 / a, x == 1 || true)", "{\"a\": 0}", "true"},
		{"cel.bind(x, 1 / a, x + 1)", "{\"a\": 0}", "division by zero"},
		{"cel.bind(x, [1, 2].map(i, i), [3].map(i, x.map(j, i + j)))", "{}", "[[4, 5]]"},
		{"[1, 2].map(i, cel.bind(x, i * 10, x + x))", "{}", "[20, 40]"},
		{"cel.bind(x, [1, 2, 3].filter(i, i > 1), [0].all(j, x.exists(k, k == 3)))", "{}",
			"true"},
		{"cel.bind(x, cel.bind(y, a, y + 1), cel.bind(z, x, z + x))", "{\"a\": 1}", "4"},
		{"cel.bind(m, {'k': {'l': 7}}, m.k.l + m['k'].l)", "{}", "14"},
		{"cel.block([a, cel.index(0) + 1, cel.index(1) * 2], cel.index(2) + cel.index(1))",
			"{\"a\": 1}", "6"},
		{"cel.block([1 / a, 2], cel.index(1))", "{\"a\": 0}", "2"},
		{"cel.block([1 / a], cel.index(0) == 1 || a == 0)", "{\"a\": 0}", "true"},
		{"cel.block([[1, 2].map(x, x + a)], [5].map(y, cel.index(0)[0] + y))", "{\"a\": 1}",
			"[7]"},
	};
	CHECK(&native, examples);
}
END_TEST

START_TEST(optionals_select_without_failing)
{
	static const struct example examples[] = {
		{"a.?b.?c.orValue(3)", "{\"a\": {}}", "3"},
		{"a.?b.c.orValue(3)", "{\"a\": {\"b\": {\"c\": 1}}}", "1"},
		{"a[?1].orValue('none')", "{\"a\": [\"x\"]}", "none"},
		{"a[?'k'].hasValue()", "{\"a\": {\"k\": null}}", "true"},
		{"a.?b.optMap(x, x + 1).orValue(0)", "{\"a\": {\"b\": 1}}", "2"},
		{"a.?b.optFlatMap(x, x.?c).orValue(0)", "{\"a\": {\"b\": {\"c\": 5}}}", "5"},
		{"a.?b.optMap(x, x + 1) == optional.none()", "{\"a\": {}}", "true"},
		{"optional.of(1).optMap(x, optional.of(2).optMap(y, x + y).value()).value()", "{}",
			"3"},
		{"[?a.?x, ?a.?y]", "{\"a\": {\"y\": 2}}", "[2]"},
		{"{?'x': a.?x, ?'y': a.?y}", "{\"a\": {\"y\": 2}}", "{y: 2}"},
		{"[?a]", "{\"a\": 1}", "an optional item of a list must be an optional"},
		{"{?'x': a}", "{\"a\": 1}", "an optional entry of a map must be an optional"},
		{"optional.none().value()", "{}", "optional.none() has no value"},
		{"optional.of(1)", "{}", "optional.of(1)"},
		{"optional.ofNonZeroValue('').or(optional.of('x')).value()", "{}", "x"},
		{"optional.unwrap([optional.of(1), optional.none()])", "{}", "[1]"},
		{"has(a.?b.c)", "{\"a\": {\"b\": {\"c\": 1}}}", "true"},
		{"has(a.?b.c)", "{\"a\": {}}", "false"},
		{"a.?b", "{\"a\": 5}", "no such overload: _[_](int, string)"},
		{"has(a.b)", "{\"a\": 5}", "no such overload: has(int)"},
	};
	CHECK(&native, examples);
}
END_TEST

START_TEST(the_kubernetes_profile_follows_cel_go)
{
	static const struct example examples[] = {
		{"{1: 'a', 1: 'b'}[1]", "{}", "b"},
		{"duration('1500ms').getMilliseconds()", "{}", "1500"},
		{"duration(1000000000) == duration('1s')", "{}", "true"},
		{"duration('300000000000s')", "{}", "the value is out of the range of duration"},
		{"has(a.b)", "{\"a\": 5}", "false"},
		{"has(a.b)", "{\"a\": null}", "false"},
		{"a.?b.orValue('none')", "{\"a\": null}", "none"},
		{"a == 9007199254740992.0", "{\"a\": 9007199254740993}", "true"},
		{"a < 9007199254740992.0", "{\"a\": 9007199254740991}", "true"},
		{"1 / 0 in []", "{}", "false"},
		{"int('x')", "{}", "\"x\" is no int"},
		{"string(1000000.0)", "{}", "1e+06"},
	};
	CHECK(&kubernetes, examples);
}
END_TEST

START_TEST(without_a_checker_everything_is_found_at_run_time)
{
	static const struct example examples[] = {
		{"nothing || true", "{}", "true"},
		{"nothing", "{}", "undeclared reference to nothing"},
		{"f(1) || true", "{}", "true"},
		{"f(1)", "{}", "unbound function f"},
		{"'a'.startsWith(1)", "{}", "no such overload: startsWith(string, int)"},
		{"a.size() + size(a)", "{\"a\": \"xy\"}", "4"},
		{"'a' + 1", "{}", "no such overload: _+_(string, int)"},
	};
	CHECK(&unchecked, examples);
}
END_TEST

START_TEST(an_error_knows_its_place_in_the_expression_and_in_the_data)
{
	static const struct {
		const char *text, *data;
		struct origin expression;
		uint32_t length;
		struct origin at;
	} cases[] = {
		{"object.spec.replicas <= 5", "{\"object\":\n {\"spec\":\n  {\"paused\": true}}}",
			{1, 13}, 8, {3, 3}},
		{"1 +\n  object.a / 0", "{\"object\":\n {\"a\": 1}}", {2, 12}, 1, {0, 0}},
		{"object.a + 1 > 2", "{\"object\":\n {\"a\": \"x\"}}", {1, 10}, 1, {2, 8}},
		{"object.map(x, x.name)", "{\"object\": [{\"name\": 1},\n {}]}", {1, 17}, 4,
			{2, 2}},
		{"object[3]", "{\"object\":\n [1]}", {1, 7}, 1, {2, 2}},
		{"(object + object)[2].b", "{\"object\":\n [{}]}", {1, 18}, 1, {2, 2}},
		{"object.filter(x, true)[0].y", "{\"object\": [\n {}]}", {1, 27}, 1, {2, 2}},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct evaluation evaluation;
		evaluate(&evaluation, cases[i].text, cases[i].data);
		ck_assert_msg(evaluation.result.kind == CEL_ERROR, "%s: %s", cases[i].text,
			evaluation.err.message);
		const struct cel_failure *failure = evaluation.result.pointer;
		ck_assert_msg(failure->expression.line == cases[i].expression.line &&
				      failure->expression.column == cases[i].expression.column &&
				      failure->length == cases[i].length,
			"%s: %u:%u+%u", cases[i].text, failure->expression.line,
			failure->expression.column, failure->length);
		ck_assert_msg(failure->data.line == cases[i].at.line &&
				      failure->data.column == cases[i].at.column,
			"%s: data %u:%u", cases[i].text, failure->data.line, failure->data.column);
		evaluation_release(&evaluation);
	}
}
END_TEST

START_TEST(values_remember_where_they_came_from)
{
	static const struct {
		const char *text, *data;
		struct origin at;
	} cases[] = {
		{"a.b[1]", "{\"a\": {\"b\": [1,\n 2]}}", {2, 2}},
		{"a.filter(x, x > 1)[0]", "{\"a\": [1,\n 2]}", {2, 2}},
		{"a.map(x, x)[1]", "{\"a\": [1,\n 2]}", {2, 2}},
		{"a + 'x'", "{\"a\":\n \"y\"}", {2, 2}},
		{"('x' + a).upperAscii()", "{\"a\":\n \"y\"}", {2, 2}},
		{"(a + a)[0]", "{\"a\": [\n1]}", {2, 1}},
		{"a.?b.value()", "{\"a\": {\n\"b\": 1}}", {2, 6}},
		{"true ? a : 1", "{\"a\":\n 5}", {2, 2}},
		{"cel.bind(x, a, x)", "{\"a\":\n 5}", {2, 2}},
		{"a + 1", "{\"a\":\n 5}", {2, 2}},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct evaluation evaluation;
		evaluate(&evaluation, cases[i].text, cases[i].data);
		struct origin got = evaluation.result.origin;
		ck_assert_msg(evaluation.result.kind < CEL_ERROR && got.line == cases[i].at.line &&
				      got.column == cases[i].at.column,
			"%s: %u:%u %s%s", cases[i].text, got.line, got.column,
			evaluation.err.message, evaluation.printed);
		evaluation_release(&evaluation);
	}
}
END_TEST

UNIT_TESTS("eval", arithmetic_never_wraps, comparison_is_by_value_and_only_of_what_has_an_order,
	errors_are_absorbed_whichever_side_they_are_on, macros_iterate_over_lists_and_maps,
	bound_values_are_computed_once_and_only_when_used, optionals_select_without_failing,
	the_kubernetes_profile_follows_cel_go, without_a_checker_everything_is_found_at_run_time,
	an_error_knows_its_place_in_the_expression_and_in_the_data,
	values_remember_where_they_came_from)
