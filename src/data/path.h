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
 * Find where in root a value is that was read with it: one with the same origin and payload, or a
 * key. Documents are in the order of their text, so this descends by origin, O(depth x log fanout);
 * what came by alias or merge is searched for. A value that aliases put in several places is found
 * in the first. False when root does not hold it, for instance because an expression made it.
 */
bool path_find(const struct value *root, const struct value *v, struct path *ret_path);

/** The value at the end of a path found in root. */
const struct value *path_value(const struct value *root, const struct path *path);

/** Append a path as people write it: spec.containers[0].image, metadata.labels["a.b/c"]. */
void path_print(const struct path *path, struct buf *out);

/** Append it as a JSON pointer (RFC 6901): /spec/containers/0/image. */
void path_print_pointer(const struct path *path, struct buf *out);

/* How far a path leads. */
struct path_found {
	const struct value *value; /* the last that exists, root if none */
	struct origin key;         /* of the key that leads to it, or of the item */
	struct path path;          /* to it */
	struct str rest;           /* of the text: what does not exist; empty when all does */
};

/**
 * Follow a path in the form of path_print() from root as far as it exists. True when all of it
 * does. Malformed text counts as what does not exist.
 */
bool path_resolve(const struct value *root, struct str text, struct path_found *ret_found);
