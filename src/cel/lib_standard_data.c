/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "cel/cel.h"
#include "cel/compare.h"
#include "cel/library.h"
#include "cel/operators.h"
#include "data/map.h"

/* Comparison, membership, size and element access. */

/* Runs an equality on what is left of the budget for hidden work. */
static bool equal(
	struct cel_run *run, const struct value *a, const struct value *b, bool *ret_equal)
{
	struct cel_effort effort = {.left = LIMIT_CEL_FREE_WORK};
	*ret_equal = cel_equal_within(a, b, &effort);
	return cel_run_work(run, effort.spent) && !effort.exceeded;
}

static struct value too_deep(struct cel_run *run)
{
	return cel_fail(run, "the values are too large or too deeply nested to be compared");
}

/* Whether two numbers are compared as cel-go does, with loss. */
static bool is_rounded(const struct cel_run *run, const struct value *pair)
{
	return cel_run_kubernetes(run) && value_is_number(&pair[0]) && value_is_number(&pair[1]);
}

static struct value equals(struct cel_run *run, const struct value *pair, bool wanted)
{
	bool same;
	if (is_rounded(run, pair))
		same = cel_order_rounded(&pair[0], &pair[1]) == CEL_EQUAL;
	else if (!equal(run, &pair[0], &pair[1], &same))
		return too_deep(run);
	return value_bool(same == wanted);
}

struct value cel_equals(struct cel_run *run, const struct value *pair, size_t count)
{
	(void)count;
	return equals(run, pair, true);
}

struct value cel_not_equals(struct cel_run *run, const struct value *pair, size_t count)
{
	(void)count;
	return equals(run, pair, false);
}

struct value cel_compare(
	struct cel_run *run, const struct value *pair, unsigned set, const char *name)
{
	enum cel_order order = is_rounded(run, pair) ? cel_order_rounded(&pair[0], &pair[1])
						     : cel_order_values(&pair[0], &pair[1]);
	if (order == CEL_INCOMPARABLE)
		return cel_no_overload(run, str_from(name), pair, 2);
	return value_bool(set >> (order + 1) & 1);
}

struct value cel_less(struct cel_run *run, const struct value *pair, size_t count)
{
	(void)count;
	return cel_compare(run, pair, CEL_SET_LESS, "_<_");
}

struct value cel_less_equals(struct cel_run *run, const struct value *pair, size_t count)
{
	(void)count;
	return cel_compare(run, pair, CEL_SET_LESS | CEL_SET_EQUAL, "_<=_");
}

struct value cel_greater(struct cel_run *run, const struct value *pair, size_t count)
{
	(void)count;
	return cel_compare(run, pair, CEL_SET_GREATER, "_>_");
}

struct value cel_greater_equals(struct cel_run *run, const struct value *pair, size_t count)
{
	(void)count;
	return cel_compare(run, pair, CEL_SET_GREATER | CEL_SET_EQUAL, "_>=_");
}

static struct value in_list(struct cel_run *run, const struct value *pair)
{
	const struct value *list = &pair[1];
	bool same;
	for (uint32_t i = 0; i < list->count; i++) {
		if (!equal(run, &pair[0], &list->items[i], &same))
			return too_deep(run);
		if (same)
			return value_bool(true);
	}
	return value_bool(false);
}

struct value cel_in(struct cel_run *run, const struct value *pair, size_t count)
{
	if (pair[1].kind == VALUE_LIST)
		return in_list(run, pair);
	if (pair[1].kind == VALUE_MAP)
		return value_bool(map_find(&pair[1], &pair[0]) != NULL);
	return cel_no_overload(run, STR("@in"), pair, count);
}

struct value cel_size_of(struct cel_run *run, const struct value *arguments, size_t count)
{
	const struct value *v = &arguments[0];
	if (v->kind < VALUE_STRING || v->kind > VALUE_MAP)
		return cel_no_overload(run, STR("size"), arguments, count);
	bool scanned = v->kind == VALUE_STRING && !(v->flags & VALUE_ASCII);
	if (scanned && !cel_run_work(run, v->count / 16))
		return cel_fail_budget(run);
	return value_at(value_int((int64_t)cel_size(v)), v->origin);
}

/* The position a number means in a list: any kind of number that is a whole one. */
static bool list_position(const struct value *index, int64_t *ret_position)
{
	if (index->kind == VALUE_INT)
		*ret_position = index->integer;
	else if (index->kind == VALUE_UINT && index->natural <= INT64_MAX)
		*ret_position = index->integer;
	else if (index->kind == VALUE_DOUBLE && index->real >= 0 && index->real < 0x1p32 &&
		 index->real == (double)(int64_t)index->real)
		*ret_position = (int64_t)index->real;
	else
		return false;
	return true;
}

static bool is_key_kind(const struct value *key)
{
	return key->kind == VALUE_BOOL || key->kind == VALUE_STRING || value_is_number(key);
}

struct value cel_missing_element(
	struct cel_run *run, const struct value *from, const struct value *index)
{
	if (from->kind == VALUE_LIST)
		return cel_fail_at(
			run, from, "index out of bounds: the list has %u items", from->count);
	char room[64];
	struct buf text;
	buf_init_fixed(&text, room, sizeof(room));
	cel_print(index, &text);
	return cel_fail_at(run, from, "no such key: %.*s", STR_ARGS(buf_str(&text)));
}

const struct value *cel_element(
	const struct value *from, const struct value *index, bool *ret_sensible)
{
	*ret_sensible = true;
	int64_t position;
	if (from->kind == VALUE_MAP && is_key_kind(index)) {
		const struct value_entry *entry = map_find(from, index);
		return entry ? &entry->value : NULL;
	}
	if (from->kind == VALUE_LIST && list_position(index, &position)) {
		bool inside = position >= 0 && position < from->count;
		return inside ? &from->items[position] : NULL;
	}
	*ret_sensible = false;
	return NULL;
}

struct value cel_optional_index(struct cel_run *run, const struct value *pair, size_t count)
{
	const struct value *from = &pair[0];
	if (from->kind == CEL_OPTIONAL && from->count == 0)
		return *from;
	if (from->kind == CEL_OPTIONAL)
		from = from->items;
	bool sensible;
	const struct value *found = cel_element(from, &pair[1], &sensible);
	if (found)
		return cel_some(run, *found);
	if (sensible || cel_run_kubernetes(run))
		return value_at(cel_none(), from->origin);
	return cel_no_overload(run, STR("_[?_]"), pair, count);
}

struct value cel_index(struct cel_run *run, const struct value *pair, size_t count)
{
	if (pair[0].kind == CEL_OPTIONAL)
		return cel_optional_index(run, pair, count);
	bool sensible;
	const struct value *found = cel_element(&pair[0], &pair[1], &sensible);
	if (found)
		return *found;
	return sensible ? cel_missing_element(run, &pair[0], &pair[1])
			: cel_no_overload(run, STR("_[_]"), pair, count);
}
