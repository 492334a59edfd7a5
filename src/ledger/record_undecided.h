/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/record.h"

/* Something that could not be judged. */
struct record_undecided {
	struct str layer, digest; /* whose, and of the catalogue that would have judged it */
	struct str file;
	uint32_t line; /* at or behind it; 0: the whole file */
	struct str why;
};

/** The record of an input, or a document in it, that could not be judged. */
int record_print_undecided(struct arena *arena, const struct record_head *head,
	const struct record_undecided *undecided, struct buf *out, struct error *err);
