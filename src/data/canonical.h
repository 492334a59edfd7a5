/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "data/value.h"

/**
 * Append the canonical JSON of a value, by which equal values have equal texts and so equal
 * digests: RFC 8785 (JCS), without white space, keys sorted by UTF-16 code units, numbers as
 * ECMAScript prints them. Beyond I-JSON, integers and whole doubles from 2^53 to 2^64 are printed
 * with all their digits instead of being rounded, so that numbers are equal exactly when their
 * texts are; bytes become a base64 string. -1 with an error for what has no JSON: infinity, NaN,
 * keys that are no strings, kinds only expressions know, nesting below LIMIT_DATA_DEPTH. arena is
 * for the sorting.
 */
int canonical_put(struct arena *arena, const struct value *v, struct buf *out, struct error *err);
