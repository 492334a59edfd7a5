/* SPDX-License-Identifier: Apache-2.0 */
#include "report/metrics_sum.h"

#include <stdlib.h>

enum { MICROSECONDS = 1000000 };

static int compare_numbers(const void *a, const void *b)
{
	const double *first = a, *second = b;
	return (*first > *second) - (*first < *second);
}

/* Nearest rank: the smallest of the sorted values that at least that share is not above. */
static double percentile(const double *sorted, size_t n, size_t percent)
{
	return sorted[(n * percent + 99) / 100 - 1];
}

/* The sum is taken of the sorted values, so that the order of records does not change a digit. */
static struct metrics_spread spread_of(double *values, size_t n)
{
	double total = 0;
	if (n == 0)
		return (struct metrics_spread){0};
	qsort(values, n, sizeof(*values), compare_numbers);
	for (size_t i = 0; i < n; i++)
		total += values[i];
	return (struct metrics_spread){.n = n,
		.mean = total / (double)n,
		.p50 = percentile(values, n, 50),
		.p95 = percentile(values, n, 95),
		.max = values[n - 1]};
}

static int compare_looks(const void *a, const void *b)
{
	const struct metrics_look *first = a, *second = b;
	if (first->when.at_us != second->when.at_us)
		return first->when.at_us < second->when.at_us ? -1 : 1;
	return (first->number > second->number) - (first->number < second->number);
}

/* From when on every look found that it held. */
static struct metrics_when contained_at(
	struct arena *arena, const struct metrics_incident *incident)
{
	struct metrics_when contained = {0};
	size_t count = 0;
	for (const struct metrics_look *look = incident->looks; look; look = look->next)
		count++;
	struct metrics_look *looks = ARENA_NEW_ARRAY(arena, struct metrics_look, count);
	count = 0;
	for (const struct metrics_look *look = incident->looks; look; look = look->next)
		looks[count++] = *look;
	if (count > 0)
		qsort(looks, count, sizeof(*looks), compare_looks);
	for (size_t i = 0; i < count; i++) {
		if (!looks[i].when.valid)
			return (struct metrics_when){.given = true};
		if (!looks[i].held)
			contained = (struct metrics_when){0};
		else if (!contained.given)
			contained = looks[i].when;
	}
	return contained;
}

static const struct {
	enum metrics_moment begin, end;
	bool is_drift;
} spans[METRICS_SPANS] = {
	[TIME_TO_DETECT] = {MOMENT_INDICATOR, MOMENT_DETECTED, false},
	[TIME_TO_ACKNOWLEDGE] = {MOMENT_DETECTED, MOMENT_ACKNOWLEDGED, false},
	[TIME_TO_RESPOND] = {MOMENT_DETECTED, MOMENT_RESPONDED, false},
	[TIME_TO_CONTAIN] = {MOMENT_DETECTED, MOMENT_CONTAINED, false},
	[TIME_TO_RECOVER] = {MOMENT_DETECTED, MOMENT_RECOVERED, false},
	[TIME_OF_DWELL] = {MOMENT_INDICATOR, MOMENT_CONTAINED, false},
	[TIME_OF_DRIFT] = {MOMENT_INDICATOR, MOMENT_RECOVERED, true},
};

/* What one incident adds to a span: true and the time it took, or a count. */
static bool add_time(const struct metrics_sum *sum, const struct metrics_incident *incident,
	enum metrics_span span, struct metrics_times *times, double *ret_s)
{
	const struct metrics_when *begin = &incident->moments[spans[span].begin];
	const struct metrics_when *end = &incident->moments[spans[span].end];
	bool usable = (!begin->given || begin->valid) && (!end->given || end->valid);
	if (!begin->given && !end->given)
		return false;
	*ret_s = (double)(end->at_us - begin->at_us) / MICROSECONDS;
	if (usable && begin->given && end->given && *ret_s >= 0)
		return true;
	if (usable && begin->given && !end->given && !incident->closed) {
		double open_s = (double)(sum->at_us - begin->at_us) / MICROSECONDS;
		times->open++;
		if (open_s > times->longest_open_s)
			times->longest_open_s = open_s;
		return false;
	}
	/* The end alone says nothing of how long it took. */
	times->unusable += !usable || begin->given;
	return false;
}

static void end_times(struct metrics_sum *sum, int drill, enum metrics_span span, double *values)
{
	const struct metrics_incident *all = sum->incidents.items;
	struct metrics_times *times = &sum->totals.parts[drill].times[span];
	size_t n = 0;
	for (size_t i = 0; i < sum->incidents.count; i++)
		if (all[i].drill == (drill == METRICS_DRILL) && !all[i].dismissed &&
			all[i].is_drift == spans[span].is_drift)
			n += add_time(sum, &all[i], span, times, &values[n]);
	times->seconds = spread_of(values, n);
}

static void end_blast(struct metrics_sum *sum, int drill, double *values)
{
	const struct metrics_incident *all = sum->incidents.items;
	for (size_t measure = 0; measure < METRICS_MEASURES; measure++) {
		size_t n = 0;
		for (size_t i = 0; i < sum->incidents.count; i++)
			if (all[i].drill == (drill == METRICS_DRILL) && !all[i].dismissed &&
				all[i].blast[measure].total > 0)
				values[n++] = (double)all[i].blast[measure].affected /
					      (double)all[i].blast[measure].total;
		sum->totals.parts[drill].blast[measure] = spread_of(values, n);
	}
}

void metrics_end_incidents(struct metrics_sum *sum)
{
	struct metrics_incident *all = sum->incidents.items;
	double *values = ARENA_NEW_ARRAY(sum->arena, double, sum->incidents.count + 1);
	for (size_t i = 0; i < sum->incidents.count; i++) {
		struct metrics_part *part = &sum->totals.parts[all[i].drill];
		part->drifts += all[i].is_drift;
		part->dismissed += all[i].dismissed;
		part->incidents += !all[i].is_drift && !all[i].dismissed;
		all[i].moments[MOMENT_CONTAINED] = contained_at(sum->arena, &all[i]);
	}
	for (int drill = 0; drill < METRICS_PARTS; drill++) {
		for (int span = 0; span < METRICS_SPANS; span++)
			end_times(sum, drill, (enum metrics_span)span, values);
		end_blast(sum, drill, values);
	}
}
