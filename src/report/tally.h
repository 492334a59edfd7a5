/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/decide.h"

enum {
	TALLY_OWNERS = OWNER_SHARED + 1,
	TALLY_RISKS = RISK_CRITICAL + 1,
	TALLY_PHASES = PHASE_ENFORCE + 1
};

/* How often one policy was violated in a run; waived reasons count only as such. */
struct tally_row {
	const struct policy *policy;
	size_t reasons[TALLY_PHASES];
	size_t waived;
	size_t undecided;    /* of reasons: the expression had no answer */
	size_t subjects;     /* with at least one reason that counts */
	size_t last_subject; /* the newest of them, counted from 1 */
};

/* The counts of a run by policy, from which every other view is summed up. */
struct tally {
	struct tally_row *rows; /* sorted by policy id */
	size_t count;
	size_t subjects;
	uint32_t *slots; /* hash of the policy's address to row + 1 */
	size_t slot_mask;
};

/** An empty tally of these policies, which must be sorted by id; lives in arena. */
struct tally *tally_new(struct arena *arena, const struct policy *const *policies, size_t count);

/** Row of a policy, or SIZE_MAX for one that is not in force. O(1). */
size_t tally_find(const struct tally *tally, const struct policy *policy);

/** Count the reasons of one subject. */
void tally_add(struct tally *tally, const struct verdict *verdict);

/** Reasons that count, in all phases. */
size_t tally_row_total(const struct tally_row *row);

/** Sum of the rows with this layer (empty: any), owner and risk (-1: any) in a phase (-1: any). */
size_t tally_sum(const struct tally *tally, struct str layer, int owner, int risk, int phase);
