/* SPDX-License-Identifier: Apache-2.0 */
#include "data/print.h"

#include "base/base64.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/utf8.h"
#include "data/scan.h"

static void put_unit(struct buf *out, uint32_t unit)
{
	buf_printf(out, "\\u%04x", unit);
}

static void put_escape(struct buf *out, uint32_t rune)
{
	static const struct str letters = STR_INIT("btnfr"), controls = STR_INIT("\b\t\n\f\r");
	size_t which = rune < ' ' ? str_find_char(controls, (char)rune) : SIZE_MAX;
	if (which != SIZE_MAX || rune == '"' || rune == '\\') {
		buf_put_char(out, '\\');
		buf_put_char(out, which != SIZE_MAX ? letters.data[which] : (char)rune);
	} else if (rune == UTF8_INVALID) {
		put_unit(out, 0xFFFD);
	} else if (rune >= 0x10000) {
		put_unit(out, 0xD800 + ((rune - 0x10000) >> 10));
		put_unit(out, 0xDC00 + ((rune - 0x10000) & 0x3FF));
	} else {
		put_unit(out, rune);
	}
}

static bool is_plain(uint32_t rune, bool visible)
{
	if (rune < ' ' || rune == '"' || rune == '\\' || rune == UTF8_INVALID)
		return false;
	return !visible || utf8_is_visible(rune);
}

/* The first byte that may need an escape: what is not plain, and for terminals also DEL. */
static size_t skip_plain(struct str s, size_t at, bool visible)
{
	size_t stop = (size_t)(scan_plain(s.data + at, s.data + s.len) - s.data);
	const char *delete = visible ? memchr(s.data + at, 0x7F, stop - at) : NULL;
	return delete ? (size_t)(delete - s.data) : stop;
}

void print_json_string(struct str s, bool visible, struct buf *out)
{
	size_t at = 0, plain = 0;
	buf_put_char(out, '"');
	while (at < s.len) {
		at = skip_plain(s, at, visible);
		size_t start = at;
		uint32_t rune = at < s.len ? utf8_next(s, &at) : ' ';
		if (is_plain(rune, visible))
			continue;
		buf_put(out, str_slice(s, plain, start));
		put_escape(out, rune);
		plain = at;
	}
	buf_put(out, str_slice(s, plain, s.len));
	buf_put_char(out, '"');
}

static void put_double(double real, struct buf *out)
{
	char text[NUMBER_DOUBLE_BYTES];
	if (real != real)
		buf_puts(out, "\"NaN\"");
	else if (real - real != 0)
		buf_put(out, real < 0 ? STR("\"-Infinity\"") : STR("\"Infinity\""));
	else
		buf_put(out, (struct str){text, number_print_double(real, text)});
}

static void put_scalar(const struct value *v, struct print_style style, struct buf *out)
{
	switch (v->kind) {
	case VALUE_BOOL:
		buf_put(out, v->boolean ? STR("true") : STR("false"));
		return;
	case VALUE_INT:
		buf_put_int(out, v->integer);
		return;
	case VALUE_UINT:
		buf_put_uint(out, v->natural);
		return;
	case VALUE_DOUBLE:
		put_double(v->real, out);
		return;
	case VALUE_STRING:
		print_json_string(value_str(v), true, out);
		return;
	case VALUE_BYTES:
		buf_put_char(out, '"');
		base64_put(out, value_str(v));
		buf_put_char(out, '"');
		return;
	default:
		if (v->kind >= VALUE_KINDS && style.other)
			style.other(v, out);
		else
			buf_puts(out, "null");
	}
}

/* A key must be a string, so other scalars go in quotes. */
static void put_key(const struct value *key, struct print_style style, struct buf *out)
{
	bool quoted = key->kind == VALUE_STRING || key->kind == VALUE_BYTES ||
		      (key->kind == VALUE_DOUBLE && key->real - key->real != 0);
	if (!quoted)
		buf_put_char(out, '"');
	put_scalar(key, style, out);
	if (!quoted)
		buf_put_char(out, '"');
	buf_put(out, style.indent > 0 ? STR(": ") : STR(":"));
}

static void put_line(struct print_style style, unsigned depth, struct buf *out)
{
	if (style.indent == 0)
		return;
	buf_put_char(out, '\n');
	for (unsigned i = 0; i < depth * style.indent; i++)
		buf_put_char(out, ' ');
}

static void put_value(
	const struct value *v, struct print_style style, unsigned depth, struct buf *out)
{
	bool map = v->kind == VALUE_MAP;
	if (!map && v->kind != VALUE_LIST) {
		put_scalar(v, style, out);
		return;
	}
	if (depth > LIMIT_DATA_DEPTH) {
		buf_puts(out, "\"...\"");
		return;
	}
	buf_put_char(out, map ? '{' : '[');
	for (uint32_t i = 0; i < v->count; i++) {
		if (i > 0)
			buf_put_char(out, ',');
		put_line(style, depth + 1, out);
		if (map)
			put_key(&v->entries[i].key, style, out);
		put_value(map ? &v->entries[i].value : &v->items[i], style, depth + 1, out);
	}
	if (v->count > 0)
		put_line(style, depth, out);
	buf_put_char(out, map ? '}' : ']');
}

void print_json(const struct value *v, struct print_style style, struct buf *out)
{
	put_value(v, style, 0, out);
}
