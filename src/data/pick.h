/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/value.h"

/** Called for each text found; text points into the value. */
typedef void pick_visit(void *context, struct str text);

/**
 * Visit every string that a path leads to: names of members joined by dots, `*` for all items of a
 * list, as in "reasons.*.policy". What is not there, or no string, is passed over.
 */
void pick_texts(const struct value *root, const char *path, pick_visit *visit, void *context);

/** The first of them, empty when there is none. */
struct str pick_text(const struct value *root, const char *path);
