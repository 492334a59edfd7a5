/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/function.h"

/** Whether item b must stand before item a, which comes first now. */
typedef bool sort_swaps(const void *items, uint32_t a, uint32_t b);

/** The indices 0..count-1 in the order of the items, equal ones as they were; in arena, O(n log n)
 * whatever the items are. */
const uint32_t *sort_order(struct arena *arena, const void *items, size_t count, sort_swaps *swaps);

/**
 * The list arranged by its keys, as sort() and sortBy() do: keys has as many items as list. Fails
 * when keys are of different types or of one without order. Source: cel-go ext, lists.
 */
struct value cel_sort_by(struct cel_run *run, const struct value *list, const struct value *keys);

/** The API server's cost of that call, from the list of keys. */
uint64_t cel_cost_sort_by(const struct value *keys);
