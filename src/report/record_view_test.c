/* SPDX-License-Identifier: Apache-2.0 */
#include "report/record_view.h"

#include "data/json.h"
#include "data/map.h"
#include "data/pick.h"
#include "page.h"
#include "report/tar.h"

static struct arena arena;

static struct str written(const char *entry,
	void (*put)(const struct record_view *view, struct arena *scratch, struct buf *out))
{
	static char memory[1 << 16];
	struct buf out;
	struct value record;
	struct error err = {0};
	struct record_view view = {
		.origin = STR("test"), .number = 7, .entry = str_from(entry), .version = "1"};
	buf_init_fixed(&out, memory, sizeof(memory));
	if (json_read(&arena, view.entry, DOCUMENT_CEL, &record, &err) == 0)
		view.record = &record;
	put(&view, &arena, &out);
	return buf_str(&out);
}

static int64_t number(const struct value *event, const char *name)
{
	const struct value *value = map_get_str(event, str_from(name));
	return value_is(value, VALUE_INT) ? value->integer : -1;
}

#define REASON(rest) "\"reasons\":[{\"policy\":\"p\",\"risk\":\"high\"" rest "}]}"

START_TEST(records_become_events_by_their_type)
{
	static const struct {
		const char *entry;
		int64_t class, activity, severity;
		const char *uid;
	} rows[] = {
		{"{\"type\":\"decision\",\"layer\":\"cluster\"," REASON(""), 2003, 1, 4, "test#7"},
		{"{\"type\":\"decision\",\"layer\":\"cluster\",\"reasons\":[]}", 2003, 1, 1,
			"test#7"},
		{"{\"type\":\"decision\",\"layer\":\"cluster\"," REASON(",\"waiver\":{}"), 2003, 1,
			1, "test#7"},
		{"{\"type\":\"decision\",\"layer\":\"cluster\",\"reasonCount\":9}", 2003, 1, 0,
			"test#7"},
		{"{\"type\":\"decision\",\"layer\":\"runtime\"," REASON(""), 2004, 1, 4, "test#7"},
		{"{\"type\":\"detection\",\"incident\":\"i\",\"detection\":{\"risk\":\"low\"}}",
			2004, 1, 2, "i"},
		{"{\"type\":\"acknowledgement\",\"incident\":\"i\"}", 2004, 2, 0, "i"},
		{"{\"type\":\"closure\",\"incident\":\"i\"}", 2004, 3, 1, "i"},
		{"{\"type\":\"gap\"}", 6008, 1, 4, ""},
		{"{\"type\":\"note\"}", 0, 99, 1, ""},
		{"no JSON", 0, 99, 1, ""},
	};
	arena_init(&arena, 1 << 22);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct value event;
		struct error err = {0};
		struct str text = str_copy(&arena, written(rows[i].entry, record_put_ocsf));
		ck_assert_msg(
			json_read(&arena, text, DOCUMENT_CEL, &event, &err) == 0, "row %zu", i);
		ck_assert_int_eq(number(&event, "class_uid"), rows[i].class);
		ck_assert_int_eq(number(&event, "activity_id"), rows[i].activity);
		ck_assert_int_eq(
			number(&event, "type_uid"), rows[i].class * 100 + rows[i].activity);
		ck_assert_int_eq(number(&event, "severity_id"), rows[i].severity);
		ASSERT_STR(pick_text(&event, "finding_info.uid"), str_from(rows[i].uid));
		ASSERT_STR(pick_text(&event, "raw_data"), str_from(rows[i].entry));
	}
	arena_release(&arena);
}
END_TEST

START_TEST(a_check_passes_fails_or_could_not_be_made)
{
	static const struct {
		const char *entry;
		int64_t status;
	} rows[] = {
		{"{\"type\":\"decision\"," REASON(""), 3},
		{"{\"type\":\"decision\"," REASON(",\"undecided\":true"), 2},
		{"{\"type\":\"decision\"," REASON(",\"undecided\":true,\"waiver\":{}"), 1},
		{"{\"type\":\"decision\",\"reasons\":[]}", 1},
		{"{\"type\":\"decision\",\"reasonCount\":1}", 3},
	};
	arena_init(&arena, 1 << 22);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct value event;
		struct error err = {0};
		struct str text = str_copy(&arena, written(rows[i].entry, record_put_ocsf));
		ck_assert_int_eq(json_read(&arena, text, DOCUMENT_CEL, &event, &err), 0);
		ck_assert_int_eq(number(map_get_str(&event, STR("compliance")), "status_id"),
			rows[i].status);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(times_are_milliseconds_and_0_when_there_is_none)
{
	static const struct {
		const char *time;
		int64_t ms;
	} rows[] = {
		{"1970-01-01T00:00:01.002003004Z", 1002},
		{"1970-01-01T00:00:01.5Z", 1500},
		{"1970-01-01T00:00:01Z", 1000},
		{"soon", 0},
		{"", 0},
	};
	arena_init(&arena, 1 << 22);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct value event;
		struct error err = {0};
		struct str entry = str_format(&arena, "{\"time\":\"%s\"}", rows[i].time);
		struct str text = str_copy(&arena, written(entry.data, record_put_ocsf));
		ck_assert_int_eq(json_read(&arena, text, DOCUMENT_CEL, &event, &err), 0);
		ck_assert_int_eq(number(&event, "time"), rows[i].ms);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(cells_are_quoted_and_no_formula_is_left)
{
	static const struct {
		const char *node, *cell;
	} rows[] = {
		{"n1", "\"n1\""},
		{"", ""},
		{"7", "7"},
		{"-7", "\"'-7\""},
		{"=1+1", "\"'=1+1\""},
		{"@a", "\"'@a\""},
		{"+a", "\"'+a\""},
		{"\\t=1", "\"\\t=1\""},
		{"\xEF\xBC\x9D"
		 "1",
			"\"'\xEF\xBC\x9D"
			"1\""},
		{"a,b", "\"a,b\""},
		{"a\\\"b", "\"a\"\"b\""},
		{"a\\nb", "\"a\\nb\""},
	};
	arena_init(&arena, 1 << 22);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str entry = str_format(&arena, "{\"node\":\"%s\"}", rows[i].node);
		struct str line = written(entry.data, record_put_csv);
		struct str start = str_format(&arena, "7,,,%s,,", rows[i].cell);
		ck_assert_msg(str_starts_with(line, start), "row %zu: %.*s", i, STR_ARGS(line));
		ck_assert(str_ends_with(line, STR("\r\n")));
	}
	arena_release(&arena);
}
END_TEST

START_TEST(a_tar_is_made_of_whole_blocks)
{
	static char memory[8192];
	struct buf out;
	buf_init_fixed(&out, memory, sizeof(memory));
	tar_put(&out, STR("a/b"), STR("text"), 1);
	ck_assert_uint_eq(out.len, 2 * TAR_BLOCK_BYTES);
	ck_assert_str_eq(memory, "a/b");
	ck_assert_str_eq(memory + 124, "00000000004");
	ck_assert_str_eq(memory + 257, "ustar");
	tar_put(&out, STR("empty"), STR(""), -1);
	tar_put_end(&out);
	ck_assert_uint_eq(out.len, 5 * TAR_BLOCK_BYTES);
}
END_TEST

START_TEST(the_reference_says_what_the_table_does)
{
	struct buf out;
	arena_init(&arena, 1 << 20);
	buf_init_arena(&out, &arena, 8192);
	record_put_ocsf_reference(&out);
	check_page("ocsf.md", buf_str(&out));
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("record_view", records_become_events_by_their_type,
	a_check_passes_fails_or_could_not_be_made, times_are_milliseconds_and_0_when_there_is_none,
	cells_are_quoted_and_no_formula_is_left, a_tar_is_made_of_whole_blocks,
	the_reference_says_what_the_table_does)
