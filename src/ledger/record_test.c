/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "data/document.h"
#include "ledger/record.h"
#include "page.h"
#include "unit.h"

static const struct record_head head = {.time = {951782400, 5},
	.node = STR_INIT("n"),
	.program = STR_INIT("gabion ledger append"),
	.user = STR_INIT("0")};

#define RECORD(type)       "apiVersion: gabion.dev/v1\nkind: Record\ntype: " type "\n"
#define DETECTION(members) RECORD("detection") "incident: i-7\ndetection: {" members "}\n"
#define PRINTED(type, members) \
	"{\"actor\":{\"program\":\"gabion ledger append\",\"user\":\"0\"}," \
	"\"apiVersion\":\"gabion.dev/v1\"," members \
	",\"kind\":\"Record\",\"node\":\"n\",\"time\":\"2000-02-29T00:00:00.000000005Z\"," \
	"\"type\":" \
	"\"" type "\"}"

/* The record, or "line:column: message; remedy". */
static struct str print_event(struct arena *arena, const char *text)
{
	struct documents documents;
	struct value document;
	struct buf out;
	struct error err = {0};
	documents_init(&documents, str_from(text), STR("r.yaml"), DOCUMENT_YAML, DOCUMENT_CEL);
	ck_assert_int_eq(documents_next(&documents, arena, &document, &err), 1);
	buf_init_arena(&out, arena, 512);
	if (record_print_event(arena, &head, &document, &out, &err) < 0)
		buf_printf(&out, "%u:%u: %s; %s", err.origin.line, err.origin.column, err.message,
			err.remedy);
	documents_release(&documents);
	return buf_str(&out);
}

START_TEST(an_event_is_held_to_the_form_of_its_type)
{
	static const struct {
		const char *text;
		struct str result;
	} rows[] = {
		{DETECTION("detected: 2026-03-01T11:00:00.25+01:00, title: 'password=hunter22'"),
			STR_INIT(PRINTED("detection",
				"\"detection\":{\"detected\":\"2026-03-01T10:00:00.250000000Z\","
				"\"title\":\"password=[redacted:assigned]\"},\"incident\":\"i-"
				"7\""))},
		{RECORD("clock") "drill: true\nclock: {expected: "
				 "2026-03-01T11:00:00Z, found: 2026-03-01T10:00:00Z}\n",
			STR_INIT(PRINTED("clock",
				"\"clock\":{\"expected\":\"2026-03-01T11:00:00.000000000Z\","
				"\"found\":\"2026-03-01T10:00:00.000000000Z\"},\"drill\":true"))},
		{DETECTION("detected: 2026-03-01"),
			STR_INIT("5:23: `detected` is no time; write 2026-12-31T18:00:00Z")},
		{DETECTION("detected: 2026-03-01T10:00:00Z, risk: hgih"),
			STR_INIT("5:51: `risk` must be low, medium, high or critical, not `hgih`; "
				 "did you mean `high`?")},
		{DETECTION("detekted: 2026-03-01T10:00:00Z"),
			STR_INIT("5:13: `detection` has no field `detekted`; did you mean "
				 "`detected`?")},
		{RECORD("detection") "incident: 7\n",
			STR_INIT("4:11: `incident` must be a text, not a number; put it in quotes "
				 "to make it a text")},
		{RECORD("verification") "incident: i\nverification: {at: 2026-03-01T10:00:00Z, "
					"held: 1}\n",
			STR_INIT("5:48: `held` must be true or false, not a number; ")},
		{RECORD("blast-radius") "incident: i\nblastRadius: {measure: observed, affected: "
					"-1, total: 4}\n",
			STR_INIT("5:44: `affected` must not be below 0; ")},
		{RECORD("decision"), STR_INIT("3:7: `type` must be detection, acknowledgement, "
					      "action, verification, recovery, closure, "
					      "blast-radius, drift, heartbeat, inventory or "
					      "clock, not `decision`; ")},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena;
		arena_init(&arena, 1 << 20);
		ASSERT_STR(print_event(&arena, rows[i].text), rows[i].result);
		arena_release(&arena);
	}
}
END_TEST

START_TEST(the_reference_lists_every_field)
{
	struct arena arena;
	struct buf page;
	arena_init(&arena, 1 << 20);
	buf_init_arena(&page, &arena, 32 << 10);
	record_print_reference(&page);
	check_page("records.md", buf_str(&page));
	arena_release(&arena);
}
END_TEST

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

UNIT_TESTS("record", times_are_printed_as_dates, a_gap_is_a_record,
	an_event_is_held_to_the_form_of_its_type, the_reference_lists_every_field)
