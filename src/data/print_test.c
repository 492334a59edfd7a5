/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "data/canonical.h"
#include "data/json.h"
#include "data/map.h"
#include "data/print.h"
#include "unit.h"

#include <math.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static struct arena memory;

static struct value read(struct str text)
{
	struct error err = {0};
	struct value root;
	int result = json_read(&memory, text, DOCUMENT_CEL, &root, &err);
	ck_assert_msg(result == 0, "%.*s: %s", STR_ARGS(text), err.message);
	return root;
}

static struct str canonical(const struct value *v)
{
	struct buf out;
	struct error err = {0};
	buf_init_arena(&out, &memory, 64);
	ck_assert_msg(canonical_put(&memory, v, &out, &err) == 0, "%s", err.message);
	return buf_str(&out);
}

/* clang-format off */
static const struct {
	const char *text, *canonical;
} texts[] = {
	{" { \"b\" : [ 1 , 2 ] , \"a\" : null } ", "{\"a\":null,\"b\":[1,2]}"},
	{"[]", "[]"},
	{"{}", "{}"},
	{"[true,false,null]", "[true,false,null]"},
	/* RFC 8785, section 3.2.3: the order of UTF-16 code units. */
	{"{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet\","
	 "\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
	 "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}",
	 "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"\xC3\xB6\":"
	 "\"Latin Small Letter O With Diaeresis\",\"\xE2\x82\xAC\":\"Euro Sign\","
	 "\"\xF0\x9F\x98\x80\":\"Emoji: Grinning Face\",\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet\"}"},
	{"{\"aa\":1,\"a\":2,\"\":3,\"b\":4,\"B\":5}", "{\"\":3,\"B\":5,\"a\":2,\"aa\":1,\"b\":4}"},
	/* Section 3.2.2.2: strings. */
	{"\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"",
	 "\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\""},
	{"\"\\b\\t\\n\\f\\r\\u0000\\u001f\x7F\\u2028\"",
	 "\"\\b\\t\\n\\f\\r\\u0000\\u001f\x7F\xE2\x80\xA8\""},
	/* Section 3.2.2.3 and appendix B: numbers. */
	{"[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001]",
	 "[333333333.3333333,1e+30,4.5,0.002,1e-27]"},
	{"[0.0,-0.0,5e-324,-5e-324,1.7976931348623157e308,9007199254740992.0]",
	 "[0,0,5e-324,-5e-324,1.7976931348623157e+308,9007199254740992]"},
	{"[295147905179352830000.0,999999999999999900000.0,1e21,1e-6,1e-7]",
	 "[295147905179352830000,999999999999999900000,1e+21,0.000001,1e-7]"},
	/* Beyond I-JSON: all digits. */
	{"[9007199254740993,-9223372036854775808,18446744073709551615]",
	 "[9007199254740993,-9223372036854775808,18446744073709551615]"},
	{"[1152921504606846976.0,-9223372036854775808.0,9223372036854775808.0]",
	 "[1152921504606846976,-9223372036854775808,9223372036854775808]"},
	{"[1.0,1,1e0,10e-1]", "[1,1,1,1]"},
};
/* clang-format on */

START_TEST(canonical_json_is_that_of_rfc_8785)
{
	arena_init(&memory, 1 << 20);
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct value root = read(str_from(texts[i].text));
		struct str text = canonical(&root);
		ASSERT_STR(text, str_from(texts[i].canonical));
		struct value again = read(text);
		ck_assert_msg(value_equal(&root, &again), "row %zu", i);
		ASSERT_STR(canonical(&again), text);
	}
	arena_release(&memory);
}
END_TEST

START_TEST(maps_of_any_size_and_order_have_one_text)
{
	arena_init(&memory, 1 << 22);
	for (size_t count = 1; count < 70; count++) {
		struct value_entry *entries = map_entries_new(&memory, count);
		struct value_entry *turned = map_entries_new(&memory, count);
		for (size_t i = 0; i < count; i++) {
			struct str key = str_format(&memory, "%zu", (i * 7919) % 1000);
			entries[i] = (struct value_entry){value_string(key), value_int((int)i)};
			turned[count - 1 - i] = entries[i];
		}
		struct value map, reversed;
		struct error err = {0};
		ck_assert_int_eq(map_make(entries, count, &map, &err), 0);
		ck_assert_int_eq(map_make(turned, count, &reversed, &err), 0);
		ASSERT_STR(canonical(&map), canonical(&reversed));
	}
	arena_release(&memory);
}
END_TEST

START_TEST(what_has_no_json_has_no_canonical_text)
{
	arena_init(&memory, 1 << 20);
	struct value_entry entry = {value_int(1), value_null()};
	struct value map;
	struct error err = {0};
	ck_assert_int_eq(map_make(&entry, 1, &map, &err), 0);
	const struct value bad[] = {value_double(NAN), value_double(INFINITY),
		value_double(-INFINITY), map, {.kind = VALUE_KINDS}};
	for (size_t i = 0; i < ROWS(bad); i++) {
		struct buf out;
		err = (struct error){0};
		buf_init_arena(&out, &memory, 64);
		struct value list = value_list(&bad[i], 1);
		ck_assert_msg(canonical_put(&memory, &list, &out, &err) == -1, "row %zu", i);
	}
	struct value deep = value_null(), lists[LIMIT_DATA_DEPTH + 2];
	for (size_t i = 0; i < ROWS(lists); i++) {
		lists[i] = deep;
		deep = value_list(&lists[i], 1);
	}
	struct buf out;
	err = (struct error){0};
	buf_init_arena(&out, &memory, 64);
	ck_assert_int_eq(canonical_put(&memory, &deep, &out, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_LIMIT);
	print_json(&deep, (struct print_style){0}, &out);
	ck_assert_uint_ne(str_find(buf_str(&out), STR("\"...\""), 0), SIZE_MAX);
	arena_release(&memory);
}
END_TEST

static void put_kind(const struct value *v, struct buf *out)
{
	buf_printf(out, "<%u>", v->kind);
}

START_TEST(any_value_can_be_printed)
{
	const struct {
		struct value v;
		const char *text;
	} rows[] = {
		{value_double(NAN), "\"NaN\""},
		{value_double(INFINITY), "\"Infinity\""},
		{value_double(-INFINITY), "\"-Infinity\""},
		{value_double(1e21), "1e+21"},
		{value_uint(UINT64_MAX), "18446744073709551615"},
		{value_bytes(STR("\xFF\0")), "\"/wA=\""},
		{value_string(STR("a\xFF"
				  "b")),
			"\"a\\ufffdb\""},
		{value_string(STR("\x1b[31m\x7F\xC2\x9B")), "\"\\u001b[31m\\u007f\\u009b\""},
		{value_string(STR("\xE2\x80\xAE\xF3\xA0\x80\x81")), "\"\\u202e\\udb40\\udc01\""},
		{value_string(STR("\xF0\x9F\x98\x80 \xC3\xA9")), "\"\xF0\x9F\x98\x80 \xC3\xA9\""},
		{{.kind = VALUE_KINDS + 1}, "<10>"},
	};
	arena_init(&memory, 1 << 20);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out;
		buf_init_arena(&out, &memory, 64);
		print_json(&rows[i].v, (struct print_style){.other = put_kind}, &out);
		ASSERT_STR(buf_str(&out), str_from(rows[i].text));
	}
	arena_release(&memory);
}
END_TEST

START_TEST(json_for_people_is_indented_and_keeps_the_order)
{
	arena_init(&memory, 1 << 20);
	struct value_entry entries[] = {{value_bool(true), value_list(NULL, 0)},
		{value_int(-1), read(STR("{\"b\":1,\"a\":[2,{}]}"))},
		{value_double(0.5), value_string(STR("x"))}};
	struct value map;
	struct error err = {0};
	ck_assert_int_eq(map_make(entries, 3, &map, &err), 0);
	struct buf out;
	buf_init_arena(&out, &memory, 64);
	print_json(&map, (struct print_style){.indent = 2}, &out);
	ASSERT_STR(
		buf_str(&out), STR("{\n  \"true\": [],\n  \"-1\": {\n    \"b\": 1,\n    \"a\": [\n"
				   "      2,\n      {}\n    ]\n  },\n  \"0.5\": \"x\"\n}"));
	buf_init_arena(&out, &memory, 64);
	print_json(&map, (struct print_style){0}, &out);
	ASSERT_STR(buf_str(&out), STR("{\"true\":[],\"-1\":{\"b\":1,\"a\":[2,{}]},\"0.5\":\"x\"}"));
	arena_release(&memory);
}
END_TEST

UNIT_TESTS("print", canonical_json_is_that_of_rfc_8785, maps_of_any_size_and_order_have_one_text,
	what_has_no_json_has_no_canonical_text, any_value_can_be_printed,
	json_for_people_is_indented_and_keeps_the_order)
