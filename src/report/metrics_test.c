/* SPDX-License-Identifier: Apache-2.0 */
#include "report/metrics.h"

#include "base/arena.h"
#include "data/document.h"
#include "policy/decide.h"
#include "unit.h"

#define HEAD      "\"apiVersion\":\"gabion.dev/v1\",\"kind\":\"Record\",\"node\":\"n\","
#define EARLY     "\"time\":\"2026-03-01T00:00:00.000000000Z\","
#define LATE      "\"time\":\"2026-04-01T00:00:00.500000000Z\","
#define POD(name) "\"layer\":\"cluster\",\"subject\":{\"kind\":\"Pod\",\"name\":\"" name "\"},"
#define DECISION(time, name, verdict, reasons) \
	"{" HEAD time POD(name) "\"type\":\"decision\",\"verdict\":\"" verdict \
				"\",\"reasons\":[" reasons "]}"
#define ROOT(more) \
	"{\"policy\":\"a.root\",\"owner\":\"customer\",\"risk\":\"high\",\"phase\":\"warn\"" more \
	"}"
#define WAIVER(expires)   ",\"waiver\":{\"id\":\"w\",\"owner\":\"o\",\"expires\":\"" expires "\"}"
#define INCIDENT(members) "{" HEAD LATE "\"type\":\"note\",\"note\":{\"incident\":{" members "}}}"

static const struct policy_schema schema = {.layer = "cluster"};
static const struct policy_mapping cis[] = {{STR_INIT("cis"), STR_INIT("5.1")}};
static const struct policy policies[] = {
	{.id = STR_INIT("a.root"),
		.schema = &schema,
		.owner = OWNER_CUSTOMER,
		.risk = RISK_HIGH,
		.mappings = cis,
		.mapping_count = 1},
	{.id = STR_INIT("b.node"), .schema = &schema, .owner = OWNER_PROVIDER, .risk = RISK_LOW},
};
static const struct policy *const all[] = {&policies[0], &policies[1]};

static struct arena arena;
static struct metrics_sum *sum;

static void begin(void)
{
	arena_init(&arena, 64 << 20);
	sum = metrics_begin(&arena, all, 2);
}

/* Read, added, and gone: nothing of a record may be kept by reference. */
static void add(const char *record)
{
	struct arena scratch;
	struct documents documents;
	struct value value;
	struct error err = {0};
	arena_init(&scratch, 1 << 20);
	documents_init(&documents, str_copy(&scratch, str_from(record)), STR("record"),
		DOCUMENT_JSON, DOCUMENT_CEL);
	ck_assert_msg(documents_next(&documents, &scratch, &value, &err) == 1, "%s", err.message);
	metrics_add(sum, &value);
	documents_release(&documents);
	arena_release(&scratch);
}

static const struct metrics_group *group_of(
	const struct metrics *metrics, int part, const char *by, const char *name)
{
	const struct metrics_part *from = &metrics->parts[part];
	for (size_t i = 0; i < from->group_count; i++)
		if (strcmp(from->groups[i].by, by) == 0 &&
			str_equal(from->groups[i].name, str_from(name)))
			return &from->groups[i];
	ck_abort_msg("no group %s %s", by, name);
	return NULL;
}

static void check_group(const struct metrics *metrics, int part, const char *by, const char *name,
	size_t passed, size_t failed, size_t waived)
{
	const struct metrics_group *group = group_of(metrics, part, by, name);
	ck_assert_msg(group->passed == passed && group->failed == failed && group->waived == waived,
		"%s %s: %zu pass, %zu fail, %zu waived", by, name, group->passed, group->failed,
		group->waived);
}

static bool shows(void (*put)(const struct metrics *metrics, struct buf *out),
	const struct metrics *metrics, const char *text)
{
	struct buf out;
	buf_init_arena(&out, &arena, 4096);
	put(metrics, &out);
	return str_find(buf_str(&out), str_from(text), 0) != SIZE_MAX;
}

START_TEST(only_the_latest_decision_about_a_subject_counts)
{
	struct metrics metrics;
	begin();
	add(DECISION(EARLY, "web", "deny", ROOT("")));
	add(DECISION(EARLY, "db", "allow", ""));
	add(DECISION(LATE, "web", "allow", ""));
	add(DECISION(LATE, "db", "warn", ROOT("")));
	add(DECISION(LATE, "new", "allow", ""));
	metrics_end(sum, &metrics);
	const struct metrics_part *real = &metrics.parts[METRICS_REAL];
	ck_assert_uint_eq(real->decisions[VERDICT_ALLOW], 3);
	ck_assert_uint_eq(real->decisions[VERDICT_DENY], 1);
	ck_assert_uint_eq(real->subjects[VERDICT_ALLOW], 2);
	ck_assert_uint_eq(real->subjects[VERDICT_WARN], 1);
	ck_assert_uint_eq(real->subjects[VERDICT_DENY], 0);
	check_group(&metrics, METRICS_REAL, "layer", "cluster", 2, 1, 0);
	check_group(&metrics, METRICS_REAL, "owner", "customer", 2, 1, 0);
	check_group(&metrics, METRICS_REAL, "owner", "provider", 3, 0, 0);
	check_group(&metrics, METRICS_REAL, "standard", "cis", 2, 1, 0);
	check_group(&metrics, METRICS_REAL, "owner", "shared", 0, 0, 0);
	ASSERT_STR(metrics.time, STR("2026-04-01T00:00:00.500000000Z"));
	arena_release(&arena);
}
END_TEST

START_TEST(many_decisions_about_few_subjects_are_compacted)
{
	struct metrics metrics;
	begin();
	for (int i = 0; i < 5000; i++) {
		add(DECISION(EARLY, "web", "deny", ROOT("")));
		add(DECISION(EARLY, "db", "warn", ROOT("")));
	}
	add(DECISION(LATE, "web", "allow", ""));
	metrics_end(sum, &metrics);
	ck_assert_uint_eq(metrics.parts[METRICS_REAL].decisions[VERDICT_DENY], 5000);
	check_group(&metrics, METRICS_REAL, "layer", "cluster", 1, 1, 0);
	arena_release(&arena);
}
END_TEST

START_TEST(waived_is_neither_pass_nor_fail_and_undecided_fails)
{
	struct metrics metrics;
	begin();
	add(DECISION(LATE, "waived", "allow", ROOT(WAIVER("2026-05-01T00:00:00Z"))));
	add(DECISION(LATE, "undecided", "deny", ROOT(",\"undecided\":true")));
	add("{" HEAD LATE POD("many") "\"type\":\"decision\",\"verdict\":\"deny\",\"reasonCount\":"
				      "700}");
	metrics_end(sum, &metrics);
	check_group(&metrics, METRICS_REAL, "layer", "cluster", 0, 2, 1);
	check_group(&metrics, METRICS_REAL, "standard", "cis", 0, 2, 1);
	check_group(&metrics, METRICS_REAL, "owner", "provider", 2, 1, 0);
	ck_assert_uint_eq(metrics.parts[METRICS_REAL].undecided, 1);
	arena_release(&arena);
}
END_TEST

START_TEST(a_waiver_is_open_until_it_expires_by_the_last_record)
{
	struct metrics metrics;
	begin();
	add(DECISION(EARLY, "gone", "allow", ROOT(WAIVER("2026-03-31T00:00:00Z"))));
	add(DECISION(EARLY, "a", "allow", ROOT(WAIVER("2026-05-01T00:00:00Z"))));
	add(DECISION(EARLY, "b", "allow",
		ROOT(WAIVER("2026-05-01T00:00:00Z")) "," ROOT(WAIVER("2026-05-01T00:00:00Z"))));
	add(DECISION(EARLY, "mended", "allow", ROOT(WAIVER("2026-06-01T00:00:00Z"))));
	add(DECISION(LATE, "mended", "allow", ""));
	metrics_end(sum, &metrics);
	const struct metrics_part *real = &metrics.parts[METRICS_REAL];
	ck_assert_uint_eq(real->waiver_count, 1);
	ASSERT_STR(real->waivers[0].id, STR("w"));
	ck_assert_uint_eq(real->waivers[0].subjects, 2);
	ck_assert(shows(metrics_put_text, &metrics,
		"    until 2026-05-01T00:00:00Z  w of o, for 2 subjects\n"));
	arena_release(&arena);
}
END_TEST

START_TEST(drills_are_apart)
{
	struct metrics metrics;
	begin();
	add("{\"drill\":true," HEAD LATE POD("x") "\"type\":\"decision\",\"verdict\":\"deny\","
						  "\"reasons\":[" ROOT("") "]}");
	add(INCIDENT("\"id\":\"1\",\"detected\":\"2026-01-01T00:00:00Z\""));
	add(INCIDENT("\"id\":\"1\",\"contained\":\"2026-01-01T00:01:00Z\",\"drill\":true"));
	metrics_end(sum, &metrics);
	ck_assert_uint_eq(metrics.parts[METRICS_DRILL].decisions[VERDICT_DENY], 1);
	ck_assert_uint_eq(metrics.parts[METRICS_DRILL].incidents, 1);
	ck_assert_int_eq(metrics.parts[METRICS_DRILL].times[TIME_TO_CONTAIN].max_s, 60);
	ck_assert_uint_eq(metrics.parts[METRICS_REAL].incidents, 0);
	check_group(&metrics, METRICS_REAL, "layer", "cluster", 0, 0, 0);
	ck_assert(shows(metrics_put_text, &metrics, "Real\n  no data\n"));
	arena_release(&arena);
}
END_TEST

/* 1 to 20 minutes to contain; one still open, one whose end is before its beginning. */
START_TEST(times_have_percentiles_and_open_incidents_are_not_averaged_in)
{
	struct metrics metrics;
	begin();
	for (int i = 20; i >= 1; i--) {
		char memory[512];
		(void)snprintf(memory, sizeof(memory),
			INCIDENT("\"id\":\"i%d\",\"detected\":\"2026-01-01T00:00:00Z\","
				 "\"contained\":\"2026-01-01T00:%02d:00.25Z\""),
			i, i);
		add(memory);
	}
	add(INCIDENT("\"id\":\"open\",\"detected\":\"2026-01-01T00:00:00Z\""));
	add(INCIDENT("\"id\":\"back\",\"detected\":\"2026-01-02T00:00:00Z\",\"contained\":"
		     "\"2026-01-01T00:00:00Z\""));
	add(INCIDENT("\"id\":\"day\",\"detected\":\"2026-01-02\",\"contained\":"
		     "\"2026-01-03T00:00:00Z\""));
	metrics_end(sum, &metrics);
	const struct metrics_times *times = &metrics.parts[METRICS_REAL].times[TIME_TO_CONTAIN];
	ck_assert_uint_eq(times->n, 20);
	ck_assert_double_eq(times->mean_s, 630);
	ck_assert_int_eq(times->p50_s, 600);
	ck_assert_int_eq(times->p95_s, 1140);
	ck_assert_int_eq(times->max_s, 1200);
	ck_assert_uint_eq(times->open, 1);
	ck_assert_uint_eq(times->unusable, 2);
	ck_assert_uint_eq(metrics.parts[METRICS_REAL].incidents, 23);
	ck_assert_uint_eq(metrics.parts[METRICS_REAL].times[TIME_TO_DETECT].n, 0);
	ck_assert(shows(
		metrics_put_json, &metrics, "\"timeToDetect\":{\"n\":0,\"meanSeconds\":null"));
	ck_assert(shows(metrics_put_prometheus, &metrics,
		"gabion_incident_seconds{drill=\"false\",span=\"contain\",figure=\"p95\"} "
		"1140.000\n"));
	ck_assert(!shows(metrics_put_prometheus, &metrics, "span=\"detect\",figure"));
	arena_release(&arena);
}
END_TEST

START_TEST(gaps_and_strange_entries_are_counted_never_passed_over)
{
	static const char *const strange[] = {"{}", "[1]", "7",
		"{" HEAD LATE "\"type\":\"decision\",\"layer\":\"sea\",\"verdict\":\"deny\"}",
		"{" HEAD LATE "\"type\":\"decision\",\"layer\":\"host\",\"verdict\":\"maybe\"}",
		"{" HEAD "\"type\":\"note\",\"note\":{}}",
		"{" HEAD LATE "\"type\":\"gap\",\"gap\":{\"first\":5,\"last\":4}}"};
	struct metrics metrics;
	begin();
	add("{" HEAD LATE "\"type\":\"gap\",\"gap\":{\"first\":4,\"last\":6}}");
	add("{" HEAD LATE "\"type\":\"gap\",\"gap\":{\"first\":1,\"last\":18446744073709551615}}");
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++)
		add(strange[i]);
	metrics_add(sum, NULL);
	add(DECISION(LATE, "x", "deny", "{\"policy\":\"not.ours\",\"owner\":\"customer\"}"));
	metrics_end(sum, &metrics);
	ck_assert_uint_eq(metrics.gaps, 2);
	ck_assert_uint_eq(metrics.gap_numbers, UINT64_MAX);
	ck_assert_uint_eq(metrics.unknown_records, 8);
	ck_assert_uint_eq(metrics.unknown_reasons, 1);
	ck_assert_uint_eq(metrics.records, 11);
	check_group(&metrics, METRICS_REAL, "standard", "cis", 1, 0, 0);
	arena_release(&arena);
}
END_TEST

START_TEST(an_empty_ledger_has_no_data)
{
	struct metrics metrics;
	begin();
	metrics_end(sum, &metrics);
	metrics.origin = STR("example.com/log");
	ck_assert(shows(metrics_put_text, &metrics, "ledger example.com/log: 0 records\n"));
	ck_assert(shows(metrics_put_text, &metrics, "Real\n  no data\n\nDrills\n  no data\n"));
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("metrics", only_the_latest_decision_about_a_subject_counts,
	many_decisions_about_few_subjects_are_compacted,
	waived_is_neither_pass_nor_fail_and_undecided_fails,
	a_waiver_is_open_until_it_expires_by_the_last_record, drills_are_apart,
	times_have_percentiles_and_open_incidents_are_not_averaged_in,
	gaps_and_strange_entries_are_counted_never_passed_over, an_empty_ledger_has_no_data)
