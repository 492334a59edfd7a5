/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/sort.h"

#include "base/arena.h"
#include "cel/compare.h"
#include "cel/library.h"

/* Merge the sorted runs [from, middle) and [middle, to). */
static void merge(const void *items, sort_swaps *swaps, const uint32_t *order, size_t from,
	size_t middle, size_t to, uint32_t *ret_merged)
{
	size_t left = from, right = middle;
	for (size_t at = from; at < to; at++) {
		bool take_right =
			left == middle || (right < to && swaps(items, order[left], order[right]));
		ret_merged[at] = order[take_right ? right++ : left++];
	}
}

static size_t at_most(size_t a, size_t b)
{
	return a < b ? a : b;
}

const uint32_t *sort_order(struct arena *arena, const void *items, size_t count, sort_swaps *swaps)
{
	uint32_t *order = ARENA_NEW_ARRAY(arena, uint32_t, count);
	uint32_t *other = ARENA_NEW_ARRAY(arena, uint32_t, count);
	for (size_t i = 0; i < count; i++)
		order[i] = (uint32_t)i;
	for (size_t width = 1; width < count; width *= 2) {
		for (size_t from = 0; from < count; from += 2 * width)
			merge(items, swaps, order, from, at_most(from + width, count),
				at_most(from + 2 * width, count), other);
		uint32_t *merged = other;
		other = order;
		order = merged;
	}
	return order;
}

static bool swaps_values(const void *items, uint32_t a, uint32_t b)
{
	const struct value *values = items;
	return cel_order_values(&values[b], &values[a]) == CEL_LESS;
}

/* About n log n comparisons, each of one unit or of the bytes of a text. */
static uint64_t work_of(const struct value *keys)
{
	uint64_t work = 0, rounds = 1;
	for (uint32_t i = 0; i < keys->count; i++) {
		const struct value *key = &keys->items[i];
		bool has_bytes = key->kind == VALUE_STRING || key->kind == VALUE_BYTES;
		work += has_bytes ? 1 + key->count / 64 : 1;
	}
	while (keys->count >> rounds > 0)
		rounds++;
	return work * rounds;
}

struct value cel_sort_by(struct cel_run *run, const struct value *list, const struct value *keys)
{
	for (uint32_t i = 0; i < keys->count; i++) {
		const struct value *key = &keys->items[i];
		if (key->kind != keys->items[0].kind)
			return cel_fail_at(run, key, "items to be sorted must have the same type");
		if (cel_order_values(key, key) == CEL_INCOMPARABLE)
			return cel_fail_at(run, key, "items to be sorted must be comparable");
	}
	if (!cel_run_work(run, work_of(keys)))
		return cel_fail_budget(run);
	struct arena *arena = cel_run_arena(run);
	const uint32_t *order = sort_order(arena, keys->items, keys->count, swaps_values);
	struct value *sorted = ARENA_NEW_ARRAY(arena, struct value, keys->count);
	for (uint32_t i = 0; i < keys->count; i++)
		sorted[i] = list->items[order[i]];
	return value_list(sorted, keys->count);
}

uint64_t cel_cost_sort_by(const struct value *keys)
{
	double factor = 2;
	if (keys->count > 0 &&
		(keys->items->kind == VALUE_STRING || keys->items->kind == VALUE_BYTES))
		factor += 0.1;
	uint64_t size = keys->count;
	return (uint64_t)((double)(size * size) * factor) + 11;
}
