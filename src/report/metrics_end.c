/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "cel/datetime.h"
#include "policy/decide.h"
#include "report/metrics_put.h"
#include "report/metrics_sum.h"
#include "report/metrics_undecided.h"

#include <stdlib.h>

enum { MICROSECONDS = 1000000 };

/* The next of "0-12,14": 1; 0 at the end; -1 for what is none. */
static int next_range(struct str *rest, size_t total, size_t *ret_first, size_t *ret_last)
{
	struct str part, first;
	uint64_t from, to;
	if (rest->len == 0)
		return 0;
	size_t comma = str_find_char(*rest, ',');
	part = str_slice(*rest, 0, comma == SIZE_MAX ? rest->len : comma);
	*rest = comma == SIZE_MAX ? STR("") : str_slice(*rest, comma + 1, rest->len);
	size_t dash = str_find_char(part, '-');
	first = str_slice(part, 0, dash == SIZE_MAX ? part.len : dash);
	if (!number_parse_uint(first, 10, &from))
		return -1;
	to = from;
	if (dash != SIZE_MAX && !number_parse_uint(str_slice(part, dash + 1, part.len), 10, &to))
		return -1;
	if (from > to || to >= total)
		return -1;
	*ret_first = from;
	*ret_last = to;
	return 1;
}

static bool mark(struct str ranges, unsigned char bit, size_t total, unsigned char *results)
{
	size_t first = 0, last = 0;
	int found;
	while ((found = next_range(&ranges, total, &first, &last)) == 1)
		for (size_t i = first; i <= last; i++)
			results[i] |= bit;
	return found == 0;
}

const struct metrics_catalogue *metrics_results(const struct metrics_sum *sum,
	const struct metrics_subject *subject, unsigned char *ret_results)
{
	const struct metrics_catalogue *all = sum->catalogues.items;
	size_t number = names_find(&sum->digest_names, subject->digest);
	if (!subject->listed || number == SIZE_MAX)
		return NULL;
	const struct metrics_catalogue *catalogue = &all[number];
	size_t total = catalogue->total;
	memset(ret_results, 0, total);
	bool told = catalogue->known == total &&
		    mark(subject->applied, POLICY_APPLIED, total, ret_results) &&
		    mark(subject->failed, POLICY_FAILED, total, ret_results) &&
		    mark(subject->waived, POLICY_WAIVED, total, ret_results);
	return told ? catalogue : NULL;
}

static void count_check(struct metrics_part *part, uint64_t groups, unsigned result)
{
	for (uint64_t rest = groups; rest != 0; rest &= rest - 1) {
		struct metrics_count *checks = &part->groups[__builtin_ctzll(rest)].checks;
		if (result & POLICY_FAILED)
			checks->failed++;
		else if (result & POLICY_WAIVED)
			checks->waived++;
		else
			checks->passed++;
	}
}

struct membership {
	uint64_t member, failed, waived;
};

static void count_subject(struct metrics_part *part, const struct membership *in)
{
	for (uint64_t rest = in->member; rest != 0; rest &= rest - 1) {
		int group = __builtin_ctzll(rest);
		struct metrics_count *subjects = &part->groups[group].subjects;
		if (in->failed >> group & 1)
			subjects->failed++;
		else if (in->waived >> group & 1)
			subjects->waived++;
		else
			subjects->passed++;
	}
}

/* Which policies these were nobody knows; what became of the subject is known. Reasons that a
 * record does not list may all be failures. */
static struct membership by_layer(const struct metrics_subject *subject)
{
	uint64_t bit = (uint64_t)1 << subject->layer;
	return (struct membership){.member = bit,
		.failed = subject->fails ? bit : 0,
		.waived = subject->waiver_count > 0 ? bit : 0};
}

static struct membership by_policies(struct metrics_part *part,
	const struct metrics_catalogue *catalogue, const unsigned char *results)
{
	struct membership in = {0};
	for (size_t i = 0; i < catalogue->total; i++) {
		uint64_t groups = catalogue->policies[i].groups;
		if (results[i] == 0)
			continue;
		count_check(part, groups, results[i]);
		in.member |= groups;
		in.failed |= results[i] & POLICY_FAILED ? groups : 0;
		in.waived |= results[i] & POLICY_WAIVED ? groups : 0;
	}
	return in;
}

static void end_subjects(struct metrics_sum *sum)
{
	unsigned char results[LIMIT_CATALOGUE_POLICIES];
	const struct metrics_subject *all = sum->subjects.items;
	for (int i = 0; i < METRICS_PARTS; i++) {
		memcpy(sum->totals.parts[i].groups, sum->groups, sizeof(sum->groups));
		sum->totals.parts[i].group_count = sum->group_count;
	}
	for (size_t i = 0; i < sum->subjects.count; i++) {
		struct metrics_part *part = &sum->totals.parts[all[i].drill];
		const struct metrics_catalogue *catalogue = metrics_results(sum, &all[i], results);
		struct membership in =
			catalogue ? by_policies(part, catalogue, results) : by_layer(&all[i]);
		part->subjects[all[i].verdict]++;
		sum->totals.unlisted += catalogue == NULL;
		count_subject(part, &in);
	}
}

int metrics_compare_waivers(const void *a, const void *b)
{
	const struct metrics_waiver *first = a, *second = b;
	if (first->expires_s != second->expires_s)
		return first->expires_s < second->expires_s ? -1 : 1;
	int order = str_compare(first->id, second->id);
	return order != 0 ? order : str_compare(first->owner, second->owner);
}

static void end_waivers(struct metrics_sum *sum, int drill)
{
	struct metrics_part *part = &sum->totals.parts[drill];
	const struct metrics_subject *subjects = sum->subjects.items;
	struct metrics_waiver *all = NULL;
	size_t count = 0, capacity = 0, kept = 0;
	for (size_t i = 0; i < sum->subjects.count; i++)
		for (size_t j = 0; subjects[i].drill == drill && j < subjects[i].waiver_count;
			j++) {
			if (subjects[i].waivers[j].expires_s * MICROSECONDS <= sum->at_us)
				continue;
			if (count == capacity)
				all = arena_grow(sum->arena, all, count, &capacity, sizeof(*all));
			all[count++] = subjects[i].waivers[j];
		}
	if (count > 0)
		qsort(all, count, sizeof(*all), metrics_compare_waivers);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && metrics_compare_waivers(&all[kept - 1], &all[i]) == 0)
			all[kept - 1].subjects++;
		else
			all[kept++] = all[i];
	}
	part->waivers = all;
	part->waiver_count = kept;
}

/* Fresh: heard of within twice the interval its heartbeats promise. */
static void end_coverage(struct metrics_sum *sum)
{
	const struct metrics_node *nodes = sum->nodes.items;
	sum->totals.has_inventory = sum->inventory > 0;
	for (size_t i = 0; i < sum->nodes.count; i++) {
		const struct metrics_node *node = &nodes[i];
		bool counts = sum->inventory > 0 ? node->inventory == sum->inventory : node->beats;
		sum->totals.nodes += counts;
		sum->totals.fresh_nodes += counts && node->beats &&
					   sum->at_us - node->seen_us <= 2 * node->interval_us;
	}
}

struct str metrics_print_moment(struct arena *arena, int64_t at_us)
{
	struct time_civil at = time_civil_from_seconds(time_floor_div(at_us, MICROSECONDS));
	return str_format(arena, "%04d-%02u-%02uT%02u:%02u:%02u.%06uZ", (int)at.year, at.month,
		at.day, at.hour, at.minute, at.second, (unsigned)(at_us % MICROSECONDS));
}

void metrics_end(struct metrics_sum *sum, struct metrics *ret_metrics)
{
	bool is_empty = sum->at_us == METRICS_AT_END && sum->last_us == 0;
	if (sum->at_us == METRICS_AT_END)
		sum->at_us = sum->last_us;
	sum->totals.time = is_empty ? STR("") : metrics_print_moment(sum->arena, sum->at_us);
	end_subjects(sum);
	metrics_end_undecided(sum);
	end_coverage(sum);
	for (int i = 0; i < METRICS_PARTS; i++)
		end_waivers(sum, i);
	metrics_end_incidents(sum);
	*ret_metrics = sum->totals;
}
