/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/*
 * Finds lines of a text again and again: it walks from the line it stands on, so that places asked
 * for in about the order of the text cost one pass over it. Zero it before the first use.
 */
struct lines {
	struct str text;
	uint32_t line; /* where it stands, from 1; 0: nowhere yet */
	size_t start;  /* byte offset of that line */
};

/** Offset of the first byte of a line (from 1), or SIZE_MAX when the text has no such line. */
size_t lines_find(struct lines *lines, struct str text, uint32_t line);

/** Length of the line that starts at start without its end, looking at no more than most bytes. */
size_t lines_length(struct str text, size_t start, size_t most);
