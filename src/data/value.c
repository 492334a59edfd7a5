/* SPDX-License-Identifier: Apache-2.0 */
#include "data/value.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "data/map.h"

struct value value_string(struct str s)
{
	struct value v = value_ascii(s);
	if (!utf8_is_ascii(s))
		v.flags = 0;
	return v;
}

static int order_double(double a, double b)
{
	if (a != a || b != b)
		return VALUE_UNORDERED;
	return (a > b) - (a < b);
}

static int order_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int order_uint(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* 2^63 and 2^64 are exact doubles; between the bounds truncation is exact, so only the fraction is
 * left. */
static int order_int_double(int64_t a, double b)
{
	if (b != b)
		return VALUE_UNORDERED;
	if (b >= 0x1p63)
		return -1;
	if (b < -0x1p63)
		return 1;
	int64_t whole = (int64_t)b;
	return a != whole ? order_int(a, whole) : order_double((double)whole, b);
}

static int order_uint_double(uint64_t a, double b)
{
	if (b != b)
		return VALUE_UNORDERED;
	if (b >= 0x1p64)
		return -1;
	if (b < 0)
		return 1;
	uint64_t whole = (uint64_t)b;
	return a != whole ? order_uint(a, whole) : order_double((double)whole, b);
}

static int order_int_uint(int64_t a, uint64_t b)
{
	return a < 0 ? -1 : order_uint((uint64_t)a, b);
}

static int reversed(int order)
{
	return order == VALUE_UNORDERED ? VALUE_UNORDERED : -order;
}

int value_compare_numbers(const struct value *a, const struct value *b)
{
	if (a->kind > b->kind)
		return reversed(value_compare_numbers(b, a));
	if (a->kind == VALUE_DOUBLE)
		return order_double(a->real, b->real);
	if (a->kind == VALUE_UINT)
		return b->kind == VALUE_UINT ? order_uint(a->natural, b->natural)
					     : order_uint_double(a->natural, b->real);
	if (b->kind == VALUE_DOUBLE)
		return order_int_double(a->integer, b->real);
	return b->kind == VALUE_INT ? order_int(a->integer, b->integer)
				    : order_int_uint(a->integer, b->natural);
}

static bool equal_below(const struct value *a, const struct value *b, int depth);

static bool equal_lists(const struct value *a, const struct value *b, int depth)
{
	for (uint32_t i = 0; i < a->count; i++)
		if (!equal_below(&a->items[i], &b->items[i], depth))
			return false;
	return true;
}

static bool equal_maps(const struct value *a, const struct value *b, int depth)
{
	for (uint32_t i = 0; i < a->count; i++) {
		const struct value_entry *other = map_find(b, &a->entries[i].key);
		if (!other || !equal_below(&a->entries[i].value, &other->value, depth))
			return false;
	}
	return true;
}

static bool equal_below(const struct value *a, const struct value *b, int depth)
{
	if (value_is_number(a) && value_is_number(b))
		return value_compare_numbers(a, b) == 0;
	if (a->kind != b->kind || a->count != b->count || depth == 0)
		return false;
	switch (a->kind) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
		return a->boolean == b->boolean;
	case VALUE_STRING:
	case VALUE_BYTES:
		return str_equal(value_str(a), value_str(b));
	case VALUE_LIST:
		return equal_lists(a, b, depth - 1);
	case VALUE_MAP:
		return equal_maps(a, b, depth - 1);
	default:
		return false;
	}
}

bool value_is_plain(const struct value *v, unsigned depth)
{
	if (v->kind == VALUE_BYTES || v->kind >= VALUE_KINDS)
		return false;
	if (v->kind != VALUE_LIST && v->kind != VALUE_MAP)
		return true;
	for (uint32_t i = 0; depth > 0 && i < v->count; i++) {
		bool list = v->kind == VALUE_LIST;
		const struct value *item = list ? &v->items[i] : &v->entries[i].value;
		if ((!list && v->entries[i].key.kind != VALUE_STRING) ||
			!value_is_plain(item, depth - 1))
			return false;
	}
	return depth > 0;
}

bool value_equal(const struct value *a, const struct value *b)
{
	return equal_below(a, b, LIMIT_DATA_DEPTH + 1);
}
