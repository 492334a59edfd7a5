/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/record.h"
#include "unit.h"

START_TEST(times_are_printed_as_dates)
{
	static const struct {
		struct record_time time;
		struct str text;
	} cases[] = {
		{{0, 0}, STR_INIT("1970-01-01T00:00:00.000000000Z")},
		{{951782399, 1}, STR_INIT("2000-02-28T23:59:59.000000001Z")},
		{{951782400, 0}, STR_INIT("2000-02-29T00:00:00.000000000Z")},
		{{4107542400, 0}, STR_INIT("2100-03-01T00:00:00.000000000Z")},
		{{1795311296, 999999999}, STR_INIT("2026-11-22T01:34:56.999999999Z")},
		{{253402300799, 0}, STR_INIT("9999-12-31T23:59:59.000000000Z")},
		{{-5, 0}, STR_INIT("1970-01-01T00:00:00.000000000Z")},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char memory[40];
		struct buf out;
		buf_init_fixed(&out, memory, sizeof(memory));
		record_print_time(cases[i].time, &out);
		ASSERT_STR(buf_str(&out), cases[i].text);
	}
}
END_TEST

START_TEST(a_gap_is_a_record)
{
	char memory[512];
	struct buf out;
	buf_init_fixed(&out, memory, sizeof(memory));
	record_print_gap(&out, (struct record_time){0, 0}, STR("\x01\xFF"), 3, UINT64_MAX);
	ASSERT_STR(buf_str(&out), STR("{\"apiVersion\":\"gabion.dev/"
				      "v1\",\"gap\":{\"first\":3,\"last\":18446744073709551615,"
				      "\"producer\":\"01ff\"},\"kind\":\"Record\",\"time\":\"1970-"
				      "01-01T00:00:00.000000000Z\","
				      "\"type\":\"gap\"}"));
}
END_TEST

UNIT_TESTS("record", times_are_printed_as_dates, a_gap_is_a_record)
