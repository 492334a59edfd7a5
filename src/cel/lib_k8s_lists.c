/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "cel/cel.h"
#include "cel/compare.h"
#include "cel/datetime.h"
#include "cel/library.h"

/* Kubernetes' lists library. */

/* Pay for reading a whole list, texts included. */
static bool pay(struct cel_run *run, const struct value *list)
{
	uint64_t work = list->count;
	for (uint32_t i = 0; i < list->count; i++) {
		uint8_t kind = list->items[i].kind;
		work += kind == VALUE_STRING || kind == VALUE_BYTES ? list->items[i].count / 64 : 0;
	}
	return cel_run_work(run, work);
}

static struct value is_sorted(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	if (!pay(run, arguments))
		return cel_fail_budget(run);
	for (uint32_t i = 0; i < arguments->count; i++) {
		const struct value *item = &arguments->items[i];
		enum cel_order order = cel_order_values(i > 0 ? item - 1 : item, item);
		if (order == CEL_INCOMPARABLE)
			return cel_fail_overload(run, item);
		if (order == CEL_GREATER)
			return value_bool(false);
	}
	return value_bool(true);
}

/* Add the next item to a sum of its kind; false on overflow. */
static bool add(struct value *sum, const struct value *item)
{
	int64_t a, b;
	switch (sum->kind) {
	case VALUE_INT:
		return !__builtin_add_overflow(sum->integer, item->integer, &sum->integer);
	case VALUE_UINT:
		return !__builtin_add_overflow(sum->natural, item->natural, &sum->natural);
	case VALUE_DOUBLE:
		sum->real += item->real;
		return true;
	default:
		if (!time_duration_nanos(sum, &a) || !time_duration_nanos(item, &b) ||
			__builtin_add_overflow(a, b, &a))
			return false;
		int64_t seconds = time_floor_div(a, TIME_NANOS_PER_SECOND);
		uint32_t nanos = (uint32_t)(a - seconds * TIME_NANOS_PER_SECOND);
		return time_make_duration(seconds, nanos, sum);
	}
}

static struct value sum_from(struct cel_run *run, const struct value *list, struct value zero)
{
	if (!cel_run_work(run, list->count))
		return cel_fail_budget(run);
	struct value sum = zero;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *item = &list->items[i];
		if (i == 0)
			sum.kind = item->kind;
		bool summable = value_is_number(item) || item->kind == CEL_DURATION;
		if (!summable || item->kind != sum.kind)
			return cel_fail_overload(run, item);
		if (!add(&sum, item))
			return cel_fail_at(run, item, "the sum overflows");
	}
	return sum;
}

#define SUM(name, ...) \
	static struct value name(struct cel_run *run, const struct value *arguments, size_t count) \
	{ \
		(void)count; \
		return sum_from(run, arguments, __VA_ARGS__); \
	}

SUM(sum_int, value_int(0))
SUM(sum_uint, value_uint(0))
SUM(sum_double, value_double(0))
SUM(sum_duration, (struct value){.kind = CEL_DURATION})

static struct value outermost(
	struct cel_run *run, const struct value *list, enum cel_order wanted, const char *name)
{
	if (list->count == 0)
		return cel_fail_at(run, list, "%s() called on an empty list", name);
	if (!pay(run, list))
		return cel_fail_budget(run);
	const struct value *found = list->items;
	for (uint32_t i = 0; i < list->count; i++) {
		enum cel_order order = cel_order_values(&list->items[i], found);
		if (order == CEL_INCOMPARABLE)
			return cel_fail_overload(run, &list->items[i]);
		if (order == wanted)
			found = &list->items[i];
	}
	return *found;
}

static struct value min(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return outermost(run, arguments, CEL_LESS, "min");
}

static struct value max(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return outermost(run, arguments, CEL_GREATER, "max");
}

/* Whether a and b are equal, paid for from the budget; *exhausted when it was not enough. */
static bool equals(
	struct cel_run *run, const struct value *a, const struct value *b, bool *exhausted)
{
	struct cel_effort effort = {.left = LIMIT_DATA_NODES};
	bool equal = cel_equal_within(a, b, &effort);
	*exhausted = effort.exceeded || !cel_run_work(run, 1 + effort.spent);
	return equal;
}

/* The index of the first item equal to v, coming from either end, as an int; or -1, or an error. */
static struct value search(
	struct cel_run *run, const struct value *list, const struct value *v, bool backwards)
{
	bool exhausted = false;
	for (uint32_t i = 0; i < list->count && !exhausted; i++) {
		uint32_t at = backwards ? list->count - 1 - i : i;
		if (equals(run, &list->items[at], v, &exhausted) && !exhausted)
			return value_int(at);
	}
	return exhausted ? cel_fail_budget(run) : value_int(-1);
}

static struct value index_of(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return search(run, &arguments[0], &arguments[1], false);
}

static struct value last_index_of(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return search(run, &arguments[0], &arguments[1], true);
}

/* Of a list, whether it has the item; anything else includes what it equals. */
static struct value includes(struct cel_run *run, const struct value *arguments, size_t count)
{
	if (!value_is(&arguments[0], VALUE_LIST))
		return value_bool(cel_equal(&arguments[0], &arguments[1]));
	struct value index = index_of(run, arguments, count);
	return cel_is_error(&index) ? index : value_bool(index.integer >= 0);
}

#define ROW(id, signature, call, since) \
	{ \
		id, signature, call, cel_cost_traverse, KUBERNETES_SINCE(since) \
	}

#define COMPARABLE(type) \
	ROW("list_" type "_is_sorted_bool", "list(" type ").isSorted() -> bool", is_sorted, 0), \
		ROW("list_" type "_min_" type, "list(" type ").min() -> " type, min, 0), \
		ROW("list_" type "_max_" type, "list(" type ").max() -> " type, max, 0)

static const struct cel_overload_row rows[] = {
	COMPARABLE("int"),
	COMPARABLE("uint"),
	COMPARABLE("double"),
	COMPARABLE("bool"),
	COMPARABLE("duration"),
	COMPARABLE("timestamp"),
	COMPARABLE("string"),
	COMPARABLE("bytes"),
	ROW("list_int_sum_int", "list(int).sum() -> int", sum_int, 0),
	ROW("list_uint_sum_uint", "list(uint).sum() -> uint", sum_uint, 0),
	ROW("list_double_sum_double", "list(double).sum() -> double", sum_double, 0),
	ROW("list_duration_sum_duration", "list(duration).sum() -> duration", sum_duration, 0),
	ROW("list_a_index_of_int", "list(A).indexOf(A) -> int", index_of, 0),
	ROW("list_a_last_index_of_int", "list(A).lastIndexOf(A) -> int", last_index_of, 0),
	ROW("includes", "dyn.includes(dyn) -> bool", includes, 37),
};

CEL_LIBRARY(cel_lib_k8s_lists, "lists of Kubernetes", rows);
