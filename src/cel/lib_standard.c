/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/lib_standard.h"

#include "base/arena.h"
#include "cel/library.h"
#include "cel/operators.h"
#include "cel/regex.h"

/* The standard definitions of the specification; its ids are those of cel-go. */

static struct value starts_with(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_bool(str_starts_with(value_str(&arguments[0]), value_str(&arguments[1])));
}

static struct value ends_with(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_bool(str_ends_with(value_str(&arguments[0]), value_str(&arguments[1])));
}

static struct value contains(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	size_t at = str_find(value_str(&arguments[0]), value_str(&arguments[1]), 0);
	return value_bool(at != SIZE_MAX);
}

static struct value matches(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct cel_regex regex;
	struct value error;
	if (!cel_regex_open(run, &arguments[1], &regex, &error))
		return error;
	struct cel_regex_match match = {.wanted = 0};
	bool done = cel_regex_search(run, regex.pattern, value_str(arguments), 0, &match);
	cel_regex_close(&regex);
	return done ? value_bool(match.found) : cel_fail_budget(run);
}

uint64_t cel_cost_shorter(const struct value *a, const struct value *b)
{
	/* The shorter of two is all that counts: no need to count the code points of a long one. */
	uint64_t size = cel_size(a);
	if (b->kind == VALUE_STRING && b->count / 4 >= size)
		return cel_cost_tenth(size);
	uint64_t other = cel_size(b);
	return cel_cost_tenth(size < other ? size : other);
}

uint64_t cel_cost_joined(const struct value *a, const struct value *b)
{
	return cel_cost_tenth(cel_size(a) + cel_size(b));
}

static uint64_t cost_shorter(
	const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	return cel_cost_shorter(&arguments[0], &arguments[1]);
}

static uint64_t cost_joined(const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	return cel_cost_joined(&arguments[0], &arguments[1]);
}

static uint64_t cost_list(const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	return cel_size(&arguments[1]);
}

static uint64_t cost_contains(
	const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	return cel_cost_tenth(cel_size(&arguments[0])) * cel_cost_tenth(cel_size(&arguments[1]));
}

#define COMPARISON(word, op, call) \
	{word "_bool", op "(bool, bool) -> bool", call, NULL, 0}, \
		{word "_int64", op "(int, int) -> bool", call, NULL, 0}, \
		{word "_int64_double", op "(int, double) -> bool", call, NULL, 28}, \
		{word "_int64_uint64", op "(int, uint) -> bool", call, NULL, 28}, \
		{word "_uint64", op "(uint, uint) -> bool", call, NULL, 0}, \
		{word "_uint64_double", op "(uint, double) -> bool", call, NULL, 28}, \
		{word "_uint64_int64", op "(uint, int) -> bool", call, NULL, 28}, \
		{word "_double", op "(double, double) -> bool", call, NULL, 0}, \
		{word "_double_int64", op "(double, int) -> bool", call, NULL, 28}, \
		{word "_double_uint64", op "(double, uint) -> bool", call, NULL, 28}, \
		{word "_string", op "(string, string) -> bool", call, cost_shorter, 0}, \
		{word "_bytes", op "(bytes, bytes) -> bool", call, cost_shorter, 0}, \
		{word "_timestamp", op "(timestamp, timestamp) -> bool", call, NULL, 0}, \
	{ \
		word "_duration", op "(duration, duration) -> bool", call, NULL, 0 \
	}

/* A selector of timestamps: in UTC, and in a zone. */
#define SELECTOR(id, name, call) \
	{id, "timestamp." name "() -> int", call, NULL, 0}, \
	{ \
		id "_with_tz", "timestamp." name "(string) -> int", call, NULL, 0 \
	}

static const struct cel_overload_row rows[] = {
	{"logical_not", "!_(bool) -> bool", cel_not, NULL, 0},
	{"equals", "_==_(A, A) -> bool", cel_equals, cost_shorter, 0},
	{"not_equals", "_!=_(A, A) -> bool", cel_not_equals, cost_shorter, 0},
	{"add_bytes", "_+_(bytes, bytes) -> bytes", cel_add, cost_joined, 0},
	{"add_double", "_+_(double, double) -> double", cel_add, NULL, 0},
	{"add_duration_duration", "_+_(duration, duration) -> duration", cel_add, NULL, 0},
	{"add_duration_timestamp", "_+_(duration, timestamp) -> timestamp", cel_add, NULL, 0},
	{"add_timestamp_duration", "_+_(timestamp, duration) -> timestamp", cel_add, NULL, 0},
	{"add_int64", "_+_(int, int) -> int", cel_add, NULL, 0},
	{"add_list", "_+_(list(A), list(A)) -> list(A)", cel_add, NULL, 0},
	{"add_string", "_+_(string, string) -> string", cel_add, cost_joined, 0},
	{"add_uint64", "_+_(uint, uint) -> uint", cel_add, NULL, 0},
	{"divide_double", "_/_(double, double) -> double", cel_divide, NULL, 0},
	{"divide_int64", "_/_(int, int) -> int", cel_divide, NULL, 0},
	{"divide_uint64", "_/_(uint, uint) -> uint", cel_divide, NULL, 0},
	{"modulo_int64", "_%_(int, int) -> int", cel_modulo, NULL, 0},
	{"modulo_uint64", "_%_(uint, uint) -> uint", cel_modulo, NULL, 0},
	{"multiply_double", "_*_(double, double) -> double", cel_multiply, NULL, 0},
	{"multiply_int64", "_*_(int, int) -> int", cel_multiply, NULL, 0},
	{"multiply_uint64", "_*_(uint, uint) -> uint", cel_multiply, NULL, 0},
	{"negate_double", "-_(double) -> double", cel_negate, NULL, 0},
	{"negate_int64", "-_(int) -> int", cel_negate, NULL, 0},
	{"subtract_double", "_-_(double, double) -> double", cel_subtract, NULL, 0},
	{"subtract_duration_duration", "_-_(duration, duration) -> duration", cel_subtract, NULL,
		0},
	{"subtract_int64", "_-_(int, int) -> int", cel_subtract, NULL, 0},
	{"subtract_timestamp_duration", "_-_(timestamp, duration) -> timestamp", cel_subtract, NULL,
		0},
	{"subtract_timestamp_timestamp", "_-_(timestamp, timestamp) -> duration", cel_subtract,
		NULL, 0},
	{"subtract_uint64", "_-_(uint, uint) -> uint", cel_subtract, NULL, 0},
	COMPARISON("less", "_<_", cel_less),
	COMPARISON("less_equals", "_<=_", cel_less_equals),
	COMPARISON("greater", "_>_", cel_greater),
	COMPARISON("greater_equals", "_>=_", cel_greater_equals),
	{"index_list", "_[_](list(A), int) -> A", cel_index, NULL, 0},
	{"index_map", "_[_](map(A, B), A) -> B", cel_index, NULL, 0},
	{"in_list", "@in(A, list(A)) -> bool", cel_in, cost_list, 0},
	{"in_map", "@in(A, map(A, B)) -> bool", cel_in, NULL, 0},
	{"size_bytes", "size(bytes) -> int", cel_size_of, NULL, 0},
	{"bytes_size", "bytes.size() -> int", cel_size_of, NULL, 0},
	{"size_list", "size(list(A)) -> int", cel_size_of, NULL, 0},
	{"list_size", "list(A).size() -> int", cel_size_of, NULL, 0},
	{"size_map", "size(map(A, B)) -> int", cel_size_of, NULL, 0},
	{"map_size", "map(A, B).size() -> int", cel_size_of, NULL, 0},
	{"size_string", "size(string) -> int", cel_size_of, NULL, 0},
	{"string_size", "string.size() -> int", cel_size_of, NULL, 0},
	{"type", "type(A) -> type(A)", cel_convert_type, NULL, 0},
	{"to_dyn", "dyn(A) -> dyn", cel_convert_same, NULL, 0},
	{"bool_to_bool", "bool(bool) -> bool", cel_convert_same, NULL, 0},
	{"string_to_bool", "bool(string) -> bool", cel_convert_bool, NULL, 0},
	{"bytes_to_bytes", "bytes(bytes) -> bytes", cel_convert_same, NULL, 0},
	{"string_to_bytes", "bytes(string) -> bytes", cel_convert_bytes, cel_cost_read, 0},
	{"double_to_double", "double(double) -> double", cel_convert_same, NULL, 0},
	{"int64_to_double", "double(int) -> double", cel_convert_double, NULL, 0},
	{"string_to_double", "double(string) -> double", cel_convert_double, NULL, 0},
	{"uint64_to_double", "double(uint) -> double", cel_convert_double, NULL, 0},
	{"duration_to_duration", "duration(duration) -> duration", cel_convert_same, NULL, 0},
	{"int64_to_duration", "duration(int) -> duration", cel_convert_duration, NULL,
		KUBERNETES_SINCE(0)},
	{"string_to_duration", "duration(string) -> duration", cel_convert_duration, NULL, 0},
	{"int64_to_int64", "int(int) -> int", cel_convert_same, NULL, 0},
	{"double_to_int64", "int(double) -> int", cel_convert_int, NULL, 0},
	{"duration_to_int64", "int(duration) -> int", cel_convert_int, NULL, 0},
	{"string_to_int64", "int(string) -> int", cel_convert_int, NULL, 0},
	{"timestamp_to_int64", "int(timestamp) -> int", cel_convert_int, NULL, 0},
	{"uint64_to_int64", "int(uint) -> int", cel_convert_int, NULL, 0},
	{"string_to_string", "string(string) -> string", cel_convert_same, NULL, 0},
	{"bool_to_string", "string(bool) -> string", cel_convert_string, NULL, 0},
	{"bytes_to_string", "string(bytes) -> string", cel_convert_string, cel_cost_read, 0},
	{"double_to_string", "string(double) -> string", cel_convert_string, NULL, 0},
	{"duration_to_string", "string(duration) -> string", cel_convert_string, NULL, 0},
	{"int64_to_string", "string(int) -> string", cel_convert_string, NULL, 0},
	{"timestamp_to_string", "string(timestamp) -> string", cel_convert_string, NULL, 0},
	{"uint64_to_string", "string(uint) -> string", cel_convert_string, NULL, 0},
	{"timestamp_to_timestamp", "timestamp(timestamp) -> timestamp", cel_convert_same, NULL, 0},
	{"int64_to_timestamp", "timestamp(int) -> timestamp", cel_convert_timestamp, NULL, 0},
	{"string_to_timestamp", "timestamp(string) -> timestamp", cel_convert_timestamp, NULL, 0},
	{"uint64_to_uint64", "uint(uint) -> uint", cel_convert_same, NULL, 0},
	{"double_to_uint64", "uint(double) -> uint", cel_convert_uint, NULL, 0},
	{"int64_to_uint64", "uint(int) -> uint", cel_convert_uint, NULL, 0},
	{"string_to_uint64", "uint(string) -> uint", cel_convert_uint, NULL, 0},
	{"contains_string", "string.contains(string) -> bool", contains, cost_contains, 0},
	{"ends_with_string", "string.endsWith(string) -> bool", ends_with, cel_cost_read, 0},
	{"starts_with_string", "string.startsWith(string) -> bool", starts_with, cel_cost_read, 0},
	{"matches", "matches(string, string) -> bool", matches, cel_cost_match, 0},
	{"matches_string", "string.matches(string) -> bool", matches, cel_cost_match, 0},
	SELECTOR("timestamp_to_year", "getFullYear", cel_get_full_year),
	SELECTOR("timestamp_to_month", "getMonth", cel_get_month),
	SELECTOR("timestamp_to_day_of_year", "getDayOfYear", cel_get_day_of_year),
	SELECTOR("timestamp_to_day_of_month", "getDayOfMonth", cel_get_day_of_month),
	SELECTOR("timestamp_to_day_of_month_1_based", "getDate", cel_get_date),
	SELECTOR("timestamp_to_day_of_week", "getDayOfWeek", cel_get_day_of_week),
	SELECTOR("timestamp_to_hours", "getHours", cel_get_hours),
	SELECTOR("timestamp_to_minutes", "getMinutes", cel_get_minutes),
	SELECTOR("timestamp_to_seconds", "getSeconds", cel_get_seconds),
	SELECTOR("timestamp_to_milliseconds", "getMilliseconds", cel_get_milliseconds),
	{"duration_to_hours", "duration.getHours() -> int", cel_duration_hours, NULL, 0},
	{"duration_to_minutes", "duration.getMinutes() -> int", cel_duration_minutes, NULL, 0},
	{"duration_to_seconds", "duration.getSeconds() -> int", cel_duration_seconds, NULL, 0},
	{"duration_to_milliseconds", "duration.getMilliseconds() -> int", cel_duration_milliseconds,
		NULL, 0},
};

CEL_LIBRARY(cel_lib_standard, "standard", rows);

bool cel_is_standard(const char *id)
{
	for (size_t i = 0; i < cel_lib_standard.count; i++)
		if (rows[i].id == id)
			return true;
	return false;
}
