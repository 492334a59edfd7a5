/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/value.h"

/* The kinds of values that only expressions know; they continue enum value_kind. */
enum cel_kind {
	CEL_TIMESTAMP =
		VALUE_KINDS, /* integer = seconds since 1970, count = nanoseconds 0..999,999,999 */
	CEL_DURATION, /* integer = seconds, count = (uint32_t)(int32_t) nanoseconds of the same sign
		       */
	CEL_TYPE,     /* pointer = const struct cel_type * */
	CEL_OPTIONAL, /* items = one value, or count 0 for none */
	CEL_OPAQUE,   /* pointer = const struct cel_opaque * */
	CEL_ERROR,    /* pointer = const struct cel_failure * */
	CEL_UNSET,    /* only in slots: nothing bound here */
	CEL_KINDS,
};

struct cel_opaque;

/* What a library's own type can do (net.IP, kubernetes.Quantity, ...). */
struct cel_opaque_class {
	const char *type_name;
	bool (*equal)(const struct cel_opaque *a, const struct cel_opaque *b);
	void (*print)(const struct cel_opaque *opaque,
		struct buf *out); /* the text a person would write */
};

/* Begins every library's payload. */
struct cel_opaque {
	const struct cel_opaque_class *class;
};

/* Why an evaluation has no value. Errors are values, so that `error || true` can be true. */
struct cel_failure {
	struct str message;       /* one phrase, no position in it */
	struct origin expression; /* where in the expression */
	uint32_t length;          /* bytes to underline there */
	struct origin data;       /* where in the data, when a value was at fault */
};

static inline bool cel_is_error(const struct value *v)
{
	return v->kind == CEL_ERROR;
}
