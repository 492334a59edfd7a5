/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/origin.h"
#include "base/text.h"

/* What a document is made of. src/cel continues the numbering with the kinds only expressions know.
 */
enum value_kind {
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_INT,
	VALUE_UINT,
	VALUE_DOUBLE,
	VALUE_STRING, /* UTF-8, may hold any code point, also U+0000 */
	VALUE_BYTES,
	VALUE_LIST,
	VALUE_MAP,
	VALUE_KINDS,
};

enum value_flag {
	VALUE_ASCII = 1,   /* string without a byte above 0x7F: code points are bytes */
	VALUE_INDEXED = 2, /* map with a sorted index behind its entries (see map.h) */
};

/*
 * One immutable value and where it came from. The first 8 bytes of two equal strings are equal
 * (kind, flags, hash, count), so that one comparison refuses almost every other key: a string must
 * be made by value_string(). Payloads live in the arena of the subject or of the catalogue.
 */
struct value {
	uint8_t kind;
	uint8_t flags;
	uint16_t hash;  /* of a string, else 0 */
	uint32_t count; /* bytes of a string or bytes, items of a list, entries of a map */
	union {
		bool boolean;
		int64_t integer;
		uint64_t natural;
		double real;
		const char *text;
		const struct value *items;
		const struct value_entry *entries;
		const void *pointer;
	};
	struct origin origin;
};

struct value_entry {
	struct value key; /* its origin is the key's, the value's the value's */
	struct value value;
};

_Static_assert(sizeof(struct value) == 24, "values are copied by the million");

/** A filter against unequal strings, not a defence: maps never rely on it (see map.h). */
static inline uint16_t value_hash(struct str s)
{
	uint64_t head = 0, tail = 0;
	if (s.len >= 8) {
		memcpy(&head, s.data, 8);
		memcpy(&tail, s.data + (s.len - 8), 8);
	} else if (s.len >= 4) {
		memcpy(&head, s.data, 4);
		memcpy(&tail, s.data + (s.len - 4), 4);
	} else if (s.len > 0) {
		head = (unsigned char)s.data[0] | (uint64_t)(unsigned char)s.data[s.len / 2] << 8;
		tail = (unsigned char)s.data[s.len - 1];
	}
	uint64_t mixed = (head ^ (tail << 7 | tail >> 57) ^ s.len) * 0x9E3779B97F4A7C15u;
	return (uint16_t)(mixed >> 48);
}

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

/**
 * Compare two numbers (int, uint, double) by mathematical value: -1, 0, 1, or VALUE_UNORDERED when
 * one is NaN. Exact: no integer is rounded to a double.
 */
int value_compare_numbers(const struct value *a, const struct value *b);

/**
 * Whether two values are the same: numbers by mathematical value, maps whatever their order; NaN
 * equals nothing, and nothing is equal below LIMIT_DATA_DEPTH. Origins do not count. Kinds that
 * only expressions know are never equal here.
 */
bool value_equal(const struct value *a, const struct value *b);

static inline bool value_is_number(const struct value *v)
{
	return v->kind >= VALUE_INT && v->kind <= VALUE_DOUBLE;
}

static inline bool value_is(const struct value *v, enum value_kind kind)
{
	return v && v->kind == (uint8_t)kind;
}
