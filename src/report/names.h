/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/text.h"

struct names_node;

/* Texts known by a number, from 0 on in the order in which they came. A balanced tree: whoever
 * chooses the texts cannot make it slow. */
struct names {
	struct arena *arena;
	struct names_node *root;
	size_t count;
};

/** The number of a text; copies it and sets *ret_is_new when it is a new one. O(log n). */
size_t names_add(struct names *names, struct str text, bool *ret_is_new);

/** The number of a text; SIZE_MAX when it is none of them. */
size_t names_find(const struct names *names, struct str text);

/** The one copy of a text, which is added when it is new. */
struct str names_keep(struct names *names, struct str text);
