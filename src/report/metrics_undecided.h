/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/metrics_sum.h"

/* A file of which something could not be judged. */
struct metrics_undecided {
	uint8_t drill, layer;
	bool stands;       /* no later run has judged what is there */
	uint64_t line;     /* 0: the whole file */
	struct str digest; /* of the catalogue */
};

/** A decision about a file whose undecided part may be settled by it. */
void metrics_settle_undecided(struct metrics_sum *sum, const struct value *record, int drill);

/** The catalogue that would have judged it; NULL when no record told all of it. */
const struct metrics_catalogue *metrics_undecided_catalogue(
	const struct metrics_sum *sum, const struct metrics_undecided *undecided);

/** What could not be judged and still stands fails in all groups of its layer's policies. */
void metrics_end_undecided(struct metrics_sum *sum);
