/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/date.h"

#include "unit.h"

START_TEST(a_date_ends_with_its_day_and_a_time_with_its_second)
{
	static const struct {
		const char *text;
		int64_t end_s;
	} rows[] = {
		{"1970-01-01", 86400},
		{"2026-10-31", 1793491200},
		{"2026-10-31T00:00:00Z", 1793404800},
		{"2026-10-31t02:00:00+02:00", 1793404800},
		{"2026-10-30 19:30:00.25-04:30", 1793404800},
		{"2024-02-29", 1709251200},
		{"2000-02-29", 951868800},
		{"9999-12-31", 253402300800},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t end_s = 0;
		ck_assert_msg(date_parse_end(str_from(rows[i].text), &end_s), "%s", rows[i].text);
		ck_assert_int_eq(end_s, rows[i].end_s);
	}
}
END_TEST

START_TEST(what_is_no_date_is_refused)
{
	static const char *const texts[] = {"", "2026", "2026-1-1", "2026-13-01", "2026-02-29",
		"1900-02-29", "1969-12-31", "2026-10-31T", "2026-10-31T12:00",
		"2026-10-31T24:00:00Z", "2026-10-31T12:00:00", "2026-10-31T12:00:00.Z",
		"2026-10-31T12:00:00+0200", "2026-10-31T12:00:00Zulu", "2026-10-32", "2026-00-01",
		"+026-10-01", "tomorrow"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int64_t end_s;
		ck_assert_msg(!date_parse_end(str_from(texts[i]), &end_s), "%s", texts[i]);
	}
}
END_TEST

START_TEST(a_moment_prints_as_it_was_read)
{
	static const char *const texts[] = {"1970-01-01T00:00:00Z", "2026-10-31T23:59:59Z",
		"2024-02-29T12:30:01Z", "2000-12-31T00:00:00Z", "9999-12-31T23:59:59Z"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char printed[DATE_BYTES];
		int64_t moment_s;
		ck_assert(date_parse_end(str_from(texts[i]), &moment_s));
		ck_assert(date_print(moment_s, printed) == 20);
		ck_assert_str_eq(printed, texts[i]);
	}
	char printed[DATE_BYTES];
	ck_assert(date_print(-1, printed) == 20);
	ck_assert_str_eq(printed, "1969-12-31T23:59:59Z");
	ck_assert(date_print(INT64_MAX, printed) == 0);
	ck_assert(date_print(INT64_MIN, printed) == 0);
}
END_TEST

UNIT_TESTS("date", a_date_ends_with_its_day_and_a_time_with_its_second, what_is_no_date_is_refused,
	a_moment_prints_as_it_was_read)
