/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/lib_standard.h"

#include "base/arena.h"
#include "base/number.h"
#include "base/utf8.h"
#include "cel/datetime.h"
#include "cel/library.h"
#include "cel/real.h"

#include <math.h>

static struct value fail_range(struct cel_run *run, const struct value *v, const char *type)
{
	return cel_fail_at(run, v, "the value is out of the range of %s", type);
}

static struct value fail_text(struct cel_run *run, const struct value *v, const char *type)
{
	return cel_fail_at(
		run, v, "\"%.*s\" is no %s", (int)(v->count < 64 ? v->count : 64), v->text, type);
}

struct value cel_convert_same(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return arguments[0];
}

struct value cel_convert_type(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	return (struct value){
		.kind = CEL_TYPE, .pointer = cel_type_of(cel_run_arena(run), &arguments[0])};
}

struct value cel_convert_bool(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	static const struct str words[2][6] = {
		{STR_INIT("false"), STR_INIT("False"), STR_INIT("FALSE"), STR_INIT("f"),
			STR_INIT("F"), STR_INIT("0")},
		{STR_INIT("true"), STR_INIT("True"), STR_INIT("TRUE"), STR_INIT("t"), STR_INIT("T"),
			STR_INIT("1")},
	};
	for (size_t i = 0; i < 12; i++)
		if (str_equal(value_str(&arguments[0]), words[i % 2][i / 2]))
			return value_at(value_bool(i % 2), arguments[0].origin);
	return fail_text(run, &arguments[0], "bool");
}

struct value cel_convert_bytes(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_at(value_bytes(value_str(&arguments[0])), arguments[0].origin);
}

static bool parse_int(struct str text, int64_t *ret_number)
{
	bool plus = text.len > 1 && text.data[0] == '+' && text.data[1] != '-';
	return number_parse_int(plus ? str_slice(text, 1, text.len) : text, ret_number);
}

static struct value duration_to_int(struct cel_run *run, const struct value *v)
{
	int64_t nanos;
	if (!time_duration_nanos(v, &nanos))
		return fail_range(run, v, "int");
	return value_at(value_int(nanos), v->origin);
}

struct value cel_convert_int(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct value *v = &arguments[0];
	int64_t number;
	if (v->kind == CEL_DURATION)
		return duration_to_int(run, v);
	if (v->kind == VALUE_STRING) {
		if (!parse_int(value_str(v), &number))
			return fail_text(run, v, "int");
	} else if (v->kind == VALUE_DOUBLE) {
		if (!(v->real > -0x1p63 && v->real < 0x1p63))
			return fail_range(run, v, "int");
		number = (int64_t)v->real;
	} else {
		if (v->kind == VALUE_UINT && v->natural > INT64_MAX)
			return fail_range(run, v, "int");
		number = v->integer; /* of a timestamp: its seconds */
	}
	return value_at(value_int(number), v->origin);
}

struct value cel_convert_uint(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct value *v = &arguments[0];
	uint64_t number;
	if (v->kind == VALUE_STRING) {
		if (!number_parse_uint(value_str(v), 10, &number))
			return fail_text(run, v, "uint");
	} else if (v->kind == VALUE_DOUBLE) {
		if (!(v->real >= 0 && v->real < 0x1p64))
			return fail_range(run, v, "uint");
		number = (uint64_t)v->real;
	} else {
		if (v->integer < 0)
			return fail_range(run, v, "uint");
		number = v->natural;
	}
	return value_at(value_uint(number), v->origin);
}

struct value cel_convert_double(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct value *v = &arguments[0];
	double real;
	if (v->kind == VALUE_STRING) {
		if (!real_parse(value_str(v), &real))
			return fail_text(run, v, "double");
	} else {
		real = v->kind == VALUE_INT ? (double)v->integer : (double)v->natural;
	}
	return value_at(value_double(real), v->origin);
}

struct value cel_convert_duration(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct value *v = &arguments[0];
	struct value duration;
	int64_t nanos;
	if (v->kind == VALUE_INT) {
		int64_t seconds = time_floor_div(v->integer, TIME_NANOS_PER_SECOND);
		int64_t rest = v->integer - seconds * TIME_NANOS_PER_SECOND;
		(void)time_make_duration(seconds, (uint32_t)rest, &duration);
		return value_at(duration, v->origin);
	}
	if (!time_parse_duration(value_str(v), &duration))
		return fail_text(run, v, "duration");
	if (cel_run_kubernetes(run) && !time_duration_nanos(&duration, &nanos))
		return fail_range(run, v, "duration");
	return value_at(duration, v->origin);
}

struct value cel_convert_timestamp(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct value *v = &arguments[0];
	struct value timestamp;
	if (v->kind == VALUE_INT && !time_make_timestamp(v->integer, 0, &timestamp))
		return fail_range(run, v, "timestamp");
	if (v->kind == VALUE_STRING && !time_parse_timestamp(value_str(v), &timestamp))
		return fail_text(run, v, "timestamp");
	return value_at(timestamp, v->origin);
}

static struct value bytes_to_string(struct cel_run *run, const struct value *v)
{
	if (utf8_find_invalid(value_str(v)) != SIZE_MAX)
		return cel_fail_at(run, v, "the bytes are not UTF-8");
	return value_at(value_string(value_str(v)), v->origin);
}

struct value cel_convert_string(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct value *v = &arguments[0];
	if (v->kind == VALUE_BYTES)
		return bytes_to_string(run, v);
	struct buf out;
	buf_init_arena(&out, cel_run_arena(run), 32);
	if (v->kind == VALUE_DOUBLE)
		real_print_general(v->real, &out);
	else
		cel_print(v, &out);
	return cel_text(&out, v);
}
