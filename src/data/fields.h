/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/value.h"

/* A map being made of members whose names are ours, ASCII, and differ. */
struct fields {
	struct arena *arena;
	struct value_entry *entries;
	size_t count;
};

/** Begin a map of at most so many members; add one; end it. */
struct fields fields_begin(struct arena *arena, size_t most);
void fields_add(struct fields *fields, const char *name, struct value value);
struct value fields_end(const struct fields *fields);
