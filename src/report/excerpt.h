/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/origin.h"
#include "report/lines.h"

/* How text looks on this terminal. */
enum style {
	STYLE_NONE,
	STYLE_DENY,
	STYLE_WARN,
	STYLE_GOOD,
	STYLE_FRAME,
	STYLE_STRONG,
	STYLE_FAINT
};

/** Begin a style (STYLE_NONE: end it); nothing when there is no colour. */
void style_put(struct buf *out, bool colour, enum style style);

/* A piece of source with a caret run under the bytes meant. */
struct excerpt {
	struct str file; /* as the user named it; empty: only the frame */
	struct str text; /* of it; empty: only the arrow line */
	struct origin origin;
	uint32_t length;             /* bytes to underline, cut at the end of the line; 0: one */
	enum style style;            /* of the carets */
	struct str label;            /* behind the carets, unescaped */
	const struct origin *hidden; /* from each of them on, the rest of its line is not shown */
	size_t hidden_count;
	bool before; /* show the line before it, too */
	bool colour, unicode;
};

/**
 * Append
 *       --> file:line:column
 *        |
 *     22 |           capabilities:
 *     23 |             add: [SYS_ADMIN]
 *        |                   ^^^^^^^^^
 * Tabs are shown as spaces, wide characters count two columns, what cannot be seen is escaped, and
 * of a line too long for a screen the part around the caret is shown. lines is the cursor of text.
 */
void excerpt_put(struct buf *out, const struct excerpt *excerpt, struct lines *lines);

/** That many spaces. */
void excerpt_put_spaces(struct buf *out, size_t count);

/** Columns before the frame of an excerpt of that place, for notes below it. */
unsigned excerpt_indent(struct origin origin);

/** Columns a terminal gives to a visible code point: 0, 1 or 2. Source: Unicode 15 UAX #11. */
unsigned excerpt_rune_columns(uint32_t rune);
