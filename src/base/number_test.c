/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "unit.h"

#include <math.h>

START_TEST(integers_are_exact_to_their_bounds)
{
	int64_t number;
	ck_assert(number_parse_int(STR("-9223372036854775808"), &number) && number == INT64_MIN);
	ck_assert(number_parse_int(STR("9223372036854775807"), &number) && number == INT64_MAX);
	ck_assert(!number_parse_int(STR("9223372036854775808"), &number));
	ck_assert(!number_parse_int(STR("-9223372036854775809"), &number));
	ck_assert(!number_parse_int(STR(""), &number));
	ck_assert(!number_parse_int(STR("-"), &number));
	ck_assert(!number_parse_int(STR("+1"), &number));
	uint64_t natural;
	ck_assert(
		number_parse_uint(STR("ffffffffffffffff"), 16, &natural) && natural == UINT64_MAX);
	ck_assert(!number_parse_uint(STR("10000000000000000"), 16, &natural));
	ck_assert(!number_parse_uint(STR("8"), 8, &natural));
}
END_TEST

START_TEST(doubles_print_shortest_and_read_back)
{
	static const struct {
		double number;
		const char *text;
	} cases[] = {
		{0, "0"},
		{-0.0, "0"},
		{1, "1"},
		{100, "100"},
		{0.1, "0.1"},
		{1e21, "1e+21"},
		{123456789012345680000.0, "123456789012345680000"},
		{1e-7, "1e-7"},
		{0.000001, "0.000001"},
		{-1.5, "-1.5"},
		{5e-324, "5e-324"},
		{1.7976931348623157e308, "1.7976931348623157e+308"},
		{333333333.33333329, "333333333.3333333"},
		{4.5, "4.5"},
		{INFINITY, "inf"},
		{-INFINITY, "-inf"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[NUMBER_DOUBLE_BYTES];
		number_print_double(cases[i].number, text);
		ck_assert_str_eq(text, cases[i].text);
	}
}
END_TEST

START_TEST(only_decimal_floating_point_is_read)
{
	static const char *const bad[] = {
		"", ".", "e1", "1e", "1e+", "inf", "nan", "0x1p3", " 1", "1 ", "+1", "--1"};
	double number;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!number_parse_double(str_from(bad[i]), &number), "read '%s'", bad[i]);
	ck_assert(number_parse_double(STR("-12.5e-1"), &number) && number == -1.25);
	ck_assert(number_parse_double(STR(".5"), &number) && number == 0.5);
	ck_assert(number_parse_double(STR("1e999"), &number) && isinf(number));
}
END_TEST

UNIT_TESTS("number", integers_are_exact_to_their_bounds, doubles_print_shortest_and_read_back,
	only_decimal_floating_point_is_read)
