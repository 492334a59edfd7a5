/* SPDX-License-Identifier: Apache-2.0 */
#include "search/query.h"

#include "data/json.h"
#include "unit.h"

static const char entry[] =
	"{\"action\":{\"name\":\"report\"},\"actor\":{\"program\":\"gabion check\",\"user\":\"0\"},"
	"\"layer\":\"cluster\",\"node\":\"n1\",\"reasons\":[{\"owner\":\"customer\",\"policy\":\"a."
	"b\","
	"\"risk\":\"high\"},{\"owner\":\"provider\",\"policy\":\"a.c\",\"risk\":\"low\",\"waiver\":"
	"{"
	"\"id\":\"w-1\"}}],\"subject\":{\"kind\":\"Pod\",\"name\":\"100%_x\",\"namespace\":\"prod-"
	"eu\"},"
	"\"time\":\"2026-03-01T10:00:00.500000000Z\",\"type\":\"decision\",\"verdict\":\"deny\"}";

static bool matches(const struct search_query *query, uint64_t number, const struct value *record)
{
	struct str text = record ? str_from(entry) : STR("no json");
	return search_match_entry(query, number, text) && search_match(query, record);
}

static struct value read_entry(struct arena *arena)
{
	struct value record, room;
	const struct value *read = search_read(arena, str_from(entry), &room);
	ck_assert_ptr_nonnull(read);
	record = *read;
	return record;
}

START_TEST(a_record_is_found_by_each_of_its_values)
{
	static const struct {
		enum search_field field;
		const char *pattern;
		bool found;
	} rows[] = {
		{SEARCH_TYPE, "decision", true},
		{SEARCH_TYPE, "note", false},
		{SEARCH_LAYER, "cluster", true},
		{SEARCH_VERDICT, "deny", true},
		{SEARCH_VERDICT, "den", false},
		{SEARCH_POLICY, "a.b", true},
		{SEARCH_POLICY, "a.c", true},
		{SEARCH_POLICY, "a.*", true},
		{SEARCH_POLICY, "a", false},
		{SEARCH_OWNER, "provider", true},
		{SEARCH_OWNER, "shared", false},
		{SEARCH_RISK, "low", true},
		{SEARCH_KIND, "Pod", true},
		{SEARCH_KIND, "pod", false},
		{SEARCH_NAMESPACE, "prod-*", true},
		{SEARCH_NAME, "100%_x", true},
		{SEARCH_NAME, "100%%", false},
		{SEARCH_NAME, "100?_x", true},
		{SEARCH_NODE, "n1", true},
		{SEARCH_ACTOR, "gabion check", true},
		{SEARCH_ACTOR, "0", true},
		{SEARCH_ACTION, "report", true},
		{SEARCH_INCIDENT, "*", false},
		{SEARCH_WAIVER, "w-1", true},
	};
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct value record = read_entry(&arena);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct search_query query = search_everything();
		struct str pattern = str_from(rows[i].pattern);
		query.fields[rows[i].field] = (struct search_patterns){&pattern, 1};
		ck_assert_msg(matches(&query, 7, &record) == rows[i].found, "row %zu: %s", i,
			rows[i].pattern);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(of_one_field_any_pattern_will_do_and_of_several_fields_all_must)
{
	struct str verdicts[] = {STR("allow"), STR("deny")}, layer = STR("image");
	struct search_query query = search_everything();
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct value record = read_entry(&arena);
	query.fields[SEARCH_VERDICT] = (struct search_patterns){verdicts, 2};
	ck_assert(matches(&query, 0, &record));
	query.fields[SEARCH_LAYER] = (struct search_patterns){&layer, 1};
	ck_assert(!matches(&query, 0, &record));
	arena_release(&arena);
}
END_TEST

START_TEST(numbers_times_and_text_are_conditions_too)
{
	const int64_t at_s = 1772359200; /* 2026-03-01T10:00:00Z */
	const struct {
		struct search_query query;
		bool found;
	} rows[] = {
		{{.until_s = INT64_MAX, .last = UINT64_MAX}, true},
		{{.until_s = INT64_MAX, .first = 7, .last = 7}, true},
		{{.until_s = INT64_MAX, .first = 8, .last = UINT64_MAX}, false},
		{{.until_s = INT64_MAX, .last = 6}, false},
		{{.since_s = at_s, .until_s = at_s + 1, .last = 9}, true},
		{{.since_s = at_s + 1, .until_s = INT64_MAX, .last = 9}, false},
		{{.since_s = INT64_MIN, .until_s = at_s, .last = 9}, false},
		{{.until_s = INT64_MAX, .last = 9, .text = STR_INIT("PROD-EU\"")}, true},
		{{.until_s = INT64_MAX, .last = 9, .text = STR_INIT("prod_eu")}, false},
	};
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct value record = read_entry(&arena);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(matches(&rows[i].query, 7, &record) == rows[i].found, "row %zu", i);
	arena_release(&arena);
}
END_TEST

START_TEST(what_is_no_record_matches_only_what_asks_for_nothing_in_it)
{
	struct search_query query = search_everything();
	struct str any = STR("*");
	ck_assert(matches(&query, 0, NULL));
	query.text = STR("JSON");
	ck_assert(matches(&query, 0, NULL));
	query.fields[SEARCH_TYPE] = (struct search_patterns){&any, 1};
	ck_assert(!matches(&query, 0, NULL));
	query = search_everything();
	query.since_s = 0;
	ck_assert(!matches(&query, 0, NULL));
}
END_TEST

START_TEST(moments_are_times_days_and_ages)
{
	static const struct {
		const char *text;
		bool is_end;
		int64_t s;
	} rows[] = {
		{"1970-01-03T00:00:01Z", false, 172801},
		{"1970-01-03T02:00:01+02:00", true, 172801},
		{"1970-01-03", false, 172800},
		{"1970-01-03", true, 259200},
		{"90s", false, 1000000 - 90},
		{"2m", true, 1000000 - 120},
		{"24h", false, 1000000 - 86400},
		{"1d", false, 1000000 - 86400},
		{"1w", false, 1000000 - 604800},
	};
	static const char *const wrong[] = {
		"", "h", "24", "-1h", "1y", "1.5h", "yesterday", "1970-13-01", "99999999999h"};
	int64_t s;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_msg(
			search_parse_time(str_from(rows[i].text), 1000000, rows[i].is_end, &s),
			"%s", rows[i].text);
		ck_assert_int_eq(s, rows[i].s);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(
			!search_parse_time(str_from(wrong[i]), 1000000, false, &s), "%s", wrong[i]);
}
END_TEST

UNIT_TESTS("query", a_record_is_found_by_each_of_its_values,
	of_one_field_any_pattern_will_do_and_of_several_fields_all_must,
	numbers_times_and_text_are_conditions_too,
	what_is_no_record_matches_only_what_asks_for_nothing_in_it, moments_are_times_days_and_ages)
