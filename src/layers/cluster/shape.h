/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "data/value.h"

/**
 * The document as the API server sees it: a field that is null is a field that is not there; in a
 * map of texts (labels, annotations, data) it is the empty text. Returns v itself when it holds no
 * null; shares everything else with it. Recurses at most LIMIT_DATA_DEPTH deep, as documents do.
 */
struct value shape_without_nulls(struct arena *arena, const struct value *v);

/* A place in a document, for messages: the name of this part and what it is part of. */
struct shape_path {
	const struct shape_path *parent; /* NULL: the document */
	const char *name;                /* NULL: an item of a list */
	size_t index;
};

/** The path in the form spec.containers[0].name; "the document" for NULL. */
void shape_path_print(const struct shape_path *path, struct buf *out);

/** The words a person uses for a kind: "a list", "a map", "a text", ... */
const char *shape_kind_name(const struct value *v);

/**
 * The field of a map, which must have that kind: 1 and the field; 0 when it is absent; -1 with the
 * place when it has another kind. name must be a literal.
 */
int shape_field(const struct value *map, const struct shape_path *path, const char *name,
	enum value_kind kind, const struct value **ret_field, struct error *err);

/** Whether every item of a list is a map; 0 or -1 with the place of the first that is not. */
int shape_list_of_maps(const struct value *list, const struct shape_path *path, struct error *err);
