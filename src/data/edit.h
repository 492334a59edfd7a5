/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "data/value.h"

enum edit_operation { EDIT_ADD, EDIT_REPLACE, EDIT_REMOVE };

/* One operation of a JSON Patch (RFC 6902, section 4). */
struct edit {
	enum edit_operation operation;
	struct str pointer;        /* RFC 6901; not the whole document */
	const struct value *value; /* unused by EDIT_REMOVE */
};

/** The operation of that name: add, replace or remove; false for others. */
bool edit_operation_named(struct str name, enum edit_operation *ret_operation);

/**
 * A document with one change. What is not on the way to it is shared with root, which stays as it
 * is; maps that are missing on the way to what is added are made. -1 when the pointer leads
 * nowhere. Time: the sum of the sizes of the maps and lists on the way.
 */
int value_edit(struct arena *arena, const struct value *root, const struct edit *edit,
	struct value *ret_root, struct error *err);
