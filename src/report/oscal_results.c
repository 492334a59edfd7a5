/* SPDX-License-Identifier: Apache-2.0 */
#include "report/oscal_results.h"

#include "base/base64.h"
#include "policy/decide.h"
#include "report/metrics_put.h"
#include "report/metrics_sum.h"
#include "report/metrics_undecided.h"
#include "report/oscal_words.h"
#include "report/words.h"

#include <stdlib.h>

/* Numbers of observations under a finding or risk: of `key`, items[starts[key]] and on. */
struct links {
	size_t keys;
	size_t *starts; /* keys + 1 */
	uint32_t *items;
};

/* A policy by its id, whichever catalogues had it. */
struct judged {
	const struct metrics_policy *policy;
	size_t passed, failed, waived;
};

struct results {
	struct json json;
	const struct metrics_sum *sum;
	const struct metrics *figures;
	const struct metrics_part *part; /* what really happened */
	const struct oscal_context *context;
	const struct oscal_ledger *ledger;
	struct arena *arena;
	const struct metrics_subject **subjects; /* by number of record */
	size_t subject_count;
	struct names ids;
	struct judged *judged; /* by number of id */
	struct links findings, risks;
};

static struct str numbered(struct results *results, const char *what, uint64_t number)
{
	return str_format(results->arena, "%s/%.*s/%llu", what, STR_ARGS(results->figures->origin),
		(unsigned long long)number);
}

/* A finding or risk is one of a moment. */
static struct str dated(struct results *results, const char *what, struct str id)
{
	return str_format(results->arena, "%s/%.*s/%llu/%.*s/%.*s", what,
		STR_ARGS(results->figures->origin), (unsigned long long)results->ledger->size,
		STR_ARGS(results->figures->time), STR_ARGS(id));
}

static void put_uuid(struct results *results, const char *key, struct str name)
{
	char uuid[OSCAL_UUID_BYTES];
	results->context->uuid(name, uuid);
	json_text(&results->json, key, uuid);
}

static uint64_t record_of(const struct results *results, const struct metrics_subject *subject)
{
	return results->ledger->first + subject->number;
}

static int by_record(const void *a, const void *b)
{
	const struct metrics_subject *const *first = a, *const *second = b;
	return ((*first)->number > (*second)->number) - ((*first)->number < (*second)->number);
}

/* Real ones whose policies are known, in order of their records. */
static void choose_subjects(struct results *results)
{
	const struct metrics_subject *all = results->sum->subjects.items;
	unsigned char *unused =
		ARENA_NEW_ARRAY(results->arena, unsigned char, LIMIT_CATALOGUE_POLICIES);
	size_t count = results->sum->subjects.count;
	results->subjects = ARENA_NEW_ARRAY(results->arena, const struct metrics_subject *, count);
	for (size_t i = 0; i < count; i++)
		if (all[i].drill == METRICS_REAL && metrics_results(results->sum, &all[i], unused))
			results->subjects[results->subject_count++] = &all[i];
	if (results->subject_count > 0)
		qsort(results->subjects, results->subject_count, sizeof(*results->subjects),
			by_record);
}

static size_t judged_of(struct results *results, const struct metrics_policy *policy)
{
	bool is_new;
	size_t number = names_add(&results->ids, policy->id, &is_new);
	if (is_new)
		results->judged[number].policy = policy;
	return number;
}

static void prepare_policies(struct results *results)
{
	const struct metrics_catalogue *all = results->sum->catalogues.items;
	size_t count = 0;
	for (size_t i = 0; i < results->sum->catalogues.count; i++)
		count += all[i].total;
	results->ids.arena = results->arena;
	results->judged = ARENA_NEW_ARRAY(results->arena, struct judged, count);
	for (size_t i = 0; i < results->sum->catalogues.count; i++)
		for (size_t j = 0; j < all[i].total; j++)
			if (all[i].policies[j].id.len > 0)
				(void)judged_of(results, &all[i].policies[j]);
}

/* First counted, then made, then filled: starts[key] ends up at the first item of the key. */
static void links_count(struct links *links, size_t key)
{
	links->starts[key]++;
}

static void links_make(struct results *results, struct links *links)
{
	size_t total = 0;
	for (size_t i = 0; i <= links->keys; i++) {
		total += links->starts[i];
		links->starts[i] = total;
	}
	links->items = ARENA_NEW_ARRAY(results->arena, uint32_t, total);
}

static void links_add(struct links *links, size_t key, size_t item)
{
	links->items[--links->starts[key]] = (uint32_t)item;
}

static void link_policies(struct results *results, size_t subject, bool fill)
{
	unsigned char became[LIMIT_CATALOGUE_POLICIES];
	const struct metrics_catalogue *catalogue =
		metrics_results(results->sum, results->subjects[subject], became);
	for (size_t i = 0; catalogue && i < catalogue->total; i++) {
		if (became[i] == 0)
			continue;
		size_t key = judged_of(results, &catalogue->policies[i]);
		struct judged *judged = &results->judged[key];
		bool holds = (became[i] & (POLICY_FAILED | POLICY_WAIVED)) == 0;
		if (!holds && fill)
			links_add(&results->findings, key, subject);
		if (fill)
			continue;
		if (!holds)
			links_count(&results->findings, key);
		judged->passed += holds;
		judged->failed += (became[i] & POLICY_FAILED) != 0;
		judged->waived += (became[i] & (POLICY_FAILED | POLICY_WAIVED)) == POLICY_WAIVED;
	}
}

/* What could not be judged may have violated any policy of its layer. */
static void fail_undecided(struct results *results)
{
	const struct metrics_undecided *all = results->sum->undecided.items;
	for (size_t i = 0; i < results->sum->undecided.count; i++) {
		const struct metrics_catalogue *catalogue =
			metrics_undecided_catalogue(results->sum, &all[i]);
		bool counts = all[i].stands && all[i].drill == METRICS_REAL && catalogue;
		for (size_t j = 0; counts && j < catalogue->total; j++)
			if (catalogue->policies[j].groups >> all[i].layer & 1)
				results->judged[judged_of(results, &catalogue->policies[j])]
					.failed++;
	}
}

static void link_waivers(struct results *results, size_t subject, bool fill)
{
	const struct metrics_waiver *open = results->part->waivers;
	const struct metrics_subject *from = results->subjects[subject];
	for (size_t i = 0; i < from->waiver_count && results->part->waiver_count > 0; i++) {
		const struct metrics_waiver *found = bsearch(&from->waivers[i], open,
			results->part->waiver_count, sizeof(*open), metrics_compare_waivers);
		if (found && fill)
			links_add(&results->risks, (size_t)(found - open), subject);
		else if (found)
			links_count(&results->risks, (size_t)(found - open));
	}
}

static void link_all(struct results *results)
{
	results->findings.keys = results->ids.count;
	results->risks.keys = results->part->waiver_count;
	struct links *const both[] = {&results->findings, &results->risks};
	for (size_t i = 0; i < 2; i++)
		both[i]->starts = ARENA_NEW_ARRAY(results->arena, size_t, both[i]->keys + 1);
	for (size_t i = 0; i < results->subject_count; i++) {
		link_policies(results, i, false);
		link_waivers(results, i, false);
	}
	fail_undecided(results);
	for (size_t i = 0; i < 2; i++)
		links_make(results, both[i]);
	for (size_t i = results->subject_count; i-- > 0;) {
		link_policies(results, i, true);
		link_waivers(results, i, true);
	}
}

static void put_links(struct results *results, const struct links *links, size_t key)
{
	struct json *json = &results->json;
	if (links->starts[key] == links->starts[key + 1])
		return;
	json_open(json, "related-observations", '[');
	for (size_t i = links->starts[key]; i < links->starts[key + 1]; i++) {
		struct arena_mark mark = arena_mark(results->arena);
		const struct metrics_subject *subject = results->subjects[links->items[i]];
		json_open(json, "", '{');
		put_uuid(results, "observation-uuid",
			numbered(results, "observation", record_of(results, subject)));
		json_close(json, '}');
		arena_rewind(results->arena, mark);
	}
	json_close(json, ']');
}

static struct str escaped(struct results *results, struct str text)
{
	struct buf out;
	buf_init_arena(&out, results->arena, text.len + 16);
	buf_put_escaped(&out, text);
	return buf_str(&out);
}

static int put_evidence(
	struct results *results, const struct metrics_subject *subject, struct error *err)
{
	struct json *json = &results->json;
	uint64_t number = record_of(results, subject);
	struct buf href, proof;
	buf_init_arena(&href, results->arena, 64);
	buf_init_arena(&proof, results->arena, 2048);
	if (results->ledger->locate(results->ledger->context, number, &href, &proof, err) < 0)
		return -1;
	json_open(json, "relevant-evidence", '[');
	json_open(json, "", '{');
	json_str(json, "href", buf_str(&href));
	json_str(json, "description",
		str_format(
			results->arena, "Record %llu of the ledger.", (unsigned long long)number));
	json_open(json, "props", '[');
	oscal_put_prop(
		json, "record", str_format(results->arena, "%llu", (unsigned long long)number));
	if (proof.len > 0)
		oscal_put_prop(json, "inclusion-proof", buf_str(&proof));
	json_close(json, ']');
	json_close(json, '}');
	json_close(json, ']');
	return 0;
}

static int put_observation(
	struct results *results, const struct metrics_subject *subject, struct error *err)
{
	struct json *json = &results->json;
	struct str name = escaped(results, subject->name);
	json_line(json, 3);
	json_open(json, "", '{');
	put_uuid(results, "uuid", numbered(results, "observation", record_of(results, subject)));
	json_str(json, "description",
		str_format(results->arena, "Decision about %.*s: %s.", STR_ARGS(name),
			metrics_verdicts[subject->verdict]));
	json_open(json, "props", '[');
	oscal_put_prop(json, "subject", name);
	oscal_put_prop(json, "layer", results->sum->groups[subject->layer].name);
	oscal_put_prop(json, "verdict", str_from(metrics_verdicts[subject->verdict]));
	oscal_put_prop(json, "catalogue-digest", escaped(results, subject->digest));
	json_close(json, ']');
	json_open(json, "methods", '[');
	json_text(json, "", "TEST");
	json_close(json, ']');
	json_str(json, "collected", metrics_print_moment(results->arena, subject->at_us));
	if (put_evidence(results, subject, err) < 0)
		return -1;
	json_close(json, '}');
	return 0;
}

static int put_observations(struct results *results, struct error *err)
{
	json_line(&results->json, 2);
	json_open(&results->json, "observations", '[');
	for (size_t i = 0; i < results->subject_count; i++) {
		struct arena_mark mark = arena_mark(results->arena);
		if (put_observation(results, results->subjects[i], err) < 0)
			return -1;
		arena_rewind(results->arena, mark);
	}
	json_close(&results->json, ']');
	return 0;
}

static void put_risk(struct results *results, size_t index)
{
	struct json *json = &results->json;
	const struct metrics_waiver *waiver = &results->part->waivers[index];
	struct str id = escaped(results, waiver->id), owner = escaped(results, waiver->owner);
	struct buf deadline;
	buf_init_arena(&deadline, results->arena, 40);
	words_put_time(&deadline, waiver->expires_s);
	json_line(json, 3);
	json_open(json, "", '{');
	put_uuid(results, "uuid",
		dated(results, "risk",
			str_format(results->arena, "%lld/%.*s/%.*s", (long long)waiver->expires_s,
				STR_ARGS(id), STR_ARGS(owner))));
	json_str(json, "title", str_format(results->arena, "Waiver %.*s", STR_ARGS(id)));
	json_str(json, "description",
		str_format(results->arena,
			"A dated exception: what it covers would fail. %zu subjects need it.",
			waiver->subjects));
	json_str(json, "statement",
		str_format(
			results->arena, "Accepted by %.*s until the deadline.", STR_ARGS(owner)));
	json_open(json, "props", '[');
	oscal_put_prop(json, "waiver", id);
	oscal_put_prop(json, "owner", owner);
	json_close(json, ']');
	json_text(json, "status", "deviation-approved");
	json_str(json, "deadline", buf_str(&deadline));
	put_links(results, &results->risks, index);
	json_close(json, '}');
}

static void put_risks(struct results *results)
{
	if (results->part->waiver_count == 0)
		return;
	json_line(&results->json, 2);
	json_open(&results->json, "risks", '[');
	for (size_t i = 0; i < results->part->waiver_count; i++) {
		struct arena_mark mark = arena_mark(results->arena);
		put_risk(results, i);
		arena_rewind(results->arena, mark);
	}
	json_close(&results->json, ']');
}

/* Waived alone is not satisfied either, for a reason of its own. */
static void put_status(struct json *json, const struct judged *judged)
{
	bool satisfied = judged->failed + judged->waived == 0;
	json_open(json, "status", '{');
	json_text(json, "state", satisfied ? "satisfied" : "not-satisfied");
	json_text(json, "reason", satisfied ? "pass" : judged->failed > 0 ? "fail" : "other");
	if (!satisfied && judged->failed == 0)
		json_text(json, "remarks", "All that fails is waived.");
	json_close(json, '}');
}

static void put_finding(struct results *results, size_t index)
{
	struct json *json = &results->json;
	const struct judged *judged = &results->judged[index];
	const struct metrics_policy *policy = judged->policy;
	struct str title = escaped(results, policy->title.len > 0 ? policy->title : policy->id);
	json_line(json, 3);
	json_open(json, "", '{');
	put_uuid(results, "uuid", dated(results, "finding", policy->id));
	json_str(json, "title", title);
	json_str(json, "description",
		str_format(results->arena, "%zu subjects pass, %zu fail, %zu are waived.",
			judged->passed, judged->failed, judged->waived));
	json_open(json, "props", '[');
	oscal_put_prop(json, "rule-id", escaped(results, policy->id));
	oscal_put_prop(json, "risk", escaped(results, policy->risk));
	oscal_put_prop(json, "owner", escaped(results, policy->owner));
	for (size_t i = 0; i < policy->mapping_count; i++)
		oscal_put_prop(
			json, "control-id", oscal_control_id(results->arena, &policy->mappings[i]));
	json_close(json, ']');
	json_open(json, "target", '{');
	json_text(json, "type", "objective-id");
	json_str(json, "target-id", oscal_token(results->arena, policy->id));
	put_status(json, judged);
	json_close(json, '}');
	put_links(results, &results->findings, index);
	json_close(json, '}');
}

static void put_findings(struct results *results)
{
	json_line(&results->json, 2);
	json_open(&results->json, "findings", '[');
	for (size_t i = 0; i < results->ids.count; i++) {
		const struct judged *judged = &results->judged[i];
		struct arena_mark mark = arena_mark(results->arena);
		if (judged->passed + judged->failed + judged->waived > 0)
			put_finding(results, i);
		arena_rewind(results->arena, mark);
	}
	json_close(&results->json, ']');
}

/* Controls of the policies that were looked at. */
static void put_controls(struct results *results)
{
	struct json *json = &results->json;
	struct names seen = {.arena = results->arena};
	bool begun = false;
	json_open(json, "reviewed-controls", '{');
	json_open(json, "control-selections", '[');
	json_open(json, "", '{');
	for (size_t i = 0; i < results->ids.count; i++) {
		const struct judged *judged = &results->judged[i];
		bool looked_at = judged->passed + judged->failed + judged->waived > 0;
		for (size_t j = 0; looked_at && j < judged->policy->mapping_count; j++) {
			bool is_new;
			struct str id =
				oscal_control_id(results->arena, &judged->policy->mappings[j]);
			(void)names_add(&seen, id, &is_new);
			if (!is_new)
				continue;
			if (!begun)
				json_open(json, "include-controls", '[');
			begun = true;
			json_open(json, "", '{');
			json_str(json, "control-id", id);
			json_close(json, '}');
		}
	}
	if (begun) {
		json_close(json, ']');
	} else {
		json_open(json, "include-all", '{');
		json_close(json, '}');
	}
	json_close(json, '}');
	json_close(json, ']');
	json_close(json, '}');
}

static void put_metadata(struct results *results)
{
	struct json *json = &results->json;
	struct buf note;
	buf_init_arena(&note, results->arena, 1024);
	base64_put(&note, results->ledger->checkpoint);
	json_line(json, 1);
	json_open(json, "metadata", '{');
	json_text(json, "title", "What a ledger of gabion says of its policies");
	json_str(json, "last-modified", results->figures->time);
	json_text(json, "version", results->context->version);
	json_text(json, "oscal-version", "1.1.3");
	json_open(json, "props", '[');
	oscal_put_prop(json, "ledger", escaped(results, results->figures->origin));
	oscal_put_prop(json, "ledger-size",
		str_format(results->arena, "%llu", (unsigned long long)results->ledger->size));
	oscal_put_prop(json, "checkpoint", buf_str(&note));
	json_close(json, ']');
	json_close(json, '}');
}

static int put_result(struct results *results, struct error *err)
{
	struct json *json = &results->json;
	int64_t start_us = INT64_MAX;
	for (size_t i = 0; i < results->subject_count; i++)
		if (results->subjects[i]->at_us < start_us)
			start_us = results->subjects[i]->at_us;
	json_line(json, 1);
	json_open(json, "results", '[');
	json_open(json, "", '{');
	put_uuid(results, "uuid", dated(results, "result", STR("")));
	json_text(json, "title", "Latest decisions");
	json_text(json, "description",
		"The latest decision about each subject, and what became of each policy in them.");
	json_str(json, "start", metrics_print_moment(results->arena, start_us));
	json_str(json, "end", results->figures->time);
	json_line(json, 2);
	put_controls(results);
	if (put_observations(results, err) < 0)
		return -1;
	put_risks(results);
	put_findings(results);
	json_close(json, '}');
	json_close(json, ']');
	return 0;
}

/* OSCAL wants a plan; assessing goes on all the time. */
static void put_plan(struct results *results)
{
	struct json *json = &results->json;
	struct str name = STR("resource/continuous-assessment");
	char uuid[OSCAL_UUID_BYTES];
	results->context->uuid(name, uuid);
	json_line(json, 1);
	json_open(json, "import-ap", '{');
	json_str(json, "href", str_format(results->arena, "#%s", uuid));
	json_close(json, '}');
}

static void put_back_matter(struct results *results)
{
	struct json *json = &results->json;
	json_line(json, 1);
	json_open(json, "back-matter", '{');
	json_open(json, "resources", '[');
	json_open(json, "", '{');
	put_uuid(results, "uuid", STR("resource/continuous-assessment"));
	json_text(json, "title", "Continuous assessment");
	json_text(json, "description",
		"There is no plan of single assessments: every decision of gabion is one.");
	json_close(json, '}');
	json_close(json, ']');
	json_close(json, '}');
}

int oscal_put_results(const struct metrics_sum *sum, const struct metrics *figures,
	const struct oscal_context *context, const struct oscal_ledger *ledger, struct arena *arena,
	struct buf *out, struct error *err)
{
	struct results results = {.json = {.out = out},
		.sum = sum,
		.figures = figures,
		.part = &figures->parts[METRICS_REAL],
		.context = context,
		.ledger = ledger,
		.arena = arena};
	choose_subjects(&results);
	if (results.subject_count == 0)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"this ledger holds no decision that says which policies it looked at: "
			"nothing was assessed");
	prepare_policies(&results);
	link_all(&results);
	json_open(&results.json, "", '{');
	json_open(&results.json, "assessment-results", '{');
	put_uuid(&results, "uuid", dated(&results, "assessment-results", STR("")));
	put_metadata(&results);
	put_plan(&results);
	if (put_result(&results, err) < 0)
		return -1;
	put_back_matter(&results);
	json_close(&results.json, '}');
	json_close(&results.json, '}');
	buf_puts(out, "\n");
	return 0;
}
