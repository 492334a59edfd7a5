/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/origin.h"
#include "base/text.h"

/* A text whose lines are looked up; findings in order of their lines cost one pass together. */
struct excerpts {
	struct str text;
	size_t offset; /* of the line last looked up */
	uint32_t line;
};

/* A line to show, with what is to be underlined, counted in code points. */
struct excerpt {
	struct str line; /* without its end; may hold anything: escape it */
	size_t start;    /* byte offset in line */
	size_t end;      /* byte offset behind; > start unless at the end of the line */
	size_t indent;   /* code points before start */
	size_t width;    /* code points to underline, at least 1 */
};

/** Prepare to look lines up; a byte order mark at the start does not count, as when reading. */
void excerpts_init(struct excerpts *excerpts, struct str text);

/**
 * The line of an origin. length: bytes to underline, cut at the end of the line; 0: the token that
 * begins there (see excerpt_token()). False when the text has no such line.
 */
bool excerpt_at(struct excerpts *excerpts, struct origin origin, uint32_t length,
	struct excerpt *ret_excerpt);

/**
 * Bytes of the token of JSON or YAML at a byte offset of a line: a quoted text with its quotes, a
 * bracket, an indicator, or a plain text up to ": ", " #", the end of the line or, behind an
 * opening bracket on the line, a comma or closing bracket. Best effort: one line is all it sees.
 */
size_t excerpt_token(struct str line, size_t start);
