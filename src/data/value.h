/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "data/hash.h"
#include "data/kind.h"

/** A string that borrows s; s must be UTF-8 of less than 4 GiB. */
struct value value_string(struct str s);

/** The same for s known to be ASCII; saves the scan. */
static inline struct value value_ascii(struct str s)
{
	return (struct value){.kind = VALUE_STRING,
		.flags = VALUE_ASCII,
		.hash = value_hash(s),
		.count = (uint32_t)s.len,
		.text = s.data};
}

static inline struct value value_null(void)
{
	return (struct value){.kind = VALUE_NULL};
}

static inline struct value value_bool(bool boolean)
{
	return (struct value){.kind = VALUE_BOOL, .boolean = boolean};
}

static inline struct value value_int(int64_t integer)
{
	return (struct value){.kind = VALUE_INT, .integer = integer};
}

static inline struct value value_uint(uint64_t natural)
{
	return (struct value){.kind = VALUE_UINT, .natural = natural};
}

static inline struct value value_double(double real)
{
	return (struct value){.kind = VALUE_DOUBLE, .real = real};
}

static inline struct value value_bytes(struct str s)
{
	return (struct value){.kind = VALUE_BYTES, .count = (uint32_t)s.len, .text = s.data};
}

/** A list that borrows items. */
static inline struct value value_list(const struct value *items, size_t count)
{
	return (struct value){.kind = VALUE_LIST, .count = (uint32_t)count, .items = items};
}

static inline struct value value_at(struct value v, struct origin origin)
{
	v.origin = origin;
	return v;
}

/** The bytes of a string or bytes value. */
static inline struct str value_str(const struct value *v)
{
	return (struct str){v->text, v->count};
}

static inline bool value_string_equal(const struct value *a, const struct value *b)
{
	return memcmp(a, b, 8) == 0 &&
	       (a->text == b->text || a->count == 0 || memcmp(a->text, b->text, a->count) == 0);
}

enum { VALUE_UNORDERED = 2 };

/** Compare two numbers (int, uint, double) by mathematical value: -1, 0, 1, or VALUE_UNORDERED when
 * one is NaN. Exact: no integer is rounded to a double. */
int value_compare_numbers(const struct value *a, const struct value *b);

/**
 * Whether two values are the same: numbers by mathematical value, maps whatever their order; NaN
 * equals nothing, and nothing is equal below LIMIT_DATA_DEPTH. Origins do not count. Kinds that
 * only expressions know are never equal here.
 */
bool value_equal(const struct value *a, const struct value *b);

/** Whether a value is made of what documents are made of, at most `depth` deep. O(n). */
bool value_is_plain(const struct value *v, unsigned depth);

static inline bool value_is_number(const struct value *v)
{
	return v->kind >= VALUE_INT && v->kind <= VALUE_DOUBLE;
}

static inline bool value_is(const struct value *v, enum value_kind kind)
{
	return v && v->kind == (uint8_t)kind;
}
