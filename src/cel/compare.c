/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/compare.h"

#include "base/limits.h"
#include "cel/cel.h"
#include "data/map.h"

#define ORDER(a, b) ((a) < (b) ? CEL_LESS : (a) > (b) ? CEL_GREATER : CEL_EQUAL)

static enum cel_order order_times(const struct value *a, const struct value *b)
{
	if (a->integer != b->integer)
		return ORDER(a->integer, b->integer);
	/* Nanoseconds of a duration are signed. */
	return ORDER((int32_t)a->count, (int32_t)b->count);
}

/* The double that an integer becomes; the largest integers become 2^63 and 2^64. */
static double rounded(const struct value *v)
{
	if (v->kind == VALUE_DOUBLE)
		return v->real;
	return v->kind == VALUE_INT ? (double)v->integer : (double)v->natural;
}

enum cel_order cel_order_rounded(const struct value *a, const struct value *b)
{
	if ((a->kind == VALUE_DOUBLE) == (b->kind == VALUE_DOUBLE))
		return (enum cel_order)value_compare_numbers(a, b);
	double x = rounded(a), y = rounded(b);
	return x != x || y != y ? CEL_UNORDERED : ORDER(x, y);
}

static bool is_end_of_range(const struct value *v)
{
	return v->kind == VALUE_DOUBLE && (v->real == 0x1p63 || v->real == 0x1p64);
}

/* Exact, but for the doubles next to the largest integers: conformance has it that those are equal
 * to what rounds to them. */
static enum cel_order order_numbers(const struct value *a, const struct value *b)
{
	if (is_end_of_range(a) || is_end_of_range(b))
		return cel_order_rounded(a, b);
	return (enum cel_order)value_compare_numbers(a, b);
}

enum cel_order cel_order_values(const struct value *a, const struct value *b)
{
	if (value_is_number(a) && value_is_number(b))
		return order_numbers(a, b);
	if (a->kind != b->kind)
		return CEL_INCOMPARABLE;
	switch (a->kind) {
	case VALUE_BOOL:
		return ORDER(a->boolean, b->boolean);
	case VALUE_STRING:
	case VALUE_BYTES: {
		int order = str_compare(value_str(a), value_str(b));
		return ORDER(order, 0);
	}
	case CEL_TIMESTAMP:
	case CEL_DURATION:
		return order_times(a, b);
	default:
		return CEL_INCOMPARABLE;
	}
}

bool cel_type_same(const struct cel_type *a, const struct cel_type *b)
{
	if (a == b)
		return true;
	if (a->kind != b->kind)
		return false;
	if (a->kind != CEL_TYPE_OPAQUE && a->kind != CEL_TYPE_STRUCT)
		return true;
	return str_equal(str_from(a->name), str_from(b->name));
}

static bool equal(
	const struct value *a, const struct value *b, struct cel_effort *effort, unsigned depth);

static bool equal_items(
	const struct value *a, const struct value *b, struct cel_effort *effort, unsigned depth)
{
	if (a->count != b->count)
		return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (!equal(&a->items[i], &b->items[i], effort, depth))
			return false;
	return true;
}

static bool equal_maps(
	const struct value *a, const struct value *b, struct cel_effort *effort, unsigned depth)
{
	if (a->count != b->count)
		return false;
	for (uint32_t i = 0; i < a->count; i++) {
		const struct value_entry *other = map_find(b, &a->entries[i].key);
		if (!other || !equal(&a->entries[i].value, &other->value, effort, depth))
			return false;
	}
	return true;
}

static bool equal_opaques(const struct value *a, const struct value *b)
{
	const struct cel_opaque *x = a->pointer, *y = b->pointer;
	return x->class == y->class && x->class->equal(x, y);
}

/* Whether a visit may be made; counts it, and the bytes that will be read. */
static bool visit(const struct value *a, struct cel_effort *effort, unsigned depth)
{
	bool is_text = a->kind == VALUE_STRING || a->kind == VALUE_BYTES;
	uint64_t units = 1 + (is_text ? a->count / 64 : 0);
	if (effort->left < units || depth > LIMIT_CEL_VALUE_DEPTH)
		effort->exceeded = true;
	if (effort->exceeded)
		return false;
	effort->left -= units;
	effort->spent += units;
	return true;
}

static bool equal_same_kind(
	const struct value *a, const struct value *b, struct cel_effort *effort, unsigned depth)
{
	switch (a->kind) {
	case VALUE_NULL:
		return true;
	case VALUE_STRING:
		return value_string_equal(a, b);
	case VALUE_BYTES:
		return str_equal(value_str(a), value_str(b));
	case VALUE_LIST:
	case CEL_OPTIONAL:
		return equal_items(a, b, effort, depth + 1);
	case VALUE_MAP:
		return equal_maps(a, b, effort, depth + 1);
	case CEL_TYPE:
		return cel_type_same(a->pointer, b->pointer);
	case CEL_OPAQUE:
		return equal_opaques(a, b);
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_DOUBLE:
		return value_compare_numbers(a, b) == 0;
	default:
		return cel_order_values(a, b) == CEL_EQUAL;
	}
}

static bool equal(
	const struct value *a, const struct value *b, struct cel_effort *effort, unsigned depth)
{
	if (!visit(a, effort, depth))
		return false;
	if (a->kind != b->kind)
		return value_is_number(a) && value_is_number(b) && value_compare_numbers(a, b) == 0;
	return equal_same_kind(a, b, effort, depth);
}

bool cel_equal_within(const struct value *a, const struct value *b, struct cel_effort *effort)
{
	return equal(a, b, effort, 0) && !effort->exceeded;
}

bool cel_equal(const struct value *a, const struct value *b)
{
	struct cel_effort effort = {.left = LIMIT_DATA_NODES};
	return cel_equal_within(a, b, &effort);
}

static bool is_printable(const struct value *v, struct cel_effort *effort, unsigned depth)
{
	if (depth > LIMIT_DATA_DEPTH || !visit(v, effort, depth))
		return false;
	bool has_items = v->kind == VALUE_LIST || v->kind == CEL_OPTIONAL;
	for (uint32_t i = 0; has_items && i < v->count; i++)
		if (!is_printable(&v->items[i], effort, depth + 1))
			return false;
	for (uint32_t i = 0; v->kind == VALUE_MAP && i < v->count; i++)
		if (!is_printable(&v->entries[i].value, effort, depth + 1))
			return false;
	return true;
}

bool cel_is_printable(const struct value *v, struct cel_effort *effort)
{
	return is_printable(v, effort, 0);
}
