/* SPDX-License-Identifier: Apache-2.0 */
#include "report/metrics_put.h"

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

/* Number 0 is a.root, 1 is b.node. */
#define CATALOGUE \
	"{" HEAD EARLY \
	"\"type\":\"catalogue\",\"catalogue\":{\"digest\":\"d\",\"first\":0,\"total\":2," \
	"\"policies\":[{\"id\":\"a.root\",\"layer\":\"cluster\",\"owner\":\"customer\"," \
	"\"risk\":\"high\",\"phase\":\"warn\",\"mappings\":{\"cis\":[\"5.1\"]}}," \
	"{\"id\":\"b.node\",\"layer\":\"cluster\",\"owner\":\"provider\",\"risk\":\"low\"," \
	"\"phase\":\"warn\"}]}}"
/* What the policies say besides; `ranges` is the rest of `policies`. */
#define LISTED(name, verdict, ranges, reasons) \
	"{" HEAD LATE POD(name) "\"catalogue\":\"d\",\"type\":\"decision\",\"verdict\":\"" verdict \
				"\",\"policies\":{\"applied\":\"0-1\"" ranges \
				"},\"reasons\":[" reasons "]}"
#define ALL_OF ",\"policies\":{\"applied\":\"0-1\""

static struct arena arena;
static struct metrics_sum *sum;

static void begin(void)
{
	arena_init(&arena, 64 << 20);
	sum = metrics_begin(&arena, METRICS_AT_END);
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
	ck_assert_msg(group->subjects.passed == passed && group->subjects.failed == failed &&
			      group->subjects.waived == waived,
		"%s %s: %zu pass, %zu fail, %zu waived", by, name, group->subjects.passed,
		group->subjects.failed, group->subjects.waived);
}

static bool shows(void (*put)(const struct metrics *metrics, struct buf *out),
	const struct metrics *metrics, const char *text)
{
	struct buf out;
	buf_init_arena(&out, &arena, 4096);
	put(metrics, &out);
	return str_find(buf_str(&out), str_from(text), 0) != SIZE_MAX;
}

static void check_checks(const struct metrics *metrics, const char *by, const char *name,
	size_t passed, size_t failed, size_t waived)
{
	const struct metrics_count *checks = &group_of(metrics, METRICS_REAL, by, name)->checks;
	ck_assert_msg(
		checks->passed == passed && checks->failed == failed && checks->waived == waived,
		"%s %s: %zu pass, %zu fail, %zu waived", by, name, checks->passed, checks->failed,
		checks->waived);
}

#define FAILED ",\"failed\":\"0\""

START_TEST(only_the_latest_decision_about_a_subject_counts)
{
	struct metrics metrics;
	begin();
	add(CATALOGUE);
	add(LISTED("web", "deny", FAILED, ROOT("")));
	add(LISTED("db", "allow", "", ""));
	add(LISTED("web", "allow", "", ""));
	add(LISTED("db", "warn", FAILED, ROOT("")));
	add(LISTED("new", "allow", "", ""));
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
	check_checks(&metrics, "layer", "cluster", 5, 1, 0);
	check_checks(&metrics, "standard", "cis", 2, 1, 0);
	ASSERT_STR(metrics.time, STR("2026-04-01T00:00:00.500000Z"));
	arena_release(&arena);
}
END_TEST

START_TEST(many_decisions_about_few_subjects_take_little_memory)
{
	struct metrics metrics;
	begin();
	add(CATALOGUE);
	size_t before = arena.held_bytes;
	for (int i = 0; i < 5000; i++) {
		add(LISTED("web", "deny", FAILED, ROOT("")));
		add(LISTED("db", "warn", FAILED, ROOT("")));
	}
	add(LISTED("web", "allow", "", ""));
	ck_assert_uint_lt(arena.held_bytes - before, 128 << 10);
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
	add(LISTED("waived", "allow", ",\"waived\":\"0\"", ROOT(WAIVER("2026-05-01T00:00:00Z"))));
	add(LISTED(
		"undecided", "deny", FAILED ",\"undecided\":\"0\"", ROOT(",\"undecided\":true")));
	add("{" HEAD LATE POD("many") "\"catalogue\":\"d\",\"type\":\"decision\",\"verdict\":"
				      "\"deny\"" ALL_OF FAILED "},\"reasonCount\":700}");
	add(CATALOGUE);
	metrics_end(sum, &metrics);
	check_group(&metrics, METRICS_REAL, "layer", "cluster", 0, 2, 1);
	check_group(&metrics, METRICS_REAL, "standard", "cis", 0, 2, 1);
	check_group(&metrics, METRICS_REAL, "owner", "provider", 3, 0, 0);
	check_checks(&metrics, "layer", "cluster", 3, 2, 1);
	ck_assert_uint_eq(metrics.parts[METRICS_REAL].undecided, 1);
	arena_release(&arena);
}
END_TEST

#define IN_FILE(type, line) \
	"{" HEAD LATE "\"layer\":\"cluster\",\"catalogue\":\"d\"," type \
	",\"subject\":{\"file\":\"web.yaml\",\"line\":" line "}}"
#define BROKEN(line) IN_FILE("\"type\":\"undecided\",\"undecided\":{\"why\":\"no YAML\"}", line)
#define JUDGED(line) \
	IN_FILE("\"type\":\"decision\",\"verdict\":\"allow\",\"reasons\":[]" ALL_OF "}", line)

START_TEST(what_could_not_be_judged_fails_until_a_later_run_judges_it)
{
	static const struct {
		const char *records[6];
		size_t undecided, passed, failed;
	} cases[] = {
		{{BROKEN("7")}, 1, 0, 1},
		{{BROKEN("7"), BROKEN("7")}, 1, 0, 1},
		{{JUDGED("1"), BROKEN("7"), JUDGED("9")}, 1, 1, 1},
		{{BROKEN("7"), JUDGED("7")}, 0, 1, 0},
		{{BROKEN("7"), JUDGED("1"), JUDGED("8")}, 0, 1, 0},
		{{BROKEN("7"), JUDGED("1"), BROKEN("7")}, 1, 1, 1},
		{{BROKEN("0"), JUDGED("3")}, 0, 1, 0},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct metrics metrics;
		begin();
		add(CATALOGUE);
		for (size_t j = 0; cases[i].records[j]; j++)
			add(cases[i].records[j]);
		metrics_end(sum, &metrics);
		ck_assert_uint_eq(metrics.unknown_records, 0);
		ck_assert_uint_eq(metrics.parts[METRICS_REAL].undecided_inputs, cases[i].undecided);
		check_group(&metrics, METRICS_REAL, "layer", "cluster", cases[i].passed,
			cases[i].failed, 0);
		check_group(&metrics, METRICS_REAL, "standard", "cis", cases[i].passed,
			cases[i].failed, 0);
		arena_release(&arena);
	}
}
END_TEST

START_TEST(policies_that_did_not_apply_are_in_no_figure)
{
	struct metrics metrics;
	begin();
	add(CATALOGUE);
	add("{" HEAD LATE POD("one") "\"catalogue\":\"d\",\"type\":\"decision\",\"verdict\":"
				     "\"allow\",\"policies\":{\"applied\":\"1\"},\"reasons\":[]}");
	metrics_end(sum, &metrics);
	check_group(&metrics, METRICS_REAL, "owner", "customer", 0, 0, 0);
	check_group(&metrics, METRICS_REAL, "standard", "cis", 0, 0, 0);
	check_group(&metrics, METRICS_REAL, "owner", "provider", 1, 0, 0);
	arena_release(&arena);
}
END_TEST

/* Nothing is invented: without a list of policies, or with a wrong one, only the layer is known. */
START_TEST(what_no_record_lists_counts_by_layer_alone)
{
	static const char *const rows[] = {
		DECISION(LATE, "web", "deny", ROOT("")),
		LISTED("web", "deny", ",\"failed\":\"2\"", ROOT("")),
		LISTED("web", "deny", ",\"failed\":\"1-0\"", ROOT("")),
		LISTED("web", "deny", ",\"failed\":\"0,\"", ROOT("")),
		LISTED("web", "deny", ",\"failed\":\"-\"", ROOT("")),
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct metrics metrics;
		begin();
		add(CATALOGUE);
		add(rows[i]);
		metrics_end(sum, &metrics);
		bool wrong = i != 3; /* a comma at the end is passed over */
		ck_assert_uint_eq(metrics.unlisted, wrong);
		check_group(&metrics, METRICS_REAL, "layer", "cluster", 0, 1, 0);
		check_group(&metrics, METRICS_REAL, "owner", "customer", 0, !wrong, 0);
		arena_release(&arena);
	}
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
	ck_assert_double_eq(metrics.parts[METRICS_DRILL].times[TIME_TO_CONTAIN].seconds.max, 60);
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
	add(INCIDENT("\"id\":\"open\",\"detected\":\"2026-03-31T00:00:00.5Z\""));
	add(INCIDENT("\"id\":\"back\",\"detected\":\"2026-01-02T00:00:00Z\",\"contained\":"
		     "\"2026-01-01T00:00:00Z\""));
	add(INCIDENT("\"id\":\"day\",\"detected\":\"2026-01-02\",\"contained\":"
		     "\"2026-01-03T00:00:00Z\""));
	metrics_end(sum, &metrics);
	const struct metrics_times *times = &metrics.parts[METRICS_REAL].times[TIME_TO_CONTAIN];
	ck_assert_uint_eq(times->seconds.n, 20);
	ck_assert_double_eq(times->seconds.mean, 630.25);
	ck_assert_double_eq(times->seconds.p50, 600.25);
	ck_assert_double_eq(times->seconds.p95, 1140.25);
	ck_assert_double_eq(times->seconds.max, 1200.25);
	ck_assert_uint_eq(times->open, 1);
	ck_assert_double_eq(times->longest_open_s, 86400);
	ck_assert_uint_eq(times->unusable, 2);
	ck_assert_uint_eq(metrics.parts[METRICS_REAL].incidents, 23);
	ck_assert_uint_eq(metrics.parts[METRICS_REAL].times[TIME_TO_DETECT].seconds.n, 0);
	ck_assert(shows(metrics_put_json, &metrics, "\"detect\":{\"n\":0,\"mean\":null"));
	ck_assert(shows(metrics_put_prometheus, &metrics,
		"gabion_incident_seconds{drill=\"false\",span=\"contain\",figure=\"p95\"} "
		"1140.250000\n"));
	ck_assert(!shows(metrics_put_prometheus, &metrics, "span=\"detect\",figure"));
	arena_release(&arena);
}
END_TEST

#define AT(time)             "\"2026-03-01T10:" time "Z\""
#define EVENT(type, members) "{" HEAD LATE "\"incident\":\"7\",\"type\":\"" type "\"," members "}"
#define LOOK(time, held) \
	EVENT("verification", "\"verification\":{\"at\":" AT(time) ",\"held\":" held "}")

static double seconds_of(const struct metrics *metrics, enum metrics_span span)
{
	const struct metrics_times *times = &metrics->parts[METRICS_REAL].times[span];
	ck_assert_msg(times->seconds.n == 1, "span %d: n is %zu", (int)span, times->seconds.n);
	return times->seconds.max;
}

START_TEST(each_span_of_an_incident_is_from_its_own_moments)
{
	struct metrics metrics;
	begin();
	add(LOOK("06:00", "true"));
	add(EVENT("detection",
		"\"detection\":{\"indicator\":" AT("00:00") ",\"detected\":" AT("01:00.5") "}"));
	add(EVENT("action", "\"action\":{\"name\":\"cut\",\"outcome\":\"refused\",\"started\":" AT(
				    "01:01") "}"));
	add(EVENT("action", "\"action\":{\"name\":\"cut\",\"outcome\":\"done\",\"started\":" AT(
				    "01:30.5") ",\"verified\":" AT("04:00") "}"));
	add(EVENT("acknowledgement", "\"acknowledgement\":{\"at\":" AT("03:00.5") "}"));
	add(EVENT("acknowledgement", "\"acknowledgement\":{\"at\":" AT("02:00.5") "}"));
	add(LOOK("05:00", "false"));
	add(LOOK("07:00", "true"));
	add(EVENT("recovery", "\"recovery\":{\"at\":" AT("31:00.5") "}"));
	add(EVENT("blast-radius", "\"blastRadius\":{\"measure\":\"potential\",\"affected\":10,"
				  "\"total\":40}"));
	add(EVENT("blast-radius", "\"blastRadius\":{\"measure\":\"observed\",\"affected\":1,"
				  "\"total\":40}"));
	add("{" HEAD LATE
	    "\"type\":\"drift\",\"drift\":{\"id\":\"7\",\"drifted\":" AT("00:00") "}}");
	add("{" HEAD LATE
	    "\"type\":\"drift\",\"drift\":{\"id\":\"7\",\"restored\":" AT("00:09") "}}");
	metrics_end(sum, &metrics);
	ck_assert_double_eq(seconds_of(&metrics, TIME_TO_DETECT), 60.5);
	ck_assert_double_eq(seconds_of(&metrics, TIME_TO_ACKNOWLEDGE), 60);
	ck_assert_double_eq(seconds_of(&metrics, TIME_TO_RESPOND), 30);
	ck_assert_double_eq(seconds_of(&metrics, TIME_TO_CONTAIN), 299.5);
	ck_assert_double_eq(seconds_of(&metrics, TIME_TO_RECOVER), 1800);
	ck_assert_double_eq(seconds_of(&metrics, TIME_OF_DWELL), 360);
	ck_assert_double_eq(seconds_of(&metrics, TIME_OF_DRIFT), 9);
	const struct metrics_part *real = &metrics.parts[METRICS_REAL];
	ck_assert_double_eq(real->blast[0].max, 0.25);
	ck_assert_double_eq(real->blast[1].max, 0.025);
	ck_assert_uint_eq(real->actions[0], 1);
	ck_assert_uint_eq(real->actions[2], 1);
	ck_assert_uint_eq(real->incidents, 1);
	ck_assert_uint_eq(real->drifts, 1);
	arena_release(&arena);
}
END_TEST

START_TEST(what_was_no_incident_is_in_no_time_and_what_is_closed_is_not_open)
{
	struct metrics metrics;
	begin();
	add(EVENT("detection", "\"detection\":{\"detected\":" AT("01:00") "}"));
	add(EVENT("closure", "\"closure\":{\"at\":" AT("09:00") ",\"resolution\":\"resolved\"}"));
	metrics_end(sum, &metrics);
	const struct metrics_part *real = &metrics.parts[METRICS_REAL];
	ck_assert_uint_eq(real->incidents, 1);
	ck_assert_uint_eq(real->times[TIME_TO_CONTAIN].open, 0);
	ck_assert_uint_eq(real->times[TIME_TO_CONTAIN].unusable, 1);
	arena_release(&arena);
	begin();
	add(EVENT("detection", "\"detection\":{\"detected\":" AT("01:00") "}"));
	add(EVENT("closure",
		"\"closure\":{\"at\":" AT("09:00") ",\"resolution\":\"false-positive\"}"));
	metrics_end(sum, &metrics);
	ck_assert_uint_eq(metrics.parts[METRICS_REAL].incidents, 0);
	ck_assert_uint_eq(metrics.parts[METRICS_REAL].dismissed, 1);
	ck_assert_uint_eq(metrics.parts[METRICS_REAL].times[TIME_TO_CONTAIN].unusable, 0);
	arena_release(&arena);
}
END_TEST

#define BEAT(node, time) \
	"{\"node\":\"" node "\",\"time\":\"2026-03-01T10:" time \
	"Z\",\"type\":\"heartbeat\",\"heartbeat\":{\"intervalSeconds\":60}}"

START_TEST(coverage_is_fresh_nodes_of_those_there_are)
{
	struct metrics metrics;
	begin();
	add(BEAT("a", "00:00"));
	add(BEAT("b", "09:00"));
	add(BEAT("c", "08:00"));
	add(BEAT("d", "10:00"));
	metrics_end(sum, &metrics);
	ck_assert_uint_eq(metrics.nodes, 4);
	ck_assert_uint_eq(metrics.fresh_nodes, 3);
	arena_release(&arena);
	begin();
	add("{\"time\":\"2026-03-01T10:00:00Z\",\"type\":\"inventory\",\"inventory\":{\"nodes\":"
	    "[\"gone\"]}}");
	add("{\"time\":\"2026-03-01T10:00:00Z\",\"type\":\"inventory\",\"inventory\":{\"nodes\":"
	    "[\"a\",\"silent\"]}}");
	add(BEAT("a", "00:00"));
	add(BEAT("stranger", "00:00"));
	metrics_end(sum, &metrics);
	ck_assert(metrics.has_inventory);
	ck_assert_uint_eq(metrics.nodes, 2);
	ck_assert_uint_eq(metrics.fresh_nodes, 1);
	ck_assert(shows(metrics_put_text, &metrics,
		"coverage: 1 of 2 nodes of the inventory are fresh, 50.0 %"));
	arena_release(&arena);
}
END_TEST

START_TEST(figures_of_a_moment_do_not_see_what_came_later)
{
	struct metrics metrics;
	int64_t at_us;
	ck_assert(metrics_parse_moment(STR("2026-03-15T00:00:00+01:00"), &at_us));
	arena_init(&arena, 64 << 20);
	sum = metrics_begin(&arena, at_us);
	add(CATALOGUE);
	add(DECISION(EARLY, "web", "deny", ROOT("")));
	add(DECISION(LATE, "web", "allow", ""));
	metrics_end(sum, &metrics);
	ck_assert_uint_eq(metrics.later, 1);
	ck_assert_uint_eq(metrics.records, 3);
	ck_assert_uint_eq(metrics.parts[METRICS_REAL].subjects[VERDICT_DENY], 1);
	ASSERT_STR(metrics.time, STR("2026-03-14T23:00:00.000000Z"));
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
	ck_assert_uint_eq(metrics.unlisted, 1);
	ck_assert_uint_eq(metrics.records, 11);
	check_group(&metrics, METRICS_REAL, "layer", "cluster", 0, 1, 0);
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
	many_decisions_about_few_subjects_take_little_memory,
	policies_that_did_not_apply_are_in_no_figure, what_no_record_lists_counts_by_layer_alone,
	each_span_of_an_incident_is_from_its_own_moments,
	what_was_no_incident_is_in_no_time_and_what_is_closed_is_not_open,
	coverage_is_fresh_nodes_of_those_there_are, figures_of_a_moment_do_not_see_what_came_later,
	waived_is_neither_pass_nor_fail_and_undecided_fails,
	what_could_not_be_judged_fails_until_a_later_run_judges_it,
	a_waiver_is_open_until_it_expires_by_the_last_record, drills_are_apart,
	times_have_percentiles_and_open_incidents_are_not_averaged_in,
	gaps_and_strange_entries_are_counted_never_passed_over, an_empty_ledger_has_no_data)
