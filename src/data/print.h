/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"
#include "data/value.h"

/* How to print JSON for people. */
struct print_style {
	unsigned indent; /* spaces per level, each item on a line of its own; 0: all on one line */
	/** Print what only expressions know (kinds from VALUE_KINDS on); NULL: they become null. */
	void (*other)(const struct value *v, struct buf *out);
};

/**
 * Print a value as JSON that is safe on a terminal: whatever acts on it or is invisible is escaped.
 * Never fails: infinity and NaN become strings, bytes base64, a key that is no string its text,
 * what lies below LIMIT_DATA_DEPTH the string "...". Entries keep their order.
 */
void print_json(const struct value *v, struct print_style style, struct buf *out);

/** A string as JSON; visible: escape what a terminal would act on or hide, beyond what JSON asks.
 */
void print_json_string(struct str s, bool visible, struct buf *out);
