/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/origin.h"

#include <stdbool.h>

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
