/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/library.h"
#include "cel/set.h"

/* The sets extension: relations of two lists, whose items may repeat. */

static struct value_set set_of(struct cel_run *run, const struct value *list)
{
	struct value_set set = value_set_new(run, list->count);
	for (uint32_t i = 0; i < list->count && !set.exhausted; i++)
		(void)value_set_add(&set, &list->items[i]);
	return set;
}

/* How many leading items of list are, or are not, in the set. */
static uint32_t leading(struct value_set *set, const struct value *list, bool inside)
{
	uint32_t i = 0;
	while (i < list->count && !set->exhausted && value_set_has(set, &list->items[i]) == inside)
		i++;
	return i;
}

static struct value answer(const struct value_set *set, bool boolean)
{
	return set->exhausted ? cel_fail_budget(set->run) : value_bool(boolean);
}

static struct value contains(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct value_set set = set_of(run, &arguments[0]);
	bool all = leading(&set, &arguments[1], true) == arguments[1].count;
	return answer(&set, all);
}

static struct value equivalent(struct cel_run *run, const struct value *arguments, size_t count)
{
	const struct value swapped[2] = {arguments[1], arguments[0]};
	struct value one_way = contains(run, arguments, count);
	if (cel_is_error(&one_way) || !one_way.boolean)
		return one_way;
	return contains(run, swapped, count);
}

static struct value intersects(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct value_set set = set_of(run, &arguments[0]);
	bool some = leading(&set, &arguments[1], false) < arguments[1].count;
	return answer(&set, some);
}

static uint64_t cost(const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	return 1 + cel_size(&arguments[0]) * cel_size(&arguments[1]);
}

static uint64_t cost_both_ways(
	const struct value *arguments, size_t count, const struct value *result)
{
	return 2 * cost(arguments, count, result) - 1;
}

static const struct cel_overload_row rows[] = {
	{"list_sets_contains_list", "sets.contains(list(T), list(T)) -> bool", contains, cost, 29},
	{"list_sets_equivalent_list", "sets.equivalent(list(T), list(T)) -> bool", equivalent,
		cost_both_ways, 29},
	{"list_sets_intersects_list", "sets.intersects(list(T), list(T)) -> bool", intersects, cost,
		29},
};

CEL_LIBRARY(cel_lib_sets, "sets", rows);
