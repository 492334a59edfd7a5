/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"
#include "report/metrics.h"
#include "report/words.h"

static const char *const verdicts[METRICS_VERDICTS] = {"allow", "warn", "deny"};
static const char *const spans[METRICS_SPANS] = {
	[TIME_TO_DETECT] = "detect", [TIME_TO_CONTAIN] = "contain", [TIME_TO_RECOVER] = "recover"};

static bool has_subjects(const struct metrics_group *group)
{
	return group->passed + group->failed + group->waived > 0;
}

static double rate_of(const struct metrics_group *group)
{
	return (double)group->passed / (double)(group->passed + group->failed);
}

static size_t sum_of(const size_t counts[METRICS_VERDICTS])
{
	return counts[0] + counts[1] + counts[2];
}

static void put_verdicts(struct buf *out, const size_t counts[METRICS_VERDICTS])
{
	buf_printf(out, "%zu", sum_of(counts));
	if (sum_of(counts) > 0)
		buf_printf(
			out, " (%zu allow, %zu warn, %zu deny)", counts[0], counts[1], counts[2]);
}

static void put_groups(struct buf *out, const struct metrics_part *part)
{
	buf_puts(out, "  compliance                  pass   fail waived    rate\n");
	for (size_t i = 0; i < part->group_count; i++) {
		const struct metrics_group *group = &part->groups[i];
		size_t start = out->len;
		if (!has_subjects(group))
			continue;
		buf_printf(out, "    %-9s ", group->by);
		escape_put(out, MEDIUM_TERMINAL, group->name);
		for (size_t width = out->len - start; width < 27; width++)
			buf_put_char(out, ' ');
		buf_printf(out, " %6zu %6zu %6zu ", group->passed, group->failed, group->waived);
		if (group->passed + group->failed == 0)
			buf_puts(out, "no data\n");
		else
			buf_printf(out, "%5.1f %%\n", 100 * rate_of(group));
	}
}

static void put_waivers(struct buf *out, const struct metrics_part *part)
{
	buf_printf(out, "  open waivers: %zu\n", part->waiver_count);
	for (size_t i = 0; i < part->waiver_count; i++) {
		const struct metrics_waiver *waiver = &part->waivers[i];
		buf_puts(out, "    until ");
		words_put_time(out, waiver->expires_s);
		buf_puts(out, "  ");
		escape_put(out, MEDIUM_TERMINAL, waiver->id);
		buf_puts(out, " of ");
		escape_put(out, MEDIUM_TERMINAL, waiver->owner);
		buf_puts(out, ", for ");
		words_put_count(out, waiver->subjects, "subject", "subjects");
		buf_put_char(out, '\n');
	}
}

static void put_times(struct buf *out, const struct metrics_part *part)
{
	for (size_t i = 0; i < METRICS_SPANS; i++) {
		const struct metrics_times *times = &part->times[i];
		buf_printf(out, "  time to %-8s ", spans[i]);
		if (times->n == 0)
			buf_puts(out, "no data");
		else
			buf_printf(out, "n %zu, mean %.1f s, p50 %lld s, p95 %lld s, max %lld s",
				times->n, times->mean_s, (long long)times->p50_s,
				(long long)times->p95_s, (long long)times->max_s);
		if (times->open > 0)
			buf_printf(out, "; %zu still open", times->open);
		if (times->unusable > 0)
			buf_printf(out, "; %zu unusable", times->unusable);
		buf_put_char(out, '\n');
	}
}

static void put_part(struct buf *out, const char *title, const struct metrics_part *part)
{
	buf_printf(out, "\n%s\n", title);
	if (sum_of(part->decisions) + part->incidents == 0) {
		buf_puts(out, "  no data\n");
		return;
	}
	buf_puts(out, "  decisions: ");
	put_verdicts(out, part->decisions);
	if (part->undecided > 0)
		buf_printf(out, ", %zu with a policy that could not be evaluated", part->undecided);
	buf_puts(out, "\n  subjects, by their latest decision: ");
	put_verdicts(out, part->subjects);
	buf_put_char(out, '\n');
	if (sum_of(part->subjects) > 0)
		put_groups(out, part);
	put_waivers(out, part);
	buf_printf(out, "  incidents: %zu\n", part->incidents);
	put_times(out, part);
}

void metrics_put_text(const struct metrics *metrics, struct buf *out)
{
	buf_puts(out, "ledger ");
	escape_put(out, MEDIUM_TERMINAL, metrics->origin);
	buf_printf(out, ": %llu records", (unsigned long long)metrics->records);
	if (metrics->time.len > 0) {
		buf_puts(out, ", the last of ");
		escape_put(out, MEDIUM_TERMINAL, metrics->time);
	}
	buf_puts(out, "\n  gaps: ");
	buf_put_uint(out, metrics->gaps);
	if (metrics->gaps > 0)
		buf_printf(out, ", in which %llu records are missing",
			(unsigned long long)metrics->gap_numbers);
	buf_puts(out, "\n  notes: ");
	buf_put_uint(out, metrics->notes);
	if (metrics->unknown_records > 0)
		buf_printf(out, "\n  entries that are no record of gabion: %llu",
			(unsigned long long)metrics->unknown_records);
	if (metrics->unknown_reasons > 0)
		buf_printf(out,
			"\n  reasons by policies that are not in this catalogue, whose standards "
			"are unknown: %llu",
			(unsigned long long)metrics->unknown_reasons);
	buf_put_char(out, '\n');
	put_part(out, "Real", &metrics->parts[METRICS_REAL]);
	put_part(out, "Drills", &metrics->parts[METRICS_DRILL]);
}

/* One family of samples: what the comment lines say of it, and what writes them. */
struct family {
	const char *name, *type, *help;
	void (*put)(struct buf *out, const struct family *family, const struct metrics_part *part,
		const char *drill);
};

static void put_decisions(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	for (size_t i = 0; i < METRICS_VERDICTS; i++)
		buf_printf(out, "%s{drill=\"%s\",verdict=\"%s\"} %zu\n", family->name, drill,
			verdicts[i], part->decisions[i]);
}

static void put_undecided(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	buf_printf(out, "%s{drill=\"%s\"} %zu\n", family->name, drill, part->undecided);
}

static void put_subjects(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	for (size_t i = 0; i < METRICS_VERDICTS; i++)
		buf_printf(out, "%s{drill=\"%s\",verdict=\"%s\"} %zu\n", family->name, drill,
			verdicts[i], part->subjects[i]);
}

static void put_label(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		if (c == '"' || c == '\\')
			buf_put_char(out, '\\');
		if (c == '\n')
			buf_puts(out, "\\n");
		else
			buf_put_char(out, c);
	}
}

static void put_compliance(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	for (size_t i = 0; i < part->group_count; i++) {
		const struct metrics_group *group = &part->groups[i];
		const struct {
			const char *result;
			size_t count;
		} results[] = {{"pass", group->passed}, {"fail", group->failed},
			{"waived", group->waived}};
		for (size_t j = 0; has_subjects(group) && j < 3; j++) {
			buf_printf(out, "%s{drill=\"%s\",by=\"%s\",name=\"", family->name, drill,
				group->by);
			put_label(out, group->name);
			buf_printf(out, "\",result=\"%s\"} %zu\n", results[j].result,
				results[j].count);
		}
	}
}

static void put_open_waivers(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	buf_printf(out, "%s{drill=\"%s\"} %zu\n", family->name, drill, part->waiver_count);
}

static void put_next_expiry(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	if (part->waiver_count > 0)
		buf_printf(out, "%s{drill=\"%s\"} %lld\n", family->name, drill,
			(long long)part->waivers[0].expires_s);
}

static void put_incidents(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	for (size_t i = 0; i < METRICS_SPANS; i++) {
		const struct metrics_times *times = &part->times[i];
		const struct {
			const char *state;
			size_t count;
		} states[] = {
			{"closed", times->n}, {"open", times->open}, {"unusable", times->unusable}};
		for (size_t j = 0; j < 3; j++)
			buf_printf(out, "%s{drill=\"%s\",span=\"%s\",state=\"%s\"} %zu\n",
				family->name, drill, spans[i], states[j].state, states[j].count);
	}
}

static void put_seconds(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	for (size_t i = 0; i < METRICS_SPANS; i++) {
		const struct metrics_times *times = &part->times[i];
		const struct {
			const char *name;
			double seconds;
		} figures[] = {{"mean", times->mean_s}, {"p50", (double)times->p50_s},
			{"p95", (double)times->p95_s}, {"max", (double)times->max_s}};
		for (size_t j = 0; times->n > 0 && j < 4; j++)
			buf_printf(out, "%s{drill=\"%s\",span=\"%s\",figure=\"%s\"} %.3f\n",
				family->name, drill, spans[i], figures[j].name, figures[j].seconds);
	}
}

static const struct family families[] = {
	{"gabion_decisions_total", "counter", "Decisions in the ledger.", put_decisions},
	{"gabion_decisions_undecided_total", "counter",
		"Decisions with a policy that could not be evaluated.", put_undecided},
	{"gabion_subjects", "gauge", "Subjects by their latest decision.", put_subjects},
	{"gabion_compliance_subjects", "gauge",
		"Subjects that pass, fail, or would fail without a waiver.", put_compliance},
	{"gabion_waivers_open", "gauge", "Waivers in use that have not expired.", put_open_waivers},
	{"gabion_waivers_next_expiry_seconds", "gauge",
		"When the next of them expires, in seconds since 1970.", put_next_expiry},
	{"gabion_incidents", "gauge", "Incidents by whether a span ended.", put_incidents},
	{"gabion_incident_seconds", "gauge", "How long a span took where it ended.", put_seconds},
};

static void put_total(struct buf *out, const char *name, const char *help, uint64_t number)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s counter\n%s ", name, help, name, name);
	buf_put_uint(out, number);
	buf_put_char(out, '\n');
}

void metrics_put_prometheus(const struct metrics *metrics, struct buf *out)
{
	put_total(out, "gabion_ledger_records_total", "Entries of the ledger.", metrics->records);
	put_total(out, "gabion_ledger_unknown_records_total",
		"Entries that are no record of gabion.", metrics->unknown_records);
	put_total(out, "gabion_ledger_gaps_total", "Records that tell of missing ones.",
		metrics->gaps);
	put_total(out, "gabion_ledger_gap_records_total", "Records that never arrived.",
		metrics->gap_numbers);
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct family *family = &families[i];
		buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", family->name, family->help,
			family->name, family->type);
		family->put(out, family, &metrics->parts[METRICS_REAL], "false");
		family->put(out, family, &metrics->parts[METRICS_DRILL], "true");
	}
}
