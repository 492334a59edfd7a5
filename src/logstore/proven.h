/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "logstore/verify.h"

/* Reads records one bundle at a time and shows none before all of it was led to the signed root. */
struct log_proven {
	struct log_reader *reader;
	struct ledger_nodes nodes;
	struct arena_mark mark;
	uint64_t bundle;          /* the one held, proven; UINT64_MAX: none */
	struct str *entries;      /* of it */
	struct ledger_hash *tree; /* of a full bundle: [1] its root, [2i] and [2i + 1] below [i] */
	bool has_tree;            /* tree is of this bundle */
	struct ledger_path first; /* of the first entry in it */
};

/** Begin; until the end nothing else may read through the reader or use its arena. */
void log_proven_init(struct log_proven *proven, struct log_reader *reader);

/**
 * Record number index, range.first <= index < range.end, valid until one of another bundle is asked
 * for: 0; 1 and the place when it is not what was signed; -1 when something could not be read.
 * Reading in order costs one hash a record and one path a bundle.
 */
int log_read_proven(struct log_proven *proven, uint64_t index, struct str *ret_entry,
	struct log_fault *ret_fault, struct error *err);

/**
 * The path of the record read last, for its proof; as ledger_prove_inclusion(), but one after
 * another they cost some hashes a bundle, not a record.
 */
int log_prove_proven(
	struct log_proven *proven, uint64_t index, struct ledger_path *ret_path, struct error *err);
