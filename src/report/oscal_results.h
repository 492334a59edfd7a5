/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "report/metrics.h"
#include "report/oscal.h"

/* Where the records lie that a document of results points to. */
struct oscal_ledger {
	struct str checkpoint; /* the signed note over all records */
	uint64_t size;         /* that it covers */
	uint64_t first;        /* number of the first record that was added to the sum */
	/**
	 * Append where record number index is, as a relative reference, and its inclusion proof in
	 * that size: base64 hashes, from the leaf upward, with a space between; empty for none.
	 */
	int (*locate)(void *context, uint64_t index, struct buf *href, struct buf *proof,
		struct error *err);
	void *context;
};

/**
 * The latest decisions about all subjects as OSCAL 1.1.3 assessment-results: an observation for
 * each decision with its record and proof, a finding for each policy that was looked at, a risk for
 * each open waiver. Drills and decisions whose policies no record lists are not in it; -1 when
 * nothing is left. sum has come to its end with metrics_end(), figures are its own; equal ledgers
 * and moments give equal bytes. Memory from arena: some bytes for each failed check; the text is
 * written as it comes. context->last_modified is not used: it is the moment of the figures.
 */
int oscal_put_results(const struct metrics_sum *sum, const struct metrics *figures,
	const struct oscal_context *context, const struct oscal_ledger *ledger, struct arena *arena,
	struct buf *out, struct error *err);
