/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/compare.h"

#include "base/limits.h"
#include "cel/cel.h"
#include "cel/real.h"
#include "data/map.h"
#include "unit.h"

#include <math.h>

#define I(n) \
	{ \
		.kind = VALUE_INT, .integer = (n) \
	}
#define U(n) \
	{ \
		.kind = VALUE_UINT, .natural = (n) \
	}
#define D(n) \
	{ \
		.kind = VALUE_DOUBLE, .real = (n) \
	}

START_TEST(numbers_compare_by_mathematical_value)
{
	static const struct {
		struct value a, b;
		enum cel_order order;
	} cases[] = {
		{I(1), I(2), CEL_LESS},
		{I(-1), U(0), CEL_LESS},
		{I(1), U(1), CEL_EQUAL},
		{U(UINT64_MAX), I(INT64_MAX), CEL_GREATER},
		{I(1), D(1.0), CEL_EQUAL},
		{I(1), D(1.5), CEL_LESS},
		{I(-1), D(-1.5), CEL_GREATER},
		{I(9007199254740993), D(9007199254740992.0), CEL_GREATER},
		{I(INT64_MIN), D(-0x1p63), CEL_EQUAL},
		{I(INT64_MIN), D(-0x1.0000000000001p63), CEL_GREATER},
		{U(0), D(-0.5), CEL_GREATER},
		{U(0), D(-0.0), CEL_EQUAL},
		{D(INFINITY), U(UINT64_MAX), CEL_GREATER},
		{D(-INFINITY), I(INT64_MIN), CEL_LESS},
		{D(NAN), I(0), CEL_UNORDERED},
		{U(0), D(NAN), CEL_UNORDERED},
		{D(NAN), D(NAN), CEL_UNORDERED},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum cel_order order = cases[i].order, back = order;
		if (order == CEL_LESS || order == CEL_GREATER)
			back = order == CEL_LESS ? CEL_GREATER : CEL_LESS;
		ck_assert_msg(cel_order_values(&cases[i].a, &cases[i].b) == order, "case %zu", i);
		ck_assert_msg(cel_order_values(&cases[i].b, &cases[i].a) == back, "case %zu", i);
		ck_assert(cel_equal(&cases[i].a, &cases[i].b) == (order == CEL_EQUAL));
	}
}
END_TEST

START_TEST(the_largest_integers_stand_where_conformance_has_them)
{
	static const struct value most = I(INT64_MAX), unsigned_most = U(UINT64_MAX);
	static const struct value end = D(0x1p63), unsigned_end = D(0x1p64);
	ck_assert_int_eq(cel_order_values(&most, &end), CEL_EQUAL);
	ck_assert_int_eq(cel_order_values(&unsigned_end, &unsigned_most), CEL_EQUAL);
	ck_assert(!cel_equal(&most, &end));
	ck_assert(!cel_equal(&unsigned_most, &unsigned_end));
	static const struct value odd = I(9007199254740993), even = D(9007199254740992.0);
	ck_assert_int_eq(cel_order_rounded(&odd, &even), CEL_EQUAL);
	ck_assert_int_eq(cel_order_values(&odd, &even), CEL_GREATER);
}
END_TEST

START_TEST(values_of_different_kinds_are_unequal_and_have_no_order)
{
	struct value number = value_int(1), text = value_string(STR("1")), null = value_null();
	ck_assert(!cel_equal(&number, &text));
	ck_assert(!cel_equal(&null, &text));
	ck_assert(cel_equal(&null, &null));
	ck_assert_int_eq(cel_order_values(&number, &text), CEL_INCOMPARABLE);
	ck_assert_int_eq(cel_order_values(&null, &null), CEL_INCOMPARABLE);
}
END_TEST

START_TEST(values_that_share_parts_or_nest_without_end_cannot_hang)
{
	struct arena arena;
	arena_init(&arena, 1 << 24);
	struct value shared = value_list(NULL, 0), deep = value_list(NULL, 0);
	for (int i = 0; i < 200; i++) {
		struct value *pair = ARENA_NEW_ARRAY(&arena, struct value, 2);
		pair[0] = pair[1] = shared;
		shared = value_list(pair, 2);
	}
	for (int i = 0; i < 100000; i++) {
		struct value *one = ARENA_NEW(&arena, struct value);
		*one = deep;
		deep = value_list(one, 1);
	}
	ck_assert(!cel_equal(&shared, &shared));
	ck_assert(!cel_equal(&deep, &deep));
	struct cel_effort effort = {.left = 1000};
	ck_assert(!cel_equal_within(&shared, &shared, &effort));
	ck_assert(effort.exceeded);
	char memory[64];
	struct buf out;
	buf_init_fixed(&out, memory, sizeof(memory));
	cel_print(&shared, &out);
	ck_assert(out.truncated);
	arena_release(&arena);
}
END_TEST

START_TEST(doubles_are_printed_as_go_prints_them)
{
	static const struct {
		double real;
		const char *plain, *general;
	} cases[] = {
		{0, "0", "0"},
		{-0.0, "-0", "-0"},
		{1, "1", "1"},
		{123.456, "123.456", "123.456"},
		{-0.0045, "-0.0045", "-0.0045"},
		{0.00001, "0.00001", "1e-05"},
		{100000, "100000", "100000"},
		{1000000, "1000000", "1e+06"},
		{1234567, "1234567", "1.234567e+06"},
		{1e21, "1000000000000000000000", "1e+21"},
		{1.5e-9, "0.0000000015", "1.5e-09"},
		{12.5, "12.5", "12.5"},
		{0.5, "0.5", "0.5"},
		{INFINITY, "Infinity", "+Inf"},
		{-INFINITY, "-Infinity", "-Inf"},
		{NAN, "NaN", "NaN"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char memory[400];
		struct buf out;
		buf_init_fixed(&out, memory, sizeof(memory));
		real_print_plain(cases[i].real, &out);
		ASSERT_STR(buf_str(&out), str_from(cases[i].plain));
		buf_init_fixed(&out, memory, sizeof(memory));
		real_print_general(cases[i].real, &out);
		ASSERT_STR(buf_str(&out), str_from(cases[i].general));
	}
}
END_TEST

START_TEST(doubles_are_read_with_signs_and_words_but_never_overflow)
{
	static const struct {
		const char *text;
		bool valid;
		double real;
	} cases[] = {
		{"1", true, 1},
		{"+1.5", true, 1.5},
		{"-84.32e7", true, -84.32e7},
		{"inf", true, INFINITY},
		{"-Infinity", true, -INFINITY},
		{"1e400", false, 0},
		{"--1", false, 0},
		{"+-1", false, 0},
		{"", false, 0},
		{" 1", false, 0},
		{"0x10", false, 0},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double real = 0;
		ck_assert_msg(real_parse(str_from(cases[i].text), &real) == cases[i].valid, "%s",
			cases[i].text);
		ck_assert_double_eq(real, cases[i].real);
	}
}
END_TEST

START_TEST(maps_are_printed_in_the_order_of_their_keys)
{
	enum { COUNT = 300 };
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct value_entry *entries = map_entries_new(&arena, COUNT);
	for (int i = 0; i < COUNT; i++)
		entries[i] = (struct value_entry){
			.key = value_string(str_format(&arena, "k%03d", (i * 7) % COUNT)),
			.value = value_int(i)};
	struct value map = {.kind = VALUE_MAP, .count = COUNT, .entries = entries};
	struct buf out;
	buf_init_arena(&out, &arena, 64);
	cel_print(&map, &out);
	ck_assert(str_starts_with(buf_str(&out), STR("{k000: 0, k001: 43, k002: 86, ")));
	ck_assert(str_ends_with(buf_str(&out), STR(", k298: 214, k299: 257}")));
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("compare", numbers_compare_by_mathematical_value,
	the_largest_integers_stand_where_conformance_has_them,
	values_of_different_kinds_are_unequal_and_have_no_order,
	values_that_share_parts_or_nest_without_end_cannot_hang,
	doubles_are_printed_as_go_prints_them,
	doubles_are_read_with_signs_and_words_but_never_overflow,
	maps_are_printed_in_the_order_of_their_keys)
