/* SPDX-License-Identifier: Apache-2.0 */
#include "data/canonical.h"

#include "base/base64.h"
#include "base/limits.h"
#include "base/number.h"
#include "data/print.h"

/*
 * The order of UTF-16 differs from that of UTF-8 in one thing: U+10000 and above, which begin with
 * a surrogate there and with F0 to F4 here, come before U+E000 to U+FFFF, here EE and EF.
 */
static int utf16_rank(char c)
{
	unsigned char byte = (unsigned char)c;
	return byte >= 0xF0 ? byte - 2 : byte >= 0xEE ? byte + 5 : byte;
}

static int order_utf16(struct str a, struct str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	for (size_t i = 0; i < common; i++)
		if (a.data[i] != b.data[i])
			return utf16_rank(a.data[i]) - utf16_rank(b.data[i]);
	return (a.len > b.len) - (a.len < b.len);
}

static bool goes_before(const struct value_entry *a, const struct value_entry *b)
{
	return order_utf16(value_str(&a->key), value_str(&b->key)) < 0;
}

static void merge(
	const struct value_entry **from, const struct value_entry **to, size_t middle, size_t end)
{
	size_t left = 0, right = middle;
	for (size_t i = 0; i < end; i++) {
		bool take_right =
			right < end && (left == middle || goes_before(from[right], from[left]));
		to[i] = from[take_right ? right++ : left++];
	}
}

static void sort(const struct value_entry **items, const struct value_entry **spare, size_t count)
{
	for (size_t run = 1; run < count; run *= 2) {
		for (size_t at = 0; at < count; at += 2 * run) {
			size_t left = count - at < run ? count - at : run;
			size_t end = count - at < 2 * run ? count - at : 2 * run;
			merge(items + at, spare + at, left, end);
		}
		memcpy(items, spare, count * sizeof(*items));
	}
}

struct writer {
	struct arena *arena;
	struct buf *out;
	struct error *err;
};

static int refuse(struct writer *w, const struct value *v, const char *what)
{
	return ERROR_SET(w->err, ERROR_INPUT, v->origin, "%s has no canonical JSON", what);
}

/* ECMAScript pads the shortest digits of a large double with zeros: that is another integer. */
static bool is_large_integer(const struct value *v, struct value *ret)
{
	if (v->kind != VALUE_DOUBLE || (v->real < 0x1p53 && v->real > -0x1p53))
		return false;
	if (v->real >= -0x1p63 && v->real < 0x1p63)
		*ret = value_int((int64_t)v->real);
	else if (v->real > 0 && v->real < 0x1p64)
		*ret = value_uint((uint64_t)v->real);
	else
		return false;
	return true;
}

static int put_scalar(struct writer *w, const struct value *v)
{
	struct value integer;
	if (v->kind >= VALUE_LIST)
		return refuse(w, v, "a value that only expressions know");
	if (v->kind == VALUE_DOUBLE && v->real - v->real != 0)
		return refuse(w, v, v->real != v->real ? "NaN" : "infinity");
	if (v->kind == VALUE_STRING)
		print_json_string(value_str(v), false, w->out);
	else
		print_json(is_large_integer(v, &integer) ? &integer : v, (struct print_style){0},
			w->out);
	return 0;
}

static int put_value(struct writer *w, const struct value *v, int depth);

static int put_list(struct writer *w, const struct value *list, int depth)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (i > 0)
			buf_put_char(w->out, ',');
		if (put_value(w, &list->items[i], depth) < 0)
			return -1;
	}
	return 0;
}

static int put_map(struct writer *w, const struct value *map, int depth)
{
	const struct value_entry **sorted =
		ARENA_NEW_ARRAY(w->arena, const struct value_entry *, 2 * (size_t)map->count);
	for (uint32_t i = 0; i < map->count; i++) {
		if (map->entries[i].key.kind != VALUE_STRING)
			return refuse(w, &map->entries[i].key, "a key that is no string");
		sorted[i] = &map->entries[i];
	}
	sort(sorted, sorted + map->count, map->count);
	for (uint32_t i = 0; i < map->count; i++) {
		if (i > 0)
			buf_put_char(w->out, ',');
		print_json_string(value_str(&sorted[i]->key), false, w->out);
		buf_put_char(w->out, ':');
		if (put_value(w, &sorted[i]->value, depth) < 0)
			return -1;
	}
	return 0;
}

static int put_value(struct writer *w, const struct value *v, int depth)
{
	bool map = v->kind == VALUE_MAP;
	if (!map && v->kind != VALUE_LIST)
		return put_scalar(w, v);
	if (depth == 0)
		return ERROR_SET(w->err, ERROR_LIMIT, v->origin,
			"lists and maps are nested deeper than %d", LIMIT_DATA_DEPTH);
	buf_put_char(w->out, map ? '{' : '[');
	int result = map ? put_map(w, v, depth - 1) : put_list(w, v, depth - 1);
	buf_put_char(w->out, map ? '}' : ']');
	return result;
}

int canonical_put(struct arena *arena, const struct value *v, struct buf *out, struct error *err)
{
	struct writer writer = {arena, out, err};
	return put_value(&writer, v, LIMIT_DATA_DEPTH);
}
