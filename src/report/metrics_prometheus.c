/* SPDX-License-Identifier: Apache-2.0 */
#include "report/metrics_put.h"

/* One family of samples: what the comment lines say of it, and what writes them. */
struct family {
	const char *name, *type, *help;
	void (*put)(struct buf *out, const struct family *family, const struct metrics_part *part,
		const char *drill);
};

static void put_verdicts(struct buf *out, const struct family *family,
	const size_t counts[METRICS_VERDICTS], const char *drill)
{
	for (size_t i = 0; i < METRICS_VERDICTS; i++)
		buf_printf(out, "%s{drill=\"%s\",verdict=\"%s\"} %zu\n", family->name, drill,
			metrics_verdicts[i], counts[i]);
}

static void put_decisions(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	put_verdicts(out, family, part->decisions, drill);
}

static void put_undecided(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	buf_printf(out, "%s{drill=\"%s\"} %zu\n", family->name, drill, part->undecided);
}

static void put_undecided_inputs(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	buf_printf(out, "%s{drill=\"%s\"} %zu\n", family->name, drill, part->undecided_inputs);
}

static void put_subjects(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	put_verdicts(out, family, part->subjects, drill);
}

/* Bytes that are not UTF-8 do not come out of JSON. */
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

static void put_counts(struct buf *out, const struct family *family,
	const struct metrics_group *group, const struct metrics_count *count, const char *drill)
{
	const struct {
		const char *result;
		size_t count;
	} results[] = {{"pass", count->passed}, {"fail", count->failed}, {"waived", count->waived}};
	for (size_t i = 0; i < 3; i++) {
		buf_printf(
			out, "%s{drill=\"%s\",by=\"%s\",name=\"", family->name, drill, group->by);
		put_label(out, group->name);
		buf_printf(out, "\",result=\"%s\"} %zu\n", results[i].result, results[i].count);
	}
}

static void put_group(struct buf *out, const struct family *family,
	const struct metrics_group *group, const struct metrics_count *count, const char *drill)
{
	if (count->passed + count->failed + count->waived > 0)
		put_counts(out, family, group, count, drill);
}

static void put_compliance(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	for (size_t i = 0; i < part->group_count; i++)
		put_group(out, family, &part->groups[i], &part->groups[i].subjects, drill);
}

static void put_checks(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	for (size_t i = 0; i < part->group_count; i++)
		put_group(out, family, &part->groups[i], &part->groups[i].checks, drill);
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
		} states[] = {{"closed", times->seconds.n}, {"open", times->open},
			{"unusable", times->unusable}};
		for (size_t j = 0; j < 3; j++)
			buf_printf(out, "%s{drill=\"%s\",span=\"%s\",state=\"%s\"} %zu\n",
				family->name, drill, metrics_spans[i], states[j].state,
				states[j].count);
	}
}

static void put_spread(struct buf *out, const struct family *family, const char *drill,
	const char *label, const char *name, const struct metrics_spread *spread)
{
	const struct {
		const char *name;
		double value;
	} figures[] = {{"mean", spread->mean}, {"p50", spread->p50}, {"p95", spread->p95},
		{"max", spread->max}};
	for (size_t j = 0; spread->n > 0 && j < 4; j++)
		buf_printf(out, "%s{drill=\"%s\",%s=\"%s\",figure=\"%s\"} %.6f\n", family->name,
			drill, label, name, figures[j].name, figures[j].value);
}

static void put_seconds(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	for (size_t i = 0; i < METRICS_SPANS; i++)
		put_spread(out, family, drill, "span", metrics_spans[i], &part->times[i].seconds);
}

static void put_longest(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	for (size_t i = 0; i < METRICS_SPANS; i++)
		if (part->times[i].open > 0)
			buf_printf(out, "%s{drill=\"%s\",span=\"%s\"} %.6f\n", family->name, drill,
				metrics_spans[i], part->times[i].longest_open_s);
}

static void put_blast(struct buf *out, const struct family *family, const struct metrics_part *part,
	const char *drill)
{
	for (size_t i = 0; i < METRICS_MEASURES; i++)
		put_spread(out, family, drill, "measure", metrics_measures[i], &part->blast[i]);
}

static void put_actions(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	for (size_t i = 0; i < METRICS_OUTCOMES; i++)
		buf_printf(out, "%s{drill=\"%s\",outcome=\"%s\"} %zu\n", family->name, drill,
			metrics_outcomes[i], part->actions[i]);
}

static void put_dismissed(struct buf *out, const struct family *family,
	const struct metrics_part *part, const char *drill)
{
	buf_printf(out, "%s{drill=\"%s\"} %zu\n", family->name, drill, part->dismissed);
}

static const struct family families[] = {
	{"gabion_decisions_total", "counter", "Decisions in the ledger.", put_decisions},
	{"gabion_decisions_undecided_total", "counter",
		"Decisions with a policy that could not be evaluated.", put_undecided},
	{"gabion_inputs_undecided", "gauge", "Inputs that could not be judged and count as failed.",
		put_undecided_inputs},
	{"gabion_subjects", "gauge", "Subjects by their latest decision.", put_subjects},
	{"gabion_compliance_subjects", "gauge",
		"Subjects that pass, fail, or would fail without a waiver.", put_compliance},
	{"gabion_compliance_checks", "gauge",
		"Policies looked at in latest decisions, by what became of them.", put_checks},
	{"gabion_waivers_open", "gauge", "Waivers in use that have not expired.", put_open_waivers},
	{"gabion_waivers_next_expiry_seconds", "gauge",
		"When the next of them expires, in seconds since 1970.", put_next_expiry},
	{"gabion_incidents", "gauge", "Incidents and drifts by whether a span ended.",
		put_incidents},
	{"gabion_incidents_dismissed", "gauge", "Incidents that were none.", put_dismissed},
	{"gabion_incident_seconds", "gauge", "How long a span took where it ended.", put_seconds},
	{"gabion_incident_longest_open_seconds", "gauge",
		"How long the longest span has been open.", put_longest},
	{"gabion_blast_radius_ratio", "gauge", "Share of workloads reached, over incidents.",
		put_blast},
	{"gabion_actions_total", "counter", "Actions by their outcome.", put_actions},
};

static void put_total(struct buf *out, const char *name, const char *help, uint64_t number)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s counter\n%s ", name, help, name, name);
	buf_put_uint(out, number);
	buf_put_char(out, '\n');
}

/* Without data there is no family at all: a comment without samples is of no use to anybody. */
static void put_nodes(struct buf *out, const struct metrics *metrics)
{
	if (metrics->nodes > 0)
		buf_printf(out,
			"# HELP gabion_nodes Nodes by whether their evidence is fresh.\n"
			"# TYPE gabion_nodes gauge\n"
			"gabion_nodes{fresh=\"true\"} %zu\ngabion_nodes{fresh=\"false\"} %zu\n",
			metrics->fresh_nodes, metrics->nodes - metrics->fresh_nodes);
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
	put_total(out, "gabion_ledger_clock_jumps_total", "Jumps of the clock.",
		metrics->clock_jumps);
	put_nodes(out, metrics);
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct family *family = &families[i];
		buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", family->name, family->help,
			family->name, family->type);
		family->put(out, family, &metrics->parts[METRICS_REAL], "false");
		family->put(out, family, &metrics->parts[METRICS_DRILL], "true");
	}
}
