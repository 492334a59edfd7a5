/* SPDX-License-Identifier: Apache-2.0 */
#include "cel_evaluate.h"

/*
 * What expressions cost. The figures of the native profile are those that cel-go's own tests name;
 * under the kubernetes profile constants are free, as the API server has them optimised.
 */
#define TEXT_10  "0123456789"
#define TEXT_50  TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10
#define TEXT_500 TEXT_50 TEXT_50 TEXT_50 TEXT_50 TEXT_50 TEXT_50 TEXT_50 TEXT_50 TEXT_50 TEXT_50

struct costly {
	const char *text, *data;
	uint64_t native, kubernetes;
};

static const struct costly cases[] = {
	{"\"Hello World!\"", "{}", 0, 0},
	{"input", "{\"input\": [1, 2]}", 1, 1},
	{"input['key']", "{\"input\": {\"key\": \"v\"}}", 2, 2},
	{"input.key", "{\"input\": {\"key\": \"v\"}}", 2, 2},
	{"input[0]", "{\"input\": [\"v\"]}", 2, 2},
	{"input['ke' + 'y']", "{\"input\": {\"key\": \"v\"}}", 3, 3},
	{"input[3-3]", "{\"input\": [\"v\"]}", 3, 3},
	{"has(input.single)", "{\"input\": {\"single\": 1}}", 2, 1},
	{"has(input.testAttr.nestedAttr)", "{\"input\": {\"testAttr\": {\"nestedAttr\": \"0\"}}}",
		3, 2},
	{"[1, 2, 3]", "{}", 10, 0},
	{"{'a': 1, 'b': 2, 'c': 3}", "{}", 30, 0},
	{"[input]", "{\"input\": 1}", 11, 11},
	{"input.all(x, true)", "{\"input\": []}", 2, 2},
	{"[1, 2, 3].all(x, true)", "{}", 20, 10},
	{"[1, 2, 3].all(x, x < 2)", "{}", 10 + 3 + 2 + 3 + 2 + 2 + 1, 13},
	{"input.matches('[0-9]')", "{\"input\": \"" TEXT_500 "\"}", 103, 103},
	{"'123'.matches('[0-9]')", "{}", 2, 2},
	{"false || false", "{}", 0, 0},
	{"true || false", "{}", 0, 0},
	{"a || b || c || d", "{\"a\": false, \"b\": false, \"c\": false, \"d\": false}", 4, 4},
	{"a || b || c || d", "{\"a\": false, \"b\": true, \"c\": false, \"d\": false}", 2, 2},
	{"a && b && c && d", "{\"a\": true, \"b\": true, \"c\": true, \"d\": true}", 4, 4},
	{"1 < 2", "{}", 1, 1},
	{"1 == 2", "{}", 1, 1},
	{"2 in [1, 2, 3]", "{}", 13, 0},
	{"input in [1, 2, 3]", "{\"input\": 2}", 14, 1},
	{"2 in input", "{\"input\": [1, 2, 3]}", 4, 4},
	{"1 + 1", "{}", 1, 1},
	{"1 % 1", "{}", 1, 1},
	{"true ? 1 : 2", "{}", 0, 0},
	{"true ? false : 1 > 3", "{}", 0, 0},
	{"false ? false : 1 > 3", "{}", 1, 1},
	{"input ? input : !input", "{\"input\": true}", 1, 1},
	{"(a ? b : c).d", "{\"a\": true, \"b\": {\"d\": 1}, \"c\": {}}", 2, 2},
	{"size('123')", "{}", 1, 1},
	{"'12345678901234567890' == '123456789012345678901234567890'", "{}", 2, 2},
	{"'' == 'a'", "{}", 0, 0},
	{"bytes(input)", "{\"input\": \"" TEXT_500 "\"}", 51, 51},
	{"string(bytes(input))", "{\"input\": \"" TEXT_500 "\"}", 101, 101},
	{"string(1)", "{}", 1, 0},
	{"duration('1h')", "{}", 1, 0},
	{"input.contains(arg1)", "{\"input\": \"" TEXT_500 "\", \"arg1\": \"" TEXT_500 "\"}", 2502,
		2502},
	{"input.startsWith(arg1)", "{\"input\": \"idc\", \"arg1\": \"" TEXT_500 "\"}", 3, 3},
	{"input.endsWith(arg1)", "{\"input\": \"idc\", \"arg1\": \"" TEXT_500 "\"}", 3, 3},
	{"input.size()", "{\"input\": \"500\"}", 2, 2},
	{"size(input)", "{\"input\": \"500\"}", 2, 2},
	{"(x > 2 ? input1 : input2).all(y, true)", "{\"x\": 1, \"input1\": [1], \"input2\": [1]}",
		6, 6},
	{"input.all(k, input[k].single > 3)", "{\"input\": {\"val\": {\"single\": 0}}}", 9, 9},
	{"(list1 + list2).all(x, true)", "{\"list1\": [], \"list2\": []}", 4, 4},
	{"'abcdefg'.contains(str1 + str2)", "{\"str1\": \"val1\", \"str2\": \"val2222222\"}", 6, 6},
	{"(1 > 2 ? 5 : 3) > 1", "{}", 2, 2},
	{"(1 > 2 || 2 > 1) == true", "{}", 3, 3},
	{"[{'k1': 1}, {'k2': 2}].all(x, true)", "{}", 77, 7},
	{"[1,2,3,4,5].filter(x, x % 2 == 0)", "{}", 62, 42},
	{"[1,2,3,4,5].map(x, x)", "{}", 86, 66},
	{"[1,2,3,4,5].map(x, 1)", "{}", 81, 11},
	{"[1,2,3,4,5].map(x, x).filter(x, x % 2 == 0)", "{}", 138, 108},
	{"[1,2,3,4,5].map(x, x).exists(x, x == 5) == true", "{}", 118, 98},
	{"[1,2,3,4,5].map(x, x).map(x, x)", "{}", 162, 132},
	{"[1,2,3,4,5].map(x, [x, x]).filter(z, z.size() == 2)", "{}", 232, 202},
	{"[1,2,3,4,5].map(x, [x, x]).all(y, y.all(y, y == 1))", "{}", 171, 151},
	{"[1,2,3,4,5].map(x, x).map(x, x) + [1]", "{}", 173, 133},
	{"[1,2,3].all(i, i in [1,2,3].map(j, j + j))", "{}", 86, 56},
	{"[1,2].exists_one(x, x == 1)", "{}", 10 + 2 + 2 + 2 + 2, 8},
	{"input.?a.?b", "{\"input\": {\"a\": {\"b\": 1}}}", 3, 3},
	{"input.?a.?b", "{\"input\": {}}", 1, 1},
	/* The optional is named twice; the second time when the variable is first used. */
	{"input.?a.optMap(v, v > 1)", "{\"input\": {\"a\": 2}}", 2 + 1 + 10 + 1 + 2 + 1 + 1 + 1, 9},
	{"input.?a.optMap(v, true)", "{\"input\": {\"a\": 2}}", 2 + 1 + 10 + 1, 4},
	{"input.?a.optMap(v, v > 1)", "{\"input\": {}}", 1 + 1 + 1, 3},
};

/* Where more than one overload may apply the API server does not know which, and counts 1. */
static const struct costly dynamic_cases[] = {
	{"2 in input", "{\"input\": [1, 2, 3]}", 2, 2},
	{"bytes(input)", "{\"input\": \"" TEXT_500 "\"}", 2, 2},
	{"input + input", "{\"input\": \"" TEXT_500 "\"}", 3, 3},
	{"input + '" TEXT_10 "'", "{\"input\": \"" TEXT_50 "\"}", 7, 7},
	{"input < input", "{\"input\": \"" TEXT_500 "\"}", 3, 3},
	{"input == input", "{\"input\": \"" TEXT_500 "\"}", 52, 52},
	{"input.startsWith('a')", "{\"input\": \"" TEXT_500 "\"}", 51, 51},
};

static void check_cost(const struct costly *c, bool typed, bool kubernetes)
{
	static const struct cel_options profiles[] = {
		{.profile = CEL_PROFILE_NATIVE},
		{.profile = CEL_PROFILE_KUBERNETES, .kubernetes_minor = 37},
	};
	uint64_t expected = kubernetes ? c->kubernetes : c->native;
	struct evaluation evaluation = {.typed = typed};
	evaluate_with(&evaluation, &profiles[kubernetes], c->text, c->data, 1000000);
	ck_assert_msg(evaluation.result.kind < CEL_ERROR, "%s: %s%s", c->text,
		evaluation.err.message, evaluation.printed);
	ck_assert_msg(evaluation.cost == expected, "%s costs %llu instead of %llu%s", c->text,
		(unsigned long long)evaluation.cost, (unsigned long long)expected,
		kubernetes ? " under kubernetes" : "");
	evaluation_release(&evaluation);
}

START_TEST(expressions_cost_what_they_cost_in_the_api_server)
{
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++)
		check_cost(&cases[i / 2], true, i % 2);
	for (size_t i = 0; i < 2 * sizeof(dynamic_cases) / sizeof(dynamic_cases[0]); i++)
		check_cost(&dynamic_cases[i / 2], false, i % 2);
}
END_TEST

START_TEST(the_limit_is_what_may_be_spent_and_no_operator_absorbs_it)
{
	static const struct cel_options native = {.profile = CEL_PROFILE_NATIVE};
	static const struct {
		const char *text;
		uint64_t limit;
		bool enough;
	} limits[] = {
		{"'abcdefg'.contains(a + b)", 6, true},
		{"'abcdefg'.contains(a + b)", 5, false},
		{"'abcdefg'.contains(a + b) || true", 5, false},
		{"true || 'abcdefg'.contains(a + b)", 0, true},
		{"[1, 2, 3].all(x, [1, 2, 3].all(y, true))", 40, false},
		{"a == b ? true : [1].exists(x, x == 1 || true)", 3, false},
	};
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct evaluation evaluation = {.typed = true};
		evaluate_with(&evaluation, &native, limits[i].text,
			"{\"a\": \"val1\", \"b\": \"val2222222\"}", limits[i].limit);
		ck_assert_msg((evaluation.result.kind != CEL_ERROR) == limits[i].enough,
			"%s within %llu: %s", limits[i].text, (unsigned long long)limits[i].limit,
			evaluation.printed);
		evaluation_release(&evaluation);
	}
}
END_TEST

UNIT_TESTS("cost", expressions_cost_what_they_cost_in_the_api_server,
	the_limit_is_what_may_be_spent_and_no_operator_absorbs_it)
