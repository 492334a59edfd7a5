/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/trust.h"
#include "logstore/reader.h"
#include "programs/gabion/invocation.h"

/** Read the trust policy that --policy names; errors name file and line. */
int witnessed_policy(
	struct invocation *invocation, const struct trust_policy **ret_policy, struct error *err);

/* What witnesses say about a ledger. */
struct witnessed {
	struct checkpoint checkpoint;
	struct trust_verdict verdict;
};

/**
 * Check that a note's cosignatures are the policy's quorum and none is from the future: 1; 0 with
 * err, which names who has signed, when they are not; -1 when a signature does not verify.
 */
int witnessed_check(struct arena *arena, const struct trust_policy *policy, const struct note *note,
	struct trust_verdict *ret_verdict, struct error *err);

/**
 * Check the witnessed checkpoint of a ledger that was verified: its signatures, the quorum, and
 * that the ledger is an extension of it. 1 when all hold, 0 with err when not, -1 when it cannot be
 * read.
 */
int witnessed_verify(struct log_reader *reader, const struct trust_policy *policy,
	struct witnessed *ret_witnessed, struct error *err);
