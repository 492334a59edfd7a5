/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json.h"
#include "report/metrics_put.h"
#include "report/words.h"

static void put_verdicts(struct json *json, const char *name, const size_t counts[METRICS_VERDICTS])
{
	json_open(json, name, '{');
	for (size_t i = 0; i < METRICS_VERDICTS; i++)
		json_uint(json, metrics_verdicts[i], counts[i]);
	json_close(json, '}');
}

/* Null says that there is no data. */
static void put_number(struct json *json, const char *name, bool known, double number)
{
	struct value v = known ? value_double(number) : value_null();
	json_value(json, name, &v);
}

static void put_count(struct json *json, const char *name, const struct metrics_count *count)
{
	size_t judged = count->passed + count->failed;
	json_open(json, name, '{');
	json_uint(json, "pass", count->passed);
	json_uint(json, "fail", count->failed);
	json_uint(json, "waived", count->waived);
	put_number(
		json, "rate", judged > 0, judged > 0 ? (double)count->passed / (double)judged : 0);
	json_close(json, '}');
}

static void put_groups(struct json *json, const struct metrics_part *part)
{
	json_open(json, "compliance", '[');
	for (size_t i = 0; i < part->group_count; i++) {
		const struct metrics_group *group = &part->groups[i];
		const struct metrics_count *subjects = &group->subjects;
		if (subjects->passed + subjects->failed + subjects->waived == 0)
			continue;
		json_line(json, 3);
		json_open(json, "", '{');
		json_text(json, "by", group->by);
		json_str(json, "name", group->name);
		put_count(json, "subjects", subjects);
		put_count(json, "checks", &group->checks);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_waivers(struct json *json, const struct metrics_part *part)
{
	json_open(json, "openWaivers", '[');
	for (size_t i = 0; i < part->waiver_count; i++) {
		char memory[40];
		struct buf time;
		buf_init_fixed(&time, memory, sizeof(memory));
		words_put_time(&time, part->waivers[i].expires_s);
		json_line(json, 3);
		json_open(json, "", '{');
		json_str(json, "id", part->waivers[i].id);
		json_str(json, "owner", part->waivers[i].owner);
		json_str(json, "expires", buf_str(&time));
		json_uint(json, "subjects", part->waivers[i].subjects);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_spread(struct json *json, const struct metrics_spread *spread)
{
	bool known = spread->n > 0;
	json_uint(json, "n", spread->n);
	put_number(json, "mean", known, spread->mean);
	put_number(json, "p50", known, spread->p50);
	put_number(json, "p95", known, spread->p95);
	put_number(json, "max", known, spread->max);
}

static void put_times(struct json *json, const struct metrics_part *part)
{
	json_open(json, "seconds", '{');
	for (size_t i = 0; i < METRICS_SPANS; i++) {
		const struct metrics_times *times = &part->times[i];
		json_line(json, 3);
		json_open(json, metrics_spans[i], '{');
		put_spread(json, &times->seconds);
		json_uint(json, "open", times->open);
		put_number(json, "longestOpen", times->open > 0, times->longest_open_s);
		json_uint(json, "unusable", times->unusable);
		json_close(json, '}');
	}
	json_close(json, '}');
}

static void put_blast(struct json *json, const struct metrics_part *part)
{
	json_open(json, "blastRadius", '{');
	for (size_t i = 0; i < METRICS_MEASURES; i++) {
		json_open(json, metrics_measures[i], '{');
		put_spread(json, &part->blast[i]);
		json_close(json, '}');
	}
	json_close(json, '}');
}

static void put_part(struct json *json, const char *name, const struct metrics_part *part)
{
	json_line(json, 1);
	json_open(json, name, '{');
	json_line(json, 2);
	put_verdicts(json, "decisions", part->decisions);
	json_uint(json, "undecided", part->undecided);
	json_uint(json, "undecidedInputs", part->undecided_inputs);
	put_verdicts(json, "subjects", part->subjects);
	json_line(json, 2);
	put_groups(json, part);
	json_line(json, 2);
	put_waivers(json, part);
	json_line(json, 2);
	json_uint(json, "incidents", part->incidents);
	json_uint(json, "dismissed", part->dismissed);
	json_uint(json, "drifts", part->drifts);
	json_open(json, "actions", '{');
	for (size_t i = 0; i < METRICS_OUTCOMES; i++)
		json_uint(json, metrics_outcomes[i], part->actions[i]);
	json_close(json, '}');
	json_line(json, 2);
	put_times(json, part);
	json_line(json, 2);
	put_blast(json, part);
	json_close(json, '}');
}

static void put_coverage(struct json *json, const struct metrics *metrics)
{
	bool known = metrics->nodes > 0;
	json_line(json, 1);
	json_open(json, "coverage", '{');
	json_uint(json, "nodes", metrics->nodes);
	json_uint(json, "fresh", metrics->fresh_nodes);
	json_bool(json, "inventory", metrics->has_inventory);
	put_number(json, "rate", known,
		known ? (double)metrics->fresh_nodes / (double)metrics->nodes : 0);
	json_close(json, '}');
}

void metrics_put_json(const struct metrics *metrics, struct buf *out)
{
	struct json json = {.out = out};
	json_open(&json, "", '{');
	json_text(&json, "apiVersion", "gabion.dev/v1");
	json_text(&json, "kind", "Metrics");
	json_str(&json, "origin", metrics->origin);
	json_uint(&json, "records", metrics->records);
	json_uint(&json, "archived", metrics->archived);
	json_uint(&json, "later", metrics->later);
	if (metrics->time.len > 0)
		json_str(&json, "asOf", metrics->time);
	json_uint(&json, "notes", metrics->notes);
	json_uint(&json, "gaps", metrics->gaps);
	json_uint(&json, "gapRecords", metrics->gap_numbers);
	json_uint(&json, "clockJumps", metrics->clock_jumps);
	json_uint(&json, "unknownRecords", metrics->unknown_records);
	json_uint(&json, "unlistedDecisions", metrics->unlisted);
	put_coverage(&json, metrics);
	put_part(&json, "real", &metrics->parts[METRICS_REAL]);
	put_part(&json, "drills", &metrics->parts[METRICS_DRILL]);
	json_close(&json, '}');
	buf_puts(out, "\n");
}
