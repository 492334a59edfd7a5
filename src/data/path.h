/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/limits.h"
#include "base/text.h"
#include "data/value.h"

/* One step down from a container. */
struct path_step {
	const struct value *key; /* of a map; NULL for an item of a list */
	uint32_t index;          /* of the entry or item */
};

/* The way from a root to a value in it. Points into the values. */
struct path {
	uint32_t count;
	struct path_step steps[LIMIT_DATA_DEPTH + 1];
};

/**
 * Find where in root a value stands that was read with it, or a copy of one: what has the same
 * origin and kind; v may also be a key. Documents are in the order of their text, so this descends
 * by origin, O(depth x log fanout); what came by alias or merge is searched for. A value that
 * aliases put in several places is found in the first. False when root does not hold it, for
 * instance because an expression made it.
 */
bool path_find(const struct value *root, const struct value *v, struct path *ret_path);

/** The value at the end of a path found in root. */
const struct value *path_value(const struct value *root, const struct path *path);

/**
 * Append a path as people write it, spec.containers[0].image or metadata.labels["a.b/c"], and as a
 * JSON pointer, /spec/containers/0/image (RFC 6901). Keys may hold anything: escape what is shown.
 */
void path_put(const struct path *path, struct buf *text, struct buf *pointer);

/** Append one step more to both. */
void path_put_key(struct str key, struct buf *text, struct buf *pointer);
void path_put_index(uint64_t index, struct buf *text, struct buf *pointer);
