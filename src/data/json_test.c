/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "data/json.h"
#include "data/map.h"
#include "unit.h"

#include <stdio.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static struct arena memory;

static struct value read_good(struct str text, enum document_typing typing)
{
	struct error err = {0};
	struct value root;
	int result = json_read(&memory, text, typing, &root, &err);
	ck_assert_msg(result == 0, "%.*s: %u:%u: %s", STR_ARGS(text), err.origin.line,
		err.origin.column, err.message);
	return root;
}

START_TEST(numbers_keep_their_kind_and_every_digit)
{
	static const struct {
		const char *text;
		struct value cel, kubernetes;
	} rows[] = {
#define INT(n) {.kind = VALUE_INT, .integer = (n)}
#define UINT(n) \
	{ \
		.kind = VALUE_UINT, .natural = (n) \
	}
#define DOUBLE(n) \
	{ \
		.kind = VALUE_DOUBLE, .real = (n) \
	}
		{"0", INT(0), INT(0)},
		{"-0", INT(0), INT(0)},
		{"7", INT(7), INT(7)},
		{"123456789012345678", INT(123456789012345678), INT(123456789012345678)},
		{"-123456789012345678", INT(-123456789012345678), INT(-123456789012345678)},
		{"9007199254740993", INT(9007199254740993), INT(9007199254740993)},
		{"9223372036854775807", INT(INT64_MAX), INT(INT64_MAX)},
		{"-9223372036854775808", INT(INT64_MIN), INT(INT64_MIN)},
		{"9223372036854775808", UINT(1ull << 63), DOUBLE(0x1p63)},
		{"18446744073709551615", UINT(UINT64_MAX), DOUBLE(0x1p64)},
		{"18446744073709551616", DOUBLE(0x1p64), DOUBLE(0x1p64)},
		{"-9223372036854775809", DOUBLE(-0x1p63), DOUBLE(-0x1p63)},
		{"1.0", DOUBLE(1), DOUBLE(1)},
		{"1e3", DOUBLE(1000), DOUBLE(1000)},
		{"1E+3", DOUBLE(1000), DOUBLE(1000)},
		{"-12.5e-1", DOUBLE(-1.25), DOUBLE(-1.25)},
		{"0.1", DOUBLE(0.1), DOUBLE(0.1)},
		{"1.7976931348623157e308", DOUBLE(0x1.fffffffffffffp1023),
			DOUBLE(0x1.fffffffffffffp1023)},
		{"5e-324", DOUBLE(0x1p-1074), DOUBLE(0x1p-1074)},
		{"1e-999", DOUBLE(0), DOUBLE(0)},
	};
	arena_init(&memory, 1 << 20);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct value cel = read_good(str_from(rows[i].text), DOCUMENT_CEL);
		struct value kubernetes = read_good(str_from(rows[i].text), DOCUMENT_KUBERNETES);
		ck_assert_msg(cel.kind == rows[i].cel.kind && value_equal(&cel, &rows[i].cel),
			"%s as cel", rows[i].text);
		ck_assert_msg(kubernetes.kind == rows[i].kubernetes.kind &&
				      value_equal(&kubernetes, &rows[i].kubernetes),
			"%s as kubernetes", rows[i].text);
	}
	arena_release(&memory);
}
END_TEST

START_TEST(strings_are_unescaped_and_validated)
{
	static const struct {
		struct str text, meaning;
		bool ascii;
	} rows[] = {
		{STR_INIT("\"\""), STR_INIT(""), true},
		{STR_INIT("\"plain\""), STR_INIT("plain"), true},
		{STR_INIT("\"longer than one vector of bytes, twice over: yes\""),
			STR_INIT("longer than one vector of bytes, twice over: yes"), true},
		{STR_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), STR_INIT("\"\\/\b\f\n\r\t"), true},
		{STR_INIT("\"a\\u0041b\""), STR_INIT("aAb"), true},
		{STR_INIT("\"\\u0000\""), STR_INIT("\0"), true},
		{STR_INIT("\"\\u00e9\""), STR_INIT("\xC3\xA9"), false},
		{STR_INIT("\"\\u20AC\""), STR_INIT("\xE2\x82\xAC"), false},
		{STR_INIT("\"\\ud83d\\ude00\""), STR_INIT("\xF0\x9F\x98\x80"), false},
		{STR_INIT("\"\xF0\x9F\x98\x80\""), STR_INIT("\xF0\x9F\x98\x80"), false},
		{STR_INIT("\"\x7F\""), STR_INIT("\x7F"), true},
		{STR_INIT("\"\xC3\xA9\\n\""), STR_INIT("\xC3\xA9\n"), false},
	};
	arena_init(&memory, 1 << 20);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct value root = read_good(rows[i].text, DOCUMENT_CEL);
		ck_assert_int_eq(root.kind, VALUE_STRING);
		ASSERT_STR(value_str(&root), rows[i].meaning);
		ck_assert_int_eq(root.flags, rows[i].ascii ? VALUE_ASCII : 0);
		struct value same = value_string(rows[i].meaning);
		ck_assert(value_string_equal(&root, &same));
	}
	arena_release(&memory);
}
END_TEST

START_TEST(every_value_and_key_knows_its_place)
{
	struct str text = STR("{\n  \"a\": [1, \"\xC3\xA9\", true],\r\n\t\"b\" : {}\n}");
	arena_init(&memory, 1 << 20);
	struct value root = read_good(text, DOCUMENT_CEL);
	const struct value_entry *a = &root.entries[0], *b = &root.entries[1];
	const struct value *list = a->value.items;
	const struct {
		struct origin actual, expected;
	} rows[] = {
		{root.origin, {1, 1}},
		{a->key.origin, {2, 3}},
		{a->value.origin, {2, 8}},
		{list[0].origin, {2, 9}},
		{list[1].origin, {2, 12}},
		{list[2].origin, {2, 18}}, /* columns are bytes */
		{b->key.origin, {3, 2}},
		{b->value.origin, {3, 8}},
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		ck_assert_msg(rows[i].actual.line == rows[i].expected.line &&
				      rows[i].actual.column == rows[i].expected.column,
			"row %zu: %u:%u", i, rows[i].actual.line, rows[i].actual.column);
	}
	ck_assert_ptr_eq(a->key.text, text.data + 5); /* in place */
	arena_release(&memory);
}
END_TEST

static const struct {
	struct str text;
	uint32_t line, column;
	const char *says;
} malformed[] = {
	{STR_INIT(""), 1, 1, "ends before a value"},
	{STR_INIT(" \n "), 2, 2, "ends before a value"},
	{STR_INIT("{"), 1, 2, "ends inside the map that begins at line 1, column 1"},
	{STR_INIT("[1,"), 1, 4, "ends inside the list"},
	{STR_INIT("{\"a\":"), 1, 6, "ends inside the map"},
	{STR_INIT("{\"a\""), 1, 5, "ends inside the map"},
	{STR_INIT("\"abc"), 1, 5, "ends inside the string"},
	{STR_INIT("\"abc\\"), 1, 6, "ends inside the string"},
	{STR_INIT("\"abc\\u12\""), 1, 5, "four hexadecimal digits"},
	{STR_INIT("tru"), 1, 1, "expected a value"},
	{STR_INIT("nul"), 1, 1, "expected a value"},
	{STR_INIT("{} x"), 1, 4, "expected the end of the text, not 'x'"},
	{STR_INIT("{}}"), 1, 3, "expected the end of the text, not '}'"},
	{STR_INIT("[1]]"), 1, 4, "expected the end"},
	{STR_INIT("1 2"), 1, 3, "expected the end"},
	{STR_INIT("[1,]"), 1, 4, "expected a value, not ']'"},
	{STR_INIT("[,1]"), 1, 2, "expected a value, not ','"},
	{STR_INIT("[1 2]"), 1, 4, "expected ',' or ']', not '2'"},
	{STR_INIT("[1}"), 1, 3, "expected ',' or ']', not '}'"},
	{STR_INIT("{\"a\":1]"), 1, 7, "expected ',' or '}', not ']'"},
	{STR_INIT("{\"a\":1,}"), 1, 8, "expected a key in double quotes, not '}'"},
	{STR_INIT("{\"a\" 1}"), 1, 6, "expected ':' after the key"},
	{STR_INIT("{\"a\"::1}"), 1, 6, "expected a value, not ':'"},
	{STR_INIT("{a:1}"), 1, 2, "expected a key in double quotes, not 'a'"},
	{STR_INIT("{1:1}"), 1, 2, "expected a key"},
	{STR_INIT("{'a':1}"), 1, 2, "expected a key"},
	{STR_INIT("{\"a\":1}\n// end"), 2, 1, "not '/'"},
	{STR_INIT("[01]"), 1, 2, "cannot begin with 0"},
	{STR_INIT("[-01]"), 1, 2, "cannot begin with 0"},
	{STR_INIT("[1.]"), 1, 4, "a digit after the decimal point"},
	{STR_INIT("[.5]"), 1, 2, "expected a value"},
	{STR_INIT("[+1]"), 1, 2, "expected a value"},
	{STR_INIT("[-]"), 1, 3, "expected a digit"},
	{STR_INIT("[1e]"), 1, 4, "a digit in the exponent"},
	{STR_INIT("[1e+]"), 1, 5, "a digit in the exponent"},
	{STR_INIT("[0x10]"), 1, 3, "expected ',' or ']', not 'x'"},
	{STR_INIT("[1e400]"), 1, 2, "does not fit a double"},
	{STR_INIT("[-1e400]"), 1, 2, "does not fit a double"},
	{STR_INIT("[NaN]"), 1, 2, "expected a value"},
	{STR_INIT("[Infinity]"), 1, 2, "expected a value"},
	{STR_INIT("[-Infinity]"), 1, 3, "expected a digit"},
	{STR_INIT("[True]"), 1, 2, "expected a value"},
	{STR_INIT("\"a\tb\""), 1, 3, "control character 0x09"},
	{STR_INIT("\"a\nb\""), 1, 3, "a line ends inside the string"},
	{STR_INIT("\"a\0b\""), 1, 3, "control character 0x00"},
	{STR_INIT("\"a\x1f\""), 1, 3, "control character 0x1f"},
	{STR_INIT("{\"a\":1}\0"), 1, 8, "the byte 0x00"},
	{STR_INIT("\0"), 1, 1, "the byte 0x00"},
	{STR_INIT("[\f1]"), 1, 2, "the byte 0x0c"},
	{STR_INIT("\"\\x\""), 1, 2, "no such escape"},
	{STR_INIT("\"\\\n x\x01\""), 1, 3, "a line ends inside the string"},
	{STR_INIT("\"\\\xFF\""), 1, 3, "byte 0xff is not UTF-8"},
	{STR_INIT("\"\\\xC3\xA9\""), 1, 2, "no such escape"},
	{STR_INIT("\"\\'\""), 1, 2, "no such escape"},
	{STR_INIT("\"ab\\u00g0\""), 1, 4, "four hexadecimal digits"},
	{STR_INIT("\"\\ud800\""), 1, 2, "surrogate"},
	{STR_INIT("\"\\udc00\""), 1, 2, "surrogate"},
	{STR_INIT("\"\\ud800\\u0041\""), 1, 2, "surrogate"},
	{STR_INIT("\"\\ud800x\""), 1, 2, "surrogate"},
	{STR_INIT("\"ab\xFF\""), 1, 4, "byte 0xff is not UTF-8"},
	{STR_INIT("\"\xC0\x80\""), 1, 2, "byte 0xc0 is not UTF-8"},
	{STR_INIT("\"\xED\xA0\x80\""), 1, 2, "byte 0xed is not UTF-8"},
	{STR_INIT("\"\xF4\x90\x80\x80\""), 1, 2, "byte 0xf4 is not UTF-8"},
	{STR_INIT("\"\xE2\x82\""), 1, 2, "byte 0xe2 is not UTF-8"},
	{STR_INIT("\"\xE2\x82"), 1, 2, "byte 0xe2 is not UTF-8"},
	{STR_INIT("\xEF\xBB\xBF{}"), 1, 1, "the byte 0xef"},
	{STR_INIT("\xFF\xFE{\0}\0"), 1, 1, "the byte 0xff"},
	{STR_INIT("{\"a\":1,\n \"b\":2,\n \"a\":3}"), 3, 2, "the first is at line 1, column 2"},
	{STR_INIT("{\"a\":1,\"\\u0061\":2}"), 1, 8, "\"a\" occurs twice"},
	{STR_INIT("{\"\":1,\"\":2}"), 1, 7, "occurs twice"},
	{STR_INIT("[{\"x\":{\"a\":1,\"b\":[],\"a\":1}}]"), 1, 21, "\"a\" occurs twice"},
};

START_TEST(what_is_no_json_is_refused_where_it_is_wrong)
{
	arena_init(&memory, 1 << 20);
	for (size_t i = 0; i < ROWS(malformed); i++) {
		struct error err = {0};
		struct value root;
		int result = json_read(&memory, malformed[i].text, DOCUMENT_CEL, &root, &err);
		ck_assert_msg(result == -1, "accepted %.*s", STR_ARGS(malformed[i].text));
		ck_assert_int_eq(err.kind, ERROR_INPUT);
		ck_assert_msg(err.origin.line == malformed[i].line &&
				      err.origin.column == malformed[i].column,
			"row %zu: %.*s: %u:%u", i, STR_ARGS(malformed[i].text), err.origin.line,
			err.origin.column);
		ck_assert_msg(strstr(err.message, malformed[i].says), "row %zu: %.*s: %s", i,
			STR_ARGS(malformed[i].text), err.message);
	}
	arena_release(&memory);
}
END_TEST

START_TEST(every_truncation_of_a_document_is_refused)
{
	struct str text =
		STR("{\"a\": [1, -2.5e3, true, {\"b\": \"x\\u00e9\xC3\xA9\"}], \"c\": null}");
	arena_init(&memory, 1 << 20);
	(void)read_good(text, DOCUMENT_CEL);
	for (size_t len = 0; len < text.len; len++) {
		/* A copy of its own, so that a sanitizer sees any look beyond the end. */
		char *copy = malloc(len + !len);
		memcpy(copy, text.data, len);
		struct error err = {0};
		struct value root;
		ck_assert_int_eq(
			json_read(&memory, (struct str){copy, len}, DOCUMENT_CEL, &root, &err), -1);
		free(copy);
	}
	arena_release(&memory);
}
END_TEST

static struct str repeated(struct str part, size_t times, struct str tail)
{
	struct buf out;
	buf_init_arena(&out, &memory, part.len * times + tail.len);
	for (size_t i = 0; i < times; i++)
		buf_put(&out, part);
	buf_put(&out, tail);
	return buf_str(&out);
}

static void refuse_as_limit(struct str text)
{
	struct error err = {0};
	struct value root;
	ck_assert_int_eq(json_read(&memory, text, DOCUMENT_CEL, &root, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_LIMIT);
	ck_assert_uint_gt(strlen(err.remedy), 0);
}

START_TEST(limits_of_depth_size_and_count_are_errors)
{
	arena_init(&memory, 1 << 29);
	refuse_as_limit(repeated(STR("["), 1 << 20, STR("")));
	refuse_as_limit(repeated(STR("{\"a\":"), 1 << 20, STR("")));
	refuse_as_limit(repeated(STR("["), LIMIT_DATA_DEPTH + 1, STR("")));
	struct buf deepest;
	buf_init_arena(&deepest, &memory, (size_t)2 * LIMIT_DATA_DEPTH);
	buf_put(&deepest, repeated(STR("["), LIMIT_DATA_DEPTH, STR("")));
	buf_put(&deepest, repeated(STR("]"), LIMIT_DATA_DEPTH, STR("")));
	(void)read_good(buf_str(&deepest), DOCUMENT_CEL);
	refuse_as_limit(repeated(STR(" "), LIMIT_DOCUMENT_BYTES + 1, STR("1")));
	char *text = memset(
		arena_alloc(&memory, LIMIT_DOCUMENT_BYTES + 2), 'a', LIMIT_DOCUMENT_BYTES + 2);
	text[0] = text[LIMIT_DOCUMENT_BYTES + 1] = '"';
	refuse_as_limit((struct str){text, LIMIT_DOCUMENT_BYTES + 2});
	arena_release(&memory);
	arena_init(&memory, 1 << 30);
	struct buf many;
	buf_init_arena(&many, &memory, (size_t)2 * LIMIT_DATA_NODES + 16);
	buf_puts(&many, "[0");
	buf_put(&many, repeated(STR(",0"), LIMIT_DATA_NODES, STR("]")));
	refuse_as_limit(buf_str(&many));
	arena_release(&memory);
}
END_TEST

START_TEST(values_one_after_another_are_read_one_by_one)
{
	struct str text = STR(" {\"a\":1}[2]\n\"x\" 3\n");
	struct text_place place = {0, TEXT_START};
	static const struct {
		enum value_kind kind;
		struct origin origin;
	} rows[] = {
		{VALUE_MAP, {1, 2}},
		{VALUE_LIST, {1, 9}},
		{VALUE_STRING, {2, 1}},
		{VALUE_INT, {2, 5}},
	};
	arena_init(&memory, 1 << 20);
	struct error err = {0};
	struct value root;
	for (size_t i = 0; i < ROWS(rows); i++) {
		ck_assert_int_eq(json_next(&memory, text, DOCUMENT_CEL, &place, &root, &err), 1);
		ck_assert_int_eq(root.kind, rows[i].kind);
		ck_assert_uint_eq(root.origin.line, rows[i].origin.line);
		ck_assert_uint_eq(root.origin.column, rows[i].origin.column);
	}
	ck_assert_int_eq(json_next(&memory, text, DOCUMENT_CEL, &place, &root, &err), 0);
	place = (struct text_place){0, TEXT_START};
	ck_assert_int_eq(json_next(&memory, STR("12true"), DOCUMENT_CEL, &place, &root, &err), -1);
	ck_assert_uint_eq(err.origin.column, 3);
	arena_release(&memory);
}
END_TEST

/* Whatever the cap, the reader ends in a value, an error or the recovery point, and leaks nothing.
 */
START_TEST(the_cap_of_the_arena_is_met_everywhere)
{
	struct buf text;
	arena_init(&memory, 1 << 24);
	buf_init_arena(&text, &memory, 1 << 16);
	buf_puts(&text, "[");
	for (int i = 0; i < 400; i++)
		buf_printf(&text, "{\"key\\u00e9-%d\":[%d,\"\\n\",{\"a\":{},\"b\":1.5}]},", i, i);
	buf_puts(&text, "[");
	for (int i = 0; i < 1000; i++)
		buf_puts(&text, "1,");
	buf_puts(&text, "2]]");
	volatile bool done = false;
	for (volatile size_t cap = 1024; !done; cap += 1024) {
		struct arena small;
		arena_init(&small, cap);
		struct error err = {0};
		struct value root;
		if (!ARENA_LIMIT_REACHED(&small))
			done = json_read(&small, buf_str(&text), DOCUMENT_CEL, &root, &err) == 0;
		ck_assert_uint_le(small.held_bytes, cap);
		arena_release(&small);
		ck_assert_uint_lt(cap, 1 << 20);
	}
	arena_release(&memory);
}
END_TEST

UNIT_TESTS("json", numbers_keep_their_kind_and_every_digit, strings_are_unescaped_and_validated,
	every_value_and_key_knows_its_place, what_is_no_json_is_refused_where_it_is_wrong,
	every_truncation_of_a_document_is_refused, limits_of_depth_size_and_count_are_errors,
	values_one_after_another_are_read_one_by_one, the_cap_of_the_arena_is_met_everywhere)
