/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/origin.h"
#include "report/lines.h"

/*
 * Turns columns in bytes into columns in code points. It continues from where it was on the same
 * line, so that many places on one long line cost one pass over it. Zero it before the first use.
 */
struct columns {
	size_t start; /* byte offset of the line */
	size_t bytes; /* counted so far */
	size_t runes;
};

/* Columns from 1; `to` is the one behind the last. */
struct columns_range {
	size_t from, to;
};

/** Columns of the bytes at origin; length is cut at the end of the line, 0 counts as one. */
struct columns_range columns_find(struct columns *columns, struct lines *lines, struct str text,
	struct origin origin, uint32_t length);
