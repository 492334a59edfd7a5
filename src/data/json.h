/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/document.h"

/*
 * JSON as RFC 8259 has it and nothing more: UTF-8 without byte order mark, no duplicate keys, no
 * lone surrogates, no number a double cannot hold. Strings without escapes are slices of the text,
 * which must outlive the values. Origins are those of the first byte of each value and key, the
 * quote of a string included.
 */

/**
 * Read the text, which must be one value and white space. Returns -1 with the place, cause and
 * remedy when it is malformed or over LIMIT_DOCUMENT_BYTES, LIMIT_DATA_DEPTH or LIMIT_DATA_NODES;
 * at the arena's cap jumps to the arena's recovery point. O(n).
 */
int json_read(struct arena *arena, struct str text, enum document_typing typing,
	struct value *ret_root, struct error *err);

/**
 * Read the next of several values that stand one after another, from *place: 1 and *place behind
 * it, 0 when only white space is left, -1 as json_read() with *place unchanged.
 */
int json_next(struct arena *arena, struct str text, enum document_typing typing,
	struct text_place *place, struct value *ret_root, struct error *err);
