/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "cel/cel.h"
#include "cel/format.h"
#include "cel/real.h"
#include "cel/sort.h"

#include <math.h>
#include <stdio.h>

/*
 * string.format() as API servers have it: the first dialect of cel-go. Numbers are written for
 * English readers, values inside of lists and maps as literals.
 */

static void put_nested(const struct value *v, struct buf *out);

/* Text between quotation marks as Go's %q has it. */
static void put_quoted(struct buf *out, struct str s)
{
	static const char special[] = "\a\b\f\n\r\t\v\\\"", letters[] = "abfnrtv\\\"";
	buf_put_char(out, '"');
	for (size_t at = 0; at < s.len;) {
		size_t start = at;
		uint32_t rune = utf8_next(s, &at);
		const char *found = rune > 0 && rune < 0x80 ? strchr(special, (char)rune) : NULL;
		if (found)
			buf_printf(out, "\\%c", letters[found - special]);
		else if (rune == UTF8_INVALID || rune < ' ' || rune == 0x7F)
			buf_printf(out, "\\x%02x", (unsigned char)s.data[start]);
		else if (utf8_is_visible(rune))
			buf_put(out, str_slice(s, start, at));
		else
			buf_printf(out, rune > 0xFFFF ? "\\U%08x" : "\\u%04x", rune);
	}
	buf_put_char(out, '"');
}

static void put_list(const struct value *list, struct buf *out)
{
	buf_put_char(out, '[');
	for (uint32_t i = 0; i < list->count; i++) {
		if (i > 0)
			buf_puts(out, ", ");
		put_nested(&list->items[i], out);
	}
	buf_put_char(out, ']');
}

/* An entry as text, to be sorted. */
struct pair {
	struct str key, value;
};

static bool swaps_pairs(const void *items, uint32_t a, uint32_t b)
{
	const struct pair *pairs = items;
	return str_compare(pairs[b].key, pairs[a].key) < 0;
}

static struct str nested_text(const struct value *v, struct arena *arena)
{
	struct buf text;
	buf_init_arena(&text, arena, 16);
	put_nested(v, &text);
	return buf_str(&text);
}

static void put_map(const struct value *map, struct buf *out)
{
	struct arena *arena = out->context;
	struct pair *pairs = ARENA_NEW_ARRAY(arena, struct pair, map->count);
	for (uint32_t i = 0; i < map->count; i++) {
		pairs[i].key = nested_text(&map->entries[i].key, arena);
		pairs[i].value = nested_text(&map->entries[i].value, arena);
	}
	const uint32_t *order = sort_order(arena, pairs, map->count, swaps_pairs);
	buf_put_char(out, '{');
	for (uint32_t i = 0; i < map->count; i++) {
		if (i > 0)
			buf_puts(out, ", ");
		buf_put(out, pairs[order[i]].key);
		buf_put_char(out, ':');
		buf_put(out, pairs[order[i]].value);
	}
	buf_put_char(out, '}');
}

static void put_double(struct buf *out, double real)
{
	if (isfinite(real)) {
		format_put_number(out, 'f', FORMAT_DEFAULT_PRECISION, real);
		return;
	}
	buf_put_char(out, '"');
	(void)format_put_special(out, real);
	buf_put_char(out, '"');
}

static void put_nested(const struct value *v, struct buf *out)
{
	switch (v->kind) {
	case VALUE_LIST:
		put_list(v, out);
		return;
	case VALUE_MAP:
		put_map(v, out);
		return;
	case VALUE_DOUBLE:
		put_double(out, v->real);
		return;
	case VALUE_BYTES:
		buf_put_char(out, 'b');
		put_quoted(out, value_str(v));
		return;
	case VALUE_STRING:
		put_quoted(out, value_str(v));
		return;
	case CEL_TIMESTAMP:
	case CEL_DURATION:
		buf_put(out, v->kind == CEL_DURATION ? STR("duration(\"") : STR("timestamp(\""));
		cel_print(v, out);
		buf_puts(out, "\")");
		return;
	default:
		cel_print(v, out);
	}
}

static bool put_text(const struct format_clause *clause)
{
	const struct value *v = clause->argument;
	if (!format_is_printable(clause->run, v, 0))
		return false;
	if (v->kind == VALUE_DOUBLE)
		real_print_general(v->real, clause->out);
	else if (v->kind == VALUE_LIST || v->kind == VALUE_MAP)
		put_nested(v, clause->out);
	else
		cel_print(v, clause->out);
	return true;
}

static bool put_decimal(const struct format_clause *clause)
{
	if (clause->argument->kind != VALUE_INT && clause->argument->kind != VALUE_UINT)
		return false;
	cel_print(clause->argument, clause->out);
	return true;
}

/* The double of a clause: one, or one of the three words for what no literal has. */
static bool read_double(const struct value *v, double *ret_real)
{
	static const struct {
		struct str word;
		double real;
	} words[] = {{STR_INIT("NaN"), NAN}, {STR_INIT("Infinity"), INFINITY},
		{STR_INIT("-Infinity"), -INFINITY}};
	*ret_real = v->real;
	if (v->kind == VALUE_DOUBLE)
		return true;
	for (size_t i = 0; v->kind == VALUE_STRING && i < sizeof(words) / sizeof(words[0]); i++)
		if (str_equal(value_str(v), words[i].word)) {
			*ret_real = words[i].real;
			return true;
		}
	return false;
}

static bool put_special_symbol(struct buf *out, double real)
{
	if (isfinite(real))
		return false;
	if (isnan(real))
		buf_puts(out, "NaN");
	else
		buf_put(out, real > 0 ? STR("∞") : STR("-∞"));
	return true;
}

/* Digits with a comma before each third one from the point. */
static void put_grouped(struct buf *out, struct str number)
{
	size_t sign = number.len > 0 && number.data[0] == '-';
	size_t point = str_find_char(number, '.');
	size_t whole = point == SIZE_MAX ? number.len : point;
	for (size_t i = 0; i < number.len; i++) {
		if (i > sign && i < whole && (whole - i) % 3 == 0)
			buf_put_char(out, ',');
		buf_put_char(out, number.data[i]);
	}
}

static bool put_fixed(const struct format_clause *clause)
{
	double real;
	if (!read_double(clause->argument, &real))
		return false;
	if (put_special_symbol(clause->out, real))
		return true;
	char memory[FORMAT_MAX_PRECISION + 400];
	struct buf number;
	buf_init_fixed(&number, memory, sizeof(memory));
	format_put_number(&number, 'f', clause->precision, real);
	put_grouped(clause->out, buf_str(&number));
	return true;
}

static void put_superscript(struct buf *out, struct str digits)
{
	static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
	for (size_t i = 0; i < digits.len; i++) {
		char c = digits.data[i];
		if (c == '-')
			buf_puts(out, "⁻");
		else if (c >= '0' && c <= '9')
			buf_put(out, str_from(raised[c - '0']));
	}
}

/* The precision is without effect here: six digits, always. */
static bool put_scientific(const struct format_clause *clause)
{
	double real;
	if (!read_double(clause->argument, &real))
		return false;
	if (put_special_symbol(clause->out, real))
		return true;
	char memory[64];
	struct buf number;
	buf_init_fixed(&number, memory, sizeof(memory));
	format_put_number(&number, 'e', FORMAT_DEFAULT_PRECISION, real);
	struct str text = buf_str(&number);
	size_t e = str_find_char(text, 'e');
	buf_put(clause->out, str_slice(text, 0, e));
	buf_puts(clause->out, "\u202f×\u202f10");
	put_superscript(clause->out, str_slice(text, e + 1, text.len));
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
		KUBERNETES_SINCE(29)},
};

CEL_LIBRARY(cel_lib_k8s_strings, "strings.format of Kubernetes", rows);
