/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/value.h"

/* A record of the ledger as other programs are to see it. */
struct record_view {
	struct str origin; /* of the ledger */
	uint64_t number;
	struct str entry;           /* its bytes as they were signed */
	const struct value *record; /* the same read; NULL: it is no JSON */
	const char *version;        /* of this program */
};

/** The line of column names, then one line for each record: RFC 4180. What a spreadsheet would take
 * for a formula gets a ' before it; what cannot be seen is escaped. arena is for scratch. */
void record_put_csv_head(struct buf *out);
void record_put_csv(const struct record_view *view, struct arena *arena, struct buf *out);

/** One event of OCSF 1.8.0 on a line, by the table in docs/reference/ocsf.md. */
void record_put_ocsf(const struct record_view *view, struct arena *arena, struct buf *out);

/** The table by which records become events, for the reference: Markdown. */
void record_put_ocsf_reference(struct buf *out);
