/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/kind.h"
#include "cel/type.h"

/* How two values stand to each other. */
enum cel_order {
	CEL_LESS = -1,
	CEL_EQUAL = 0,
	CEL_GREATER = 1,
	CEL_UNORDERED = 2,    /* NaN */
	CEL_INCOMPARABLE = 3, /* kinds without a common order */
};

/** Order of two values of one ordered kind, or of numbers by mathematical value. Strings are
 * ordered by code points. Source: cel-spec, "Standard definitions". */
enum cel_order cel_order_values(const struct value *a, const struct value *b);

/** Order of two numbers as cel-go has it, where an integer becomes a double next to a double. */
enum cel_order cel_order_rounded(const struct value *a, const struct value *b);

/* What a comparison of deep or shared data may cost; values may be far larger than memory when
 * parts of them are shared. */
struct cel_effort {
	uint64_t left;  /* units of cel_run_work() that may still be used */
	uint64_t spent; /* units used */
	bool exceeded;  /* also set beyond LIMIT_CEL_VALUE_DEPTH */
};

/** Equality that gives up, with exceeded set and the answer false, when the effort is spent. */
bool cel_equal_within(const struct value *a, const struct value *b, struct cel_effort *effort);

/** Whether two types are the same type at run time, where parameters do not exist. */
bool cel_type_same(const struct cel_type *a, const struct cel_type *b);

/** Whether a value, visited as a tree, is no larger or deeper than a document may be: one whose
 * parts are shared can be far larger than memory, and whoever prints it would not end. */
bool cel_is_printable(const struct value *v, struct cel_effort *effort);
