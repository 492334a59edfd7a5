/* SPDX-License-Identifier: Apache-2.0 */
#include "report/metrics_sum.h"

#include <stdlib.h>

static int by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_subjects(const void *a, const void *b)
{
	const struct metrics_subject *first = a, *second = b;
	int order = str_compare(first->key, second->key);
	return order != 0 ? order : by_number(first->number, second->number);
}

void metrics_compact(struct metrics_sum_part *part)
{
	size_t kept = 0;
	if (part->subject_count == 0)
		return;
	qsort(part->subjects, part->subject_count, sizeof(*part->subjects), compare_subjects);
	for (size_t i = 0; i < part->subject_count; i++) {
		bool is_new =
			i == 0 || !str_equal(part->subjects[kept - 1].key, part->subjects[i].key);
		kept += is_new;
		part->subjects[kept - 1] = part->subjects[i];
	}
	part->subject_count = kept;
}

static void count_groups(struct metrics_part *part, const struct metrics_subject *subject)
{
	for (size_t i = 0; i < part->group_count; i++) {
		uint64_t bit = (uint64_t)1 << i;
		struct metrics_group *group = &part->groups[i];
		if (!(subject->member & bit))
			continue;
		if (subject->failed & bit)
			group->failed++;
		else if (subject->waived & bit)
			group->waived++;
		else
			group->passed++;
	}
}

static int compare_waivers(const void *a, const void *b)
{
	const struct metrics_waiver *first = a, *second = b;
	if (first->expires_s != second->expires_s)
		return first->expires_s < second->expires_s ? -1 : 1;
	int order = str_compare(first->id, second->id);
	return order != 0 ? order : str_compare(first->owner, second->owner);
}

static void sum_waivers(
	struct metrics_sum *sum, const struct metrics_sum_part *from, struct metrics_part *part)
{
	struct metrics_waiver *all = NULL;
	size_t count = 0, capacity = 0, kept = 0;
	for (size_t i = 0; i < from->subject_count; i++)
		for (size_t j = 0; j < from->subjects[i].waiver_count; j++) {
			if (from->subjects[i].waivers[j].expires_s <= sum->as_of_s)
				continue;
			if (count == capacity)
				all = arena_grow(sum->arena, all, count, &capacity, sizeof(*all));
			all[count++] = from->subjects[i].waivers[j];
		}
	if (count > 0)
		qsort(all, count, sizeof(*all), compare_waivers);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && compare_waivers(&all[kept - 1], &all[i]) == 0)
			all[kept - 1].subjects++;
		else
			all[kept++] = all[i];
	}
	part->waivers = all;
	part->waiver_count = kept;
}

static int compare_incidents(const void *a, const void *b)
{
	const struct metrics_incident *first = a, *second = b;
	int order = str_compare(first->id, second->id);
	return order != 0 ? order : by_number(first->number, second->number);
}

/* One incident of all its notes: a later one overrides the moments it repeats. */
static void merge_incidents(struct metrics_sum *sum)
{
	size_t kept = 0;
	if (sum->incident_count > 0)
		qsort(sum->incidents, sum->incident_count, sizeof(*sum->incidents),
			compare_incidents);
	for (size_t i = 0; i < sum->incident_count; i++) {
		const struct metrics_incident *next = &sum->incidents[i];
		if (kept == 0 || !str_equal(sum->incidents[kept - 1].id, next->id)) {
			sum->incidents[kept++] = *next;
			continue;
		}
		sum->incidents[kept - 1].drill |= next->drill;
		for (size_t j = 0; j < MOMENTS; j++)
			if (next->moments[j].given)
				sum->incidents[kept - 1].moments[j] = next->moments[j];
	}
	sum->incident_count = kept;
}

static int compare_seconds(const void *a, const void *b)
{
	const int64_t *first = a, *second = b;
	return (*first > *second) - (*first < *second);
}

/* Nearest rank: the smallest of the sorted values that at least that share is not above. */
static int64_t percentile(const int64_t *sorted, size_t n, size_t percent)
{
	return sorted[(n * percent + 99) / 100 - 1];
}

static void sum_times(struct metrics_sum *sum, bool drill, enum metrics_moment begin,
	enum metrics_moment end, struct metrics_times *times)
{
	int64_t *seconds = ARENA_NEW_ARRAY(sum->arena, int64_t, sum->incident_count);
	double total = 0;
	for (size_t i = 0; i < sum->incident_count; i++) {
		const struct metrics_incident *incident = &sum->incidents[i];
		bool begun = incident->moments[begin].given, ended = incident->moments[end].given;
		if (incident->drill != drill)
			continue;
		bool usable = (!begun || incident->moments[begin].valid) &&
			      (!ended || incident->moments[end].valid);
		int64_t took = incident->moments[end].at_s - incident->moments[begin].at_s;
		times->open += begun && !ended && usable;
		times->unusable += (begun || ended) && (!usable || (begun && ended && took < 0));
		if (begun && ended && usable && took >= 0) {
			seconds[times->n++] = took;
			total += (double)took;
		}
	}
	if (times->n == 0)
		return;
	qsort(seconds, times->n, sizeof(*seconds), compare_seconds);
	times->mean_s = total / (double)times->n;
	times->p50_s = percentile(seconds, times->n, 50);
	times->p95_s = percentile(seconds, times->n, 95);
	times->max_s = seconds[times->n - 1];
}

static void sum_part(struct metrics_sum *sum, int which)
{
	struct metrics_sum_part *from = &sum->parts[which];
	struct metrics_part *part = &sum->totals.parts[which];
	static const struct {
		enum metrics_moment begin, end;
	} spans[METRICS_SPANS] = {[TIME_TO_DETECT] = {MOMENT_INDICATOR, MOMENT_DETECTED},
		[TIME_TO_CONTAIN] = {MOMENT_DETECTED, MOMENT_CONTAINED},
		[TIME_TO_RECOVER] = {MOMENT_DETECTED, MOMENT_RECOVERED}};
	memcpy(part->groups, sum->groups, sizeof(sum->groups));
	part->group_count = sum->group_count;
	metrics_compact(from);
	for (size_t i = 0; i < from->subject_count; i++) {
		part->subjects[from->subjects[i].verdict]++;
		sum->totals.unknown_reasons += from->subjects[i].unknown_reasons;
		count_groups(part, &from->subjects[i]);
	}
	sum_waivers(sum, from, part);
	for (size_t i = 0; i < sum->incident_count; i++)
		part->incidents += sum->incidents[i].drill == (which == METRICS_DRILL);
	for (size_t i = 0; i < METRICS_SPANS; i++)
		sum_times(
			sum, which == METRICS_DRILL, spans[i].begin, spans[i].end, &part->times[i]);
}

void metrics_end(struct metrics_sum *sum, struct metrics *ret_metrics)
{
	merge_incidents(sum);
	for (int i = 0; i < METRICS_PARTS; i++)
		sum_part(sum, i);
	*ret_metrics = sum->totals;
}
