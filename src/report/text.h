/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "report/excerpt.h"
#include "report/tally.h"

/* How text is written for this reader. */
struct text_style {
	bool colour, unicode;
	struct lines *lines; /* cursor for excerpts */
};

/**
 * Append an error as compilers do: `error[kind]: message`, the excerpt when text is known, `=
 * fix:`. word is "error", "warning" or "notice".
 */
void text_put_error(struct buf *out, const struct text_style *style, const char *word,
	const struct error *err, struct str text);

/** The word for a kind of error, as in `error[input]`. */
const char *text_error_kind(enum error_kind kind);

/** Append who must mend what: counts by owner and risk, then policies, worst first. */
void text_put_tally(struct buf *out, const struct text_style *style, const struct tally *tally);
