/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json.h"
#include "report/metrics.h"
#include "report/words.h"

static void put_verdicts(struct json *json, const char *name, const size_t counts[METRICS_VERDICTS])
{
	json_open(json, name, '{');
	json_uint(json, "allow", counts[0]);
	json_uint(json, "warn", counts[1]);
	json_uint(json, "deny", counts[2]);
	json_close(json, '}');
}

/* Null says that there is no data. */
static void put_number(struct json *json, const char *name, bool known, double number)
{
	struct value v = known ? value_double(number) : value_null();
	json_value(json, name, &v);
}

static void put_groups(struct json *json, const struct metrics_part *part)
{
	json_open(json, "compliance", '[');
	for (size_t i = 0; i < part->group_count; i++) {
		const struct metrics_group *group = &part->groups[i];
		size_t judged = group->passed + group->failed;
		if (judged + group->waived == 0)
			continue;
		json_line(json, 3);
		json_open(json, "", '{');
		json_text(json, "by", group->by);
		json_str(json, "name", group->name);
		json_uint(json, "pass", group->passed);
		json_uint(json, "fail", group->failed);
		json_uint(json, "waived", group->waived);
		put_number(json, "rate", judged > 0,
			judged > 0 ? (double)group->passed / (double)judged : 0);
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

static void put_times(struct json *json, const char *name, const struct metrics_times *times)
{
	bool known = times->n > 0;
	json_line(json, 2);
	json_open(json, name, '{');
	json_uint(json, "n", times->n);
	put_number(json, "meanSeconds", known, times->mean_s);
	put_number(json, "p50Seconds", known, (double)times->p50_s);
	put_number(json, "p95Seconds", known, (double)times->p95_s);
	put_number(json, "maxSeconds", known, (double)times->max_s);
	json_uint(json, "open", times->open);
	json_uint(json, "unusable", times->unusable);
	json_close(json, '}');
}

static void put_part(struct json *json, const char *name, const struct metrics_part *part)
{
	json_line(json, 1);
	json_open(json, name, '{');
	json_line(json, 2);
	put_verdicts(json, "decisions", part->decisions);
	json_uint(json, "undecided", part->undecided);
	put_verdicts(json, "subjects", part->subjects);
	json_line(json, 2);
	put_groups(json, part);
	json_line(json, 2);
	put_waivers(json, part);
	json_line(json, 2);
	json_uint(json, "incidents", part->incidents);
	put_times(json, "timeToDetect", &part->times[TIME_TO_DETECT]);
	put_times(json, "timeToContain", &part->times[TIME_TO_CONTAIN]);
	put_times(json, "timeToRecover", &part->times[TIME_TO_RECOVER]);
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
	if (metrics->time.len > 0)
		json_str(&json, "asOf", metrics->time);
	json_uint(&json, "notes", metrics->notes);
	json_uint(&json, "gaps", metrics->gaps);
	json_uint(&json, "gapRecords", metrics->gap_numbers);
	json_uint(&json, "unknownRecords", metrics->unknown_records);
	json_uint(&json, "unknownReasons", metrics->unknown_reasons);
	put_part(&json, "real", &metrics->parts[METRICS_REAL]);
	put_part(&json, "drills", &metrics->parts[METRICS_DRILL]);
	json_close(&json, '}');
	buf_puts(out, "\n");
}
