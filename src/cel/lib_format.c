/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "base/number.h"
#include "cel/cel.h"
#include "cel/format.h"
#include "cel/real.h"

#include <math.h>
#include <stdio.h>

/* string.format(): the clauses all dialects share, and the specification's dialect. */

bool format_put_special(struct buf *out, double real)
{
	if (isfinite(real))
		return false;
	if (isnan(real))
		buf_puts(out, "NaN");
	else if (real > 0)
		buf_puts(out, "Infinity");
	else
		buf_puts(out, "-Infinity");
	return true;
}

void format_put_number(struct buf *out, char verb, unsigned precision, double real)
{
	char text[FORMAT_MAX_PRECISION + 400];
	int len = snprintf(text, sizeof(text), verb == 'e' ? "%.*e" : "%.*f", (int)precision, real);
	if (len > 0)
		buf_put(out, (struct str){text, (size_t)len});
}

static bool printable_parts(struct cel_run *run, const struct value *v, unsigned depth)
{
	for (uint32_t i = 0; i < v->count; i++) {
		bool good =
			v->kind == VALUE_LIST
				? format_is_printable(run, &v->items[i], depth + 1)
				: format_is_printable(run, &v->entries[i].key, depth + 1) &&
					  format_is_printable(run, &v->entries[i].value, depth + 1);
		if (!good)
			return false;
	}
	return true;
}

bool format_is_printable(struct cel_run *run, const struct value *v, unsigned depth)
{
	bool has_bytes = v->kind == VALUE_STRING || v->kind == VALUE_BYTES;
	if (depth > LIMIT_DATA_DEPTH || !cel_run_work(run, has_bytes ? 1 + v->count / 64 : 1))
		return false;
	if (v->kind == VALUE_LIST || v->kind == VALUE_MAP)
		return printable_parts(run, v, depth);
	return v->kind != CEL_OPAQUE && v->kind != CEL_OPTIONAL && v->kind != CEL_ERROR;
}

/* The digits of a whole number. */
static bool put_whole(struct buf *out, const struct value *v)
{
	if (v->kind == VALUE_INT)
		buf_put_int(out, v->integer);
	else if (v->kind == VALUE_UINT)
		buf_put_uint(out, v->natural);
	return v->kind == VALUE_INT || v->kind == VALUE_UINT;
}

/* A whole number in base 2, 8 or 16; negative ones with a sign, as no width bounds them. */
static bool put_in_base(const struct format_clause *clause, unsigned shift, const char *digits)
{
	const struct value *v = clause->argument;
	if (v->kind != VALUE_INT && v->kind != VALUE_UINT)
		return false;
	bool negative = v->kind == VALUE_INT && v->integer < 0;
	uint64_t number = negative ? 0 - v->natural : v->natural;
	char text[64];
	size_t at = sizeof(text);
	do {
		text[--at] = digits[number & ((1u << shift) - 1)];
		number >>= shift;
	} while (number > 0);
	if (negative)
		buf_put_char(clause->out, '-');
	buf_put(clause->out, (struct str){text + at, sizeof(text) - at});
	return true;
}

static bool put_hex(const struct format_clause *clause)
{
	const char *digits = clause->verb == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	const struct value *v = clause->argument;
	if (v->kind != VALUE_STRING && v->kind != VALUE_BYTES)
		return put_in_base(clause, 4, digits);
	for (size_t i = 0; i < v->count; i++) {
		buf_put_char(clause->out, digits[(unsigned char)v->text[i] >> 4]);
		buf_put_char(clause->out, digits[v->text[i] & 15]);
	}
	return true;
}

static bool put_binary(const struct format_clause *clause)
{
	if (clause->argument->kind != VALUE_BOOL)
		return put_in_base(clause, 1, "01");
	buf_put_char(clause->out, clause->argument->boolean ? '1' : '0');
	return true;
}

static bool put_clause(const struct format_clause *clause, const struct format_dialect *dialect)
{
	switch (clause->verb) {
	case 's':
		return dialect->text(clause);
	case 'd':
		return dialect->decimal(clause);
	case 'f':
		return dialect->fixed(clause);
	case 'e':
		return dialect->scientific(clause);
	case 'b':
		return put_binary(clause);
	case 'o':
		return put_in_base(clause, 3, "01234567");
	default:
		return put_hex(clause);
	}
}

/* Read ".3f" or "s" behind a percent sign at *at; false when there is no such clause. */
static bool read_clause(struct str format, size_t *at, struct format_clause *ret_clause)
{
	uint64_t precision = FORMAT_DEFAULT_PRECISION;
	if (*at < format.len && format.data[*at] == '.') {
		size_t end = ++*at;
		while (end < format.len && format.data[end] >= '0' && format.data[end] <= '9')
			end++;
		if (!number_parse_uint(str_slice(format, *at, end), 10, &precision) ||
			precision > FORMAT_MAX_PRECISION)
			return false;
		*at = end;
	}
	if (*at == format.len)
		return false;
	ret_clause->precision = (unsigned)precision;
	ret_clause->verb = format.data[(*at)++];
	return ret_clause->verb && strchr("sdfeboxX", ret_clause->verb);
}

static const char *expected(char verb)
{
	switch (verb) {
	case 's':
		return "a value that has a text";
	case 'd':
		return "a number";
	case 'f':
	case 'e':
		return "a number";
	case 'b':
		return "an int, uint or bool";
	case 'o':
		return "an int or uint";
	default:
		return "an int, uint, string or bytes";
	}
}

/* Carry out the clause behind the percent sign at *at, with *next as argument. */
static bool format_one(struct format_clause *clause, const struct format_dialect *dialect,
	const struct value *arguments, size_t *at, struct value *ret_error)
{
	const struct value *list = &arguments[1];
	struct str format = value_str(&arguments[0]);
	size_t start = *at;
	if (!read_clause(format, at, clause)) {
		struct str part = str_slice(format, start - 1, *at + 1);
		*ret_error = cel_fail_at(clause->run, &arguments[0],
			"'%.*s' is no formatting clause", STR_ARGS(part));
		return false;
	}
	if ((size_t)(clause->argument - list->items) >= list->count) {
		*ret_error = cel_fail_at(clause->run, list,
			"there are more formatting clauses than the %u arguments", list->count);
		return false;
	}
	if (!put_clause(clause, dialect)) {
		*ret_error = cel_fail_at(clause->run, clause->argument,
			"formatting clause %%%c needs %s", clause->verb, expected(clause->verb));
		return false;
	}
	clause->argument++;
	return true;
}

struct value format_text(
	struct cel_run *run, const struct value *arguments, const struct format_dialect *dialect)
{
	struct str format = value_str(&arguments[0]);
	struct value failed;
	struct buf out;
	buf_init_arena(&out, cel_run_arena(run), format.len);
	struct format_clause clause = {.run = run, .argument = arguments[1].items, .out = &out};
	for (size_t at = 0; at < format.len;) {
		size_t percent = str_find(format, STR("%"), at);
		buf_put(&out, str_slice(format, at, percent));
		if (percent == SIZE_MAX)
			break;
		at = percent + 1;
		if (at < format.len && format.data[at] == '%')
			buf_put_char(&out, format.data[at++]);
		else if (!format_one(&clause, dialect, arguments, &at, &failed))
			return failed;
	}
	return cel_text(&out, &arguments[0]);
}

static bool put_text(const struct format_clause *clause)
{
	if (!format_is_printable(clause->run, clause->argument, 0))
		return false;
	cel_print(clause->argument, clause->out);
	return true;
}

static bool put_decimal(const struct format_clause *clause)
{
	const struct value *v = clause->argument;
	if (v->kind != VALUE_DOUBLE)
		return put_whole(clause->out, v);
	real_print_plain(v->real, clause->out);
	return true;
}

static bool put_fixed(const struct format_clause *clause)
{
	const struct value *v = clause->argument;
	if (put_whole(clause->out, v)) {
		for (unsigned i = 0; i < clause->precision; i++) {
			if (i == 0)
				buf_put_char(clause->out, '.');
			buf_put_char(clause->out, '0');
		}
		return true;
	}
	if (v->kind != VALUE_DOUBLE)
		return false;
	if (!format_put_special(clause->out, v->real))
		format_put_number(clause->out, 'f', clause->precision, v->real);
	return true;
}

static bool put_scientific(const struct format_clause *clause)
{
	const struct value *v = clause->argument;
	double real = v->real;
	if (v->kind == VALUE_INT)
		real = (double)v->integer;
	else if (v->kind == VALUE_UINT)
		real = (double)v->natural;
	else if (v->kind != VALUE_DOUBLE)
		return false;
	if (!format_put_special(clause->out, real))
		format_put_number(clause->out, 'e', clause->precision, real);
	return true;
}

static struct value format(struct cel_run *run, const struct value *arguments, size_t count)
{
	static const struct format_dialect dialect = {
		put_text, put_decimal, put_fixed, put_scientific};
	(void)count;
	return format_text(run, arguments, &dialect);
}

static const struct cel_overload_row rows[] = {
	{"string_format", "string.format(list(dyn)) -> string", format, cel_cost_read,
		CEL_NATIVE_ONLY},
};

CEL_LIBRARY(cel_lib_format, "strings.format", rows);
