/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

int str_compare(struct str a, struct str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common > 0 ? memcmp(a.data, b.data, common) : 0;
	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_starts_with(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_equal((struct str){s.data, prefix.len}, prefix);
}

bool str_ends_with(struct str s, struct str suffix)
{
	return s.len >= suffix.len &&
	       str_equal((struct str){s.data + (s.len - suffix.len), suffix.len}, suffix);
}

size_t str_find(struct str s, struct str needle, size_t from)
{
	if (from > s.len)
		return SIZE_MAX;
	if (needle.len == 0)
		return from;
	const char *found = memmem(s.data + from, s.len - from, needle.data, needle.len);
	return found ? (size_t)(found - s.data) : SIZE_MAX;
}

size_t str_find_char(struct str s, char c)
{
	const char *found = s.len > 0 ? memchr(s.data, c, s.len) : NULL;
	return found ? (size_t)(found - s.data) : SIZE_MAX;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	to = to < s.len ? to : s.len;
	from = from < to ? from : to;
	return (struct str){from > 0 ? s.data + from : s.data, to - from};
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len > 0 && is_space(s.data[s.len - 1]))
		s.len--;
	while (s.len > 0 && is_space(s.data[0]))
		s = str_slice(s, 1, s.len);
	return s;
}

bool str_next_part(struct str *rest, char separator, struct str *ret_part)
{
	if (!rest->data)
		return false;
	size_t end = str_find_char(*rest, separator);
	if (end == SIZE_MAX) {
		*ret_part = *rest;
		*rest = (struct str){NULL, 0};
		return true;
	}
	*ret_part = str_slice(*rest, 0, end);
	*rest = str_slice(*rest, end + 1, rest->len);
	return true;
}

struct str str_copy(struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, s.len + 1);
	if (s.len > 0)
		memcpy(copy, s.data, s.len);
	copy[s.len] = '\0';
	return (struct str){copy, s.len};
}

struct str str_format(struct arena *arena, const char *format, ...)
{
	va_list arguments, again;
	va_start(arguments, format);
	va_copy(again, arguments);
	int len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	size_t bytes = len < 0 ? 0 : (size_t)len;
	char *memory = arena_alloc(arena, bytes + 1);
	memory[0] = '\0';
	(void)vsnprintf(memory, bytes + 1, format, again);
	va_end(again);
	return (struct str){memory, bytes};
}

enum { DISTANCE_MAX_BYTES = 64 };

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;
	return least < c ? least : c;
}

size_t str_distance(struct str a, struct str b, size_t limit)
{
	size_t rows[3][DISTANCE_MAX_BYTES + 1];
	if (a.len > DISTANCE_MAX_BYTES || b.len > DISTANCE_MAX_BYTES)
		return limit + 1;
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	for (size_t j = 0; j <= b.len; j++)
		above[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t replace = above[j - 1] + (a.data[i - 1] != b.data[j - 1]);
			row[j] = min3(above[j] + 1, row[j - 1] + 1, replace);
			bool swapped = i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
				       a.data[i - 2] == b.data[j - 1];
			if (swapped && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		size_t *oldest = before;
		before = above;
		above = row;
		row = oldest;
	}
	return above[b.len] <= limit ? above[b.len] : limit + 1;
}

static bool cut(struct buf *buf, size_t needed)
{
	(void)needed;
	buf->truncated = true;
	return false;
}

static bool grow_in_arena(struct buf *buf, size_t needed)
{
	size_t capacity = buf->capacity;
	do
		buf->data = arena_grow(buf->context, buf->data, buf->len, &buf->capacity, 1);
	while (buf->capacity - buf->len < needed && buf->capacity > capacity);
	return true;
}

void buf_init_fixed(struct buf *buf, char *memory, size_t capacity)
{
	*buf = (struct buf){.data = memory, .capacity = capacity, .full = cut};
}

void buf_init_arena(struct buf *buf, struct arena *arena, size_t capacity)
{
	capacity = (capacity + 7) & ~(size_t)7;
	*buf = (struct buf){.data = capacity > 0 ? arena_alloc(arena, capacity) : NULL,
		.capacity = capacity,
		.full = grow_in_arena,
		.context = arena};
}

void buf_put(struct buf *buf, struct str s)
{
	while (s.len > buf->capacity - buf->len) {
		size_t fits = buf->capacity - buf->len;
		if (fits > 0)
			memcpy(buf->data + buf->len, s.data, fits);
		buf->len += fits;
		s = str_slice(s, fits, s.len);
		if (!buf->full(buf, s.len))
			return;
	}
	if (s.len > 0)
		memcpy(buf->data + buf->len, s.data, s.len);
	buf->len += s.len;
}

void buf_put_char(struct buf *buf, char c)
{
	if (buf->len < buf->capacity)
		buf->data[buf->len++] = c;
	else
		buf_put(buf, (struct str){&c, 1});
}

void buf_put_uint(struct buf *buf, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	buf_put(buf, (struct str){digits + at, sizeof(digits) - at});
}

void buf_put_int(struct buf *buf, int64_t number)
{
	if (number < 0)
		buf_put_char(buf, '-');
	buf_put_uint(buf, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	char small[512];
	va_list arguments;
	va_start(arguments, format);
	int len = vsnprintf(small, sizeof(small), format, arguments);
	va_end(arguments);
	if (len < 0)
		return;
	size_t bytes = (size_t)len < sizeof(small) ? (size_t)len : sizeof(small) - 1;
	buf->truncated |= bytes < (size_t)len;
	buf_put(buf, (struct str){small, bytes});
}

static void put_escape(struct buf *buf, struct str bytes, uint32_t rune)
{
	if (rune == '\n')
		buf_puts(buf, "\\n");
	else if (rune == '\t')
		buf_puts(buf, "\\t");
	else if (rune >= 0x80 && rune != UTF8_INVALID)
		buf_printf(buf, "\\u{%x}", rune);
	else
		buf_printf(buf, "\\x%02x", (unsigned char)bytes.data[0]);
}

void buf_put_escaped(struct buf *buf, struct str s)
{
	size_t at = 0, plain = 0;
	while (at < s.len) {
		size_t start = at;
		uint32_t rune = utf8_next(s, &at);
		if (utf8_is_visible(rune))
			continue;
		buf_put(buf, str_slice(s, plain, start));
		put_escape(buf, str_slice(s, start, at), rune);
		plain = at;
	}
	buf_put(buf, str_slice(s, plain, s.len));
}
