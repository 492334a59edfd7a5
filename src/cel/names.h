/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/text.h"

struct names_slot {
	struct str name; /* data == NULL: free */
	void *item;
};

/* A set of names, each with an item; open addressing, never more than half full. */
struct names {
	struct names_slot *slots;
	size_t capacity; /* a power of 2, or 0 */
	size_t count;
};

/** The item of a name, or NULL. */
void *names_get(const struct names *names, struct str name);

/** The place of the item of a name, NULL in it when the name is new; name is borrowed. */
void **names_put(struct names *names, struct arena *arena, struct str name);

/** A copy that can grow apart from the original; items are shared. */
struct names names_copy(const struct names *names, struct arena *arena);
