/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/locate.h"

#include "base/number.h"
#include "base/utf8.h"

/* A place in the file that moves along the written form of a scalar. */
struct cursor {
	struct str text;
	size_t at;
	struct origin origin;
	char quote; /* ", ' or 0 */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void step(struct cursor *cursor)
{
	if (cursor->at >= cursor->text.len)
		return;
	if (cursor->text.data[cursor->at++] == '\n') {
		cursor->origin.line++;
		cursor->origin.column = 1;
	} else {
		cursor->origin.column++;
	}
}

static char peek(const struct cursor *cursor)
{
	return cursor->at < cursor->text.len ? cursor->text.data[cursor->at] : '\0';
}

/* Enter the scalar: behind its quote, or behind the line of a block scalar's indicators. */
static void enter(struct cursor *cursor)
{
	char c = peek(cursor);
	if (c == '"' || c == '\'') {
		cursor->quote = c;
		step(cursor);
	} else if (c == '|' || c == '>') {
		while (cursor->at < cursor->text.len && peek(cursor) != '\n')
			step(cursor);
	}
}

/* An escape at the cursor: how many bytes it is written with, and how many it stands for. */
struct escape {
	size_t written, decoded;
	bool space; /* stands for white space, or for nothing */
};

static uint32_t hex(const struct cursor *cursor, size_t from, size_t digits)
{
	uint64_t number = 0;
	(void)number_parse_uint(
		str_slice(cursor->text, cursor->at + from, cursor->at + from + digits), 16,
		&number);
	return (uint32_t)number;
}

static struct escape numeric_escape(const struct cursor *cursor, size_t digits)
{
	char bytes[4];
	struct escape escape = {.written = digits + 2};
	uint32_t rune = hex(cursor, 2, digits);
	if (rune >= 0xD800 && rune < 0xDC00 && digits == 4) {
		escape.written = 12; /* a surrogate pair of JSON */
		rune = 0x10000;
	}
	bool is_rune = rune <= 0x10FFFF && !(rune >= 0xD800 && rune < 0xE000);
	escape.decoded = is_rune ? utf8_encode(rune, bytes) : 1;
	escape.space = escape.decoded == 1 && is_space((char)rune);
	return escape;
}

static bool read_escape(const struct cursor *cursor, struct escape *ret_escape)
{
	char c = peek(cursor);
	char next = cursor->at + 1 < cursor->text.len ? cursor->text.data[cursor->at + 1] : '\0';
	*ret_escape = (struct escape){.written = 2, .decoded = 1};
	if (cursor->quote == '\'')
		return c == '\'' && next == '\'';
	if (cursor->quote != '"' || c != '\\')
		return false;
	if (next == 'x' || next == 'u' || next == 'U')
		*ret_escape = numeric_escape(cursor, next == 'x' ? 2 : next == 'u' ? 4 : 8);
	ret_escape->space |= next == 'n' || next == 't' || next == 'r' || is_space(next);
	if (next == 'N' || next == '_')
		ret_escape->decoded = 2;
	if (next == 'L' || next == 'P')
		ret_escape->decoded = 3;
	return true;
}

static void step_many(struct cursor *cursor, size_t bytes)
{
	while (bytes-- > 0)
		step(cursor);
}

static void skip_space(struct cursor *cursor)
{
	struct escape escape;
	while (cursor->at < cursor->text.len) {
		if (is_space(peek(cursor)))
			step(cursor);
		else if (read_escape(cursor, &escape) && escape.space)
			step_many(cursor, escape.written);
		else
			return;
	}
}

/* Pass what is written for one byte, or one escape; returns how many bytes it stands for, or 0. */
static size_t pass(struct cursor *cursor, char expected)
{
	struct escape escape;
	if (read_escape(cursor, &escape)) {
		step_many(cursor, escape.written);
		return escape.decoded;
	}
	if (peek(cursor) != expected)
		return 0;
	step(cursor);
	return 1;
}

static bool find_start(struct cursor *cursor, struct origin start)
{
	for (uint32_t line = 1; line < start.line; line++) {
		struct str rest = str_slice(cursor->text, cursor->at, cursor->text.len);
		size_t length = str_find_char(rest, '\n');
		if (length == SIZE_MAX)
			return false;
		cursor->at += length + 1;
	}
	cursor->at += start.column > 0 ? start.column - 1 : 0;
	cursor->origin = start;
	return start.line > 0 && cursor->at < cursor->text.len;
}

struct origin locate_in_scalar(
	struct str text, struct origin start, struct str decoded, size_t offset)
{
	struct cursor cursor = {.text = text};
	size_t at = 0;
	if (!find_start(&cursor, start))
		return start;
	enter(&cursor);
	while (at < offset) {
		if (is_space(decoded.data[at])) {
			at++;
			continue;
		}
		skip_space(&cursor);
		size_t passed = pass(&cursor, decoded.data[at]);
		if (passed == 0)
			return start; /* an alias: it is written elsewhere */
		at += passed;
	}
	if (at < decoded.len)
		skip_space(&cursor);
	return cursor.origin;
}
