/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/limits.h"
#include "cel/library.h"
#include "cel/set.h"
#include "cel/sort.h"

/* The lists extension. */

/* One call and one new list. */
enum { COST_NEW_LIST = 11 };

static struct value slice(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	int64_t from = arguments[1].integer, to = arguments[2].integer;
	if (from < 0 || from > to || to > (int64_t)arguments->count)
		return cel_fail_at(run, arguments, "slice(%lld, %lld) of a list of %u items",
			(long long)from, (long long)to, arguments->count);
	if (from == to)
		return value_list(NULL, 0);
	return value_at(
		value_list(arguments->items + from, (size_t)(to - from)), arguments->origin);
}

static uint64_t cost_of_result(
	const struct value *arguments, size_t count, const struct value *result)
{
	(void)arguments, (void)count;
	return cel_size(result) + COST_NEW_LIST;
}

/* What flatten() has found so far. */
struct flat {
	struct cel_run *run;
	struct value *items;
	size_t count, capacity;
};

/* Append the items of list, those of lists in it down to levels; false beyond the budget. */
static bool flatten_into(
	struct flat *flat, const struct value *list, int64_t levels, unsigned depth)
{
	if (depth > LIMIT_CEL_VALUE_DEPTH || !cel_run_work(flat->run, list->count))
		return false;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *item = &list->items[i];
		if (levels > 0 && value_is(item, VALUE_LIST)) {
			if (!flatten_into(flat, item, levels - 1, depth + 1))
				return false;
			continue;
		}
		if (flat->count == flat->capacity)
			flat->items = arena_grow(cel_run_arena(flat->run), flat->items, flat->count,
				&flat->capacity, sizeof(*item));
		flat->items[flat->count++] = *item;
	}
	return true;
}

static struct value flatten(struct cel_run *run, const struct value *arguments, size_t count)
{
	int64_t levels = count > 1 ? arguments[1].integer : 1;
	if (levels < 0)
		return cel_fail_at(run, &arguments[1], "flatten() of a negative number of levels");
	struct flat flat = {.run = run};
	if (!flatten_into(&flat, arguments, levels, 0))
		return cel_fail_budget(run);
	return value_at(value_list(flat.items, flat.count), arguments->origin);
}

/* The API server counts the levels asked for, whether they are there or not. */
static uint64_t cost_flatten(
	const struct value *arguments, size_t count, const struct value *result)
{
	(void)result;
	double levels = count > 1 ? (double)arguments[1].integer : 1;
	double cost = levels * (double)arguments->count;
	return cost < 0x1p62 ? (uint64_t)(cost > 0 ? cost : 0) + COST_NEW_LIST : UINT64_MAX;
}

static struct value distinct(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct value_set set = value_set_new(run, arguments->count);
	struct value *items = ARENA_NEW_ARRAY(cel_run_arena(run), struct value, arguments->count);
	size_t kept = 0;
	for (uint32_t i = 0; i < arguments->count && !set.exhausted; i++)
		if (value_set_add(&set, &arguments->items[i]))
			items[kept++] = arguments->items[i];
	if (set.exhausted)
		return cel_fail_budget(run);
	return value_at(value_list(items, kept), arguments->origin);
}

static uint64_t cost_of_order(
	const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	return cel_cost_sort_by(arguments);
}

static struct value range(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	int64_t end = arguments->integer > 0 ? arguments->integer : 0;
	if (!cel_run_work(run, (uint64_t)end))
		return cel_fail_budget(run);
	struct value *items = ARENA_NEW_ARRAY(cel_run_arena(run), struct value, (size_t)end);
	for (int64_t i = 0; i < end; i++)
		items[i] = value_int(i);
	return value_list(items, (size_t)end);
}

static struct value reverse(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	uint32_t n = arguments->count;
	struct value *items = ARENA_NEW_ARRAY(cel_run_arena(run), struct value, n);
	for (uint32_t i = 0; i < n; i++)
		items[i] = arguments->items[n - 1 - i];
	return value_at(value_list(items, n), arguments->origin);
}

static struct value sort(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return cel_sort_by(run, arguments, arguments);
}

static struct value first(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return arguments->count > 0 ? cel_some(run, arguments->items[0]) : cel_none();
}

static struct value last(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	uint32_t n = arguments->count;
	return n > 0 ? cel_some(run, arguments->items[n - 1]) : cel_none();
}

#define SORT(type) \
	{ \
		"list_" type "_sort", "list(" type ").sort() -> list(" type ")", sort, \
			cost_of_order, 34 \
	}

static const struct cel_overload_row rows[] = {
	{"list_slice", "list(T).slice(int, int) -> list(T)", slice, cost_of_result, 34},
	{"list_flatten", "list(list(T)).flatten() -> list(T)", flatten, cost_flatten, 34},
	{"list_flatten_int", "list(dyn).flatten(int) -> list(dyn)", flatten, cost_of_result,
		CEL_NATIVE_ONLY},
	{"list_flatten_int", "list(dyn).flatten(int) -> list(dyn)", flatten, cost_flatten,
		KUBERNETES_SINCE(34)},
	{"list_distinct", "list(T).distinct() -> list(T)", distinct, cost_of_order, 34},
	{"lists_range", "lists.range(int) -> list(int)", range, cost_of_result, 34},
	{"list_reverse", "list(T).reverse() -> list(T)", reverse, cost_of_result, 34},
	SORT("int"),
	SORT("uint"),
	SORT("double"),
	SORT("bool"),
	SORT("duration"),
	SORT("timestamp"),
	SORT("string"),
	SORT("bytes"),
	{"list_first", "list(T).first() -> optional_type(T)", first, NULL, 34},
	{"list_last", "list(T).last() -> optional_type(T)", last, NULL, 34},
};

CEL_LIBRARY(cel_lib_lists, "lists", rows);
