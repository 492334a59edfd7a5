/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/value.h"

/* JSON pointers, RFC 6901. */

enum { POINTER_STEP_BYTES = 256 };

/* A step of a pointer, unescaped, with a 0 byte after it. */
struct pointer_step {
	char data[POINTER_STEP_BYTES];
	size_t len;
};

/** Unescape one part between slashes; false when it is too long for a step. */
bool pointer_step_read(struct str part, struct pointer_step *ret_step);

/** What a step leads to in a list or map; NULL when it leads nowhere. */
const struct value *pointer_child(const struct value *node, const struct pointer_step *step);

/** The value that a pointer names in a document, NULL when there is none. */
const struct value *pointer_find(const struct value *root, struct str pointer);

/**
 * How many bytes of a pointer lead to what is there; true when the rest can be added, for it would
 * be in a map.
 */
bool pointer_split(const struct value *root, struct str pointer, size_t *ret_there);
