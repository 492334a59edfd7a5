/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"
#include "report/metrics_put.h"
#include "report/words.h"

const char *const metrics_verdicts[METRICS_VERDICTS] = {"allow", "warn", "deny"};
const char *const metrics_outcomes[METRICS_OUTCOMES] = {"done", "failed", "refused"};
const char *const metrics_measures[METRICS_MEASURES] = {"potential", "observed"};
const char *const metrics_spans[METRICS_SPANS] = {[TIME_TO_DETECT] = "detect",
	[TIME_TO_ACKNOWLEDGE] = "acknowledge",
	[TIME_TO_RESPOND] = "respond",
	[TIME_TO_CONTAIN] = "contain",
	[TIME_TO_RECOVER] = "recover",
	[TIME_OF_DWELL] = "dwell",
	[TIME_OF_DRIFT] = "drift"};

static const char *const labels[METRICS_SPANS] = {[TIME_TO_DETECT] = "time to detect",
	[TIME_TO_ACKNOWLEDGE] = "time to acknowledge",
	[TIME_TO_RESPOND] = "time to respond",
	[TIME_TO_CONTAIN] = "time to contain",
	[TIME_TO_RECOVER] = "time to recover",
	[TIME_OF_DWELL] = "dwell time",
	[TIME_OF_DRIFT] = "time to mend drift"};

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

static void put_count(struct buf *out, const struct metrics_count *count)
{
	size_t judged = count->passed + count->failed;
	buf_printf(out, " %7zu %7zu %7zu", count->passed, count->failed, count->waived);
	if (judged == 0)
		buf_puts(out, " no data");
	else
		buf_printf(out, " %5.1f %%", 100 * (double)count->passed / (double)judged);
}

static void put_groups(struct buf *out, const struct metrics_part *part)
{
	buf_puts(out, "                                 subjects                        checks\n"
		      "  compliance                        pass    fail  waived    rate    pass    "
		      "fail  waived    rate\n");
	for (size_t i = 0; i < part->group_count; i++) {
		const struct metrics_group *group = &part->groups[i];
		size_t start = out->len;
		if (group->subjects.passed + group->subjects.failed + group->subjects.waived == 0)
			continue;
		buf_printf(out, "    %-9s ", group->by);
		escape_put(out, MEDIUM_TERMINAL, group->name);
		for (size_t width = out->len - start; width < 32; width++)
			buf_put_char(out, ' ');
		put_count(out, &group->subjects);
		put_count(out, &group->checks);
		buf_put_char(out, '\n');
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
		const struct metrics_spread *spread = &times->seconds;
		buf_printf(out, "  %-20s ", labels[i]);
		if (spread->n == 0)
			buf_puts(out, "no data");
		else
			buf_printf(out, "n %zu, mean %.3f s, p50 %.3f s, p95 %.3f s, max %.3f s",
				spread->n, spread->mean, spread->p50, spread->p95, spread->max);
		if (times->open > 0)
			buf_printf(out, "; %zu still open, the longest for %.0f s", times->open,
				times->longest_open_s);
		if (times->unusable > 0)
			buf_printf(out, "; %zu unusable", times->unusable);
		buf_put_char(out, '\n');
	}
}

static void put_blast(struct buf *out, const struct metrics_part *part)
{
	for (size_t i = 0; i < METRICS_MEASURES; i++) {
		const struct metrics_spread *spread = &part->blast[i];
		buf_printf(out, "  blast radius, %-9s ", metrics_measures[i]);
		if (spread->n == 0)
			buf_puts(out, "no data\n");
		else
			buf_printf(out,
				"n %zu, mean %.1f %%, p50 %.1f %%, p95 %.1f %%, max %.1f %%\n",
				spread->n, 100 * spread->mean, 100 * spread->p50, 100 * spread->p95,
				100 * spread->max);
	}
}

static void put_incidents(struct buf *out, const struct metrics_part *part)
{
	buf_printf(out, "  incidents: %zu", part->incidents);
	if (part->dismissed > 0)
		buf_printf(out, ", and %zu that were none", part->dismissed);
	buf_printf(out, "\n  drifts: %zu\n  actions: %zu done, %zu failed, %zu refused\n",
		part->drifts, part->actions[0], part->actions[1], part->actions[2]);
	put_times(out, part);
	put_blast(out, part);
}

static void put_part(struct buf *out, const char *title, const struct metrics_part *part)
{
	buf_printf(out, "\n%s\n", title);
	if (sum_of(part->decisions) + part->undecided_inputs + part->incidents + part->dismissed +
			part->drifts + sum_of(part->actions) ==
		0) {
		buf_puts(out, "  no data\n");
		return;
	}
	buf_puts(out, "  decisions: ");
	put_verdicts(out, part->decisions);
	if (part->undecided > 0)
		buf_printf(out, ", %zu with a policy that could not be evaluated", part->undecided);
	buf_puts(out, "\n  subjects, by their latest decision: ");
	put_verdicts(out, part->subjects);
	if (part->undecided_inputs > 0)
		buf_printf(out, "\n  inputs that could not be judged, which count as failed: %zu",
			part->undecided_inputs);
	buf_put_char(out, '\n');
	if (sum_of(part->subjects) + part->undecided_inputs > 0)
		put_groups(out, part);
	put_waivers(out, part);
	put_incidents(out, part);
}

static void put_doubts(struct buf *out, const struct metrics *metrics)
{
	const struct {
		uint64_t count;
		const char *what;
	} doubts[] = {
		{metrics->archived, "records in archives, which do not count"},
		{metrics->later, "records behind that moment, which do not count"},
		{metrics->clock_jumps, "jumps of the clock"},
		{metrics->unknown_records, "entries that are no record of gabion"},
		{metrics->unlisted, "latest decisions whose policies no record lists, which count "
				    "by layer alone"},
	};
	for (size_t i = 0; i < sizeof(doubts) / sizeof(doubts[0]); i++)
		if (doubts[i].count > 0)
			buf_printf(out, "\n  %s: %llu", doubts[i].what,
				(unsigned long long)doubts[i].count);
}

static void put_coverage(struct buf *out, const struct metrics *metrics)
{
	buf_puts(out, "\n  coverage: ");
	if (metrics->nodes == 0)
		buf_puts(out, "no data");
	else
		buf_printf(out, "%zu of %zu nodes%s are fresh, %.1f %%", metrics->fresh_nodes,
			metrics->nodes,
			metrics->has_inventory ? " of the inventory" : " ever heard of",
			100 * (double)metrics->fresh_nodes / (double)metrics->nodes);
}

void metrics_put_text(const struct metrics *metrics, struct buf *out)
{
	buf_puts(out, "ledger ");
	escape_put(out, MEDIUM_TERMINAL, metrics->origin);
	buf_printf(out, ": %llu records", (unsigned long long)metrics->records);
	if (metrics->time.len > 0) {
		buf_puts(out, ", as of ");
		escape_put(out, MEDIUM_TERMINAL, metrics->time);
	}
	buf_puts(out, "\n  gaps: ");
	buf_put_uint(out, metrics->gaps);
	if (metrics->gaps > 0)
		buf_printf(out, ", in which %llu records are missing",
			(unsigned long long)metrics->gap_numbers);
	buf_puts(out, "\n  notes: ");
	buf_put_uint(out, metrics->notes);
	put_doubts(out, metrics);
	put_coverage(out, metrics);
	buf_put_char(out, '\n');
	put_part(out, "Real", &metrics->parts[METRICS_REAL]);
	put_part(out, "Drills", &metrics->parts[METRICS_DRILL]);
}
