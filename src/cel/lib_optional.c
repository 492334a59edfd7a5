/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/library.h"
#include "cel/operators.h"

/* Optional values; selection and the macros are the evaluator's. */

static struct value some(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return cel_some(run, arguments[0]);
}

static struct value none(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)arguments, (void)count;
	return cel_none();
}

static bool is_zero(const struct value *v)
{
	switch (v->kind) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
		return !v->boolean;
	case VALUE_INT:
	case VALUE_UINT:
		return v->integer == 0;
	case VALUE_DOUBLE:
		return v->real == 0;
	case VALUE_STRING:
	case VALUE_BYTES:
	case VALUE_LIST:
	case VALUE_MAP:
	case CEL_OPTIONAL:
		return v->count == 0;
	case CEL_DURATION:
		return v->integer == 0 && v->count == 0;
	default:
		return false;
	}
}

static struct value some_non_zero(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return is_zero(&arguments[0]) ? cel_none() : cel_some(run, arguments[0]);
}

static struct value has_value(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_bool(arguments[0].count > 0);
}

static struct value get(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	if (arguments[0].count == 0)
		return cel_fail_at(run, &arguments[0], "optional.none() has no value");
	return *arguments[0].items;
}

static struct value either(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return arguments[0].count > 0 ? arguments[0] : arguments[1];
}

static struct value value_or(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return arguments[0].count > 0 ? *arguments[0].items : arguments[1];
}

static struct value unwrap(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct value *list = &arguments[0];
	struct value *items = ARENA_NEW_ARRAY(cel_run_arena(run), struct value, list->count);
	size_t kept = 0;
	if (!cel_run_work(run, list->count))
		return cel_fail_budget(run);
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *item = &list->items[i];
		if (item->kind != CEL_OPTIONAL)
			return cel_no_overload(run, STR("optional.unwrap"), list, 1);
		if (item->count > 0)
			items[kept++] = *item->items;
	}
	return value_at(value_list(items, kept), list->origin);
}

static const struct cel_overload_row rows[] = {
	{"optional_of", "optional.of(A) -> optional_type(A)", some, NULL, 28},
	{"optional_ofNonZeroValue", "optional.ofNonZeroValue(A) -> optional_type(A)", some_non_zero,
		NULL, 28},
	{"optional_none", "optional.none() -> optional_type(A)", none, NULL, 28},
	{"optional_value", "optional_type(A).value() -> A", get, NULL, 28},
	{"optional_hasValue", "optional_type(A).hasValue() -> bool", has_value, NULL, 28},
	{"optional_or_optional", "optional_type(A).or(optional_type(A)) -> optional_type(A)",
		either, NULL, 28},
	{"optional_orValue_value", "optional_type(A).orValue(A) -> A", value_or, NULL, 28},
	{"optional_unwrap", "optional.unwrap(list(optional_type(A))) -> list(A)", unwrap, NULL, 34},
	{"optional_unwrapOpt", "list(optional_type(A)).unwrapOpt() -> list(A)", unwrap, NULL, 34},
	{"optional_list_index_int", "_[_](optional_type(list(A)), int) -> optional_type(A)",
		cel_index, NULL, 28},
	{"optional_map_index_value", "_[_](optional_type(map(A, B)), A) -> optional_type(B)",
		cel_index, NULL, 28},
	{"list_optindex_optional_int", "_[?_](list(A), int) -> optional_type(A)",
		cel_optional_index, NULL, 28},
	{"optional_list_optindex_optional_int",
		"_[?_](optional_type(list(A)), int) -> optional_type(A)", cel_optional_index, NULL,
		28},
	{"map_optindex_optional_value", "_[?_](map(A, B), A) -> optional_type(B)",
		cel_optional_index, NULL, 28},
	{"optional_map_optindex_optional_value",
		"_[?_](optional_type(map(A, B)), A) -> optional_type(B)", cel_optional_index, NULL,
		28},
};

CEL_LIBRARY(cel_lib_optional, "optional", rows);
