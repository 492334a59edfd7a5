/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/checkpoint.h"
#include "ledger/tree.h"

/* A proof file: https://c2sp.org/tlog-proof, self-contained offline evidence. */
struct proof_file {
	struct str extra; /* decoded; empty when there is none */
	uint64_t index;
	struct ledger_path path;
	struct str checkpoint; /* the signed note */
};

/** Write the file. */
void proof_print(const struct proof_file *proof, struct buf *out);

/** Read a file; hashes are copied, checkpoint points into text. Nothing is verified yet. */
int proof_parse(
	struct arena *arena, struct str text, struct proof_file *ret_proof, struct error *err);

/**
 * Verify that entry is in the log that key speaks for: the checkpoint's signature, origin and the
 * path. -1 says which of them failed. Witness signatures are left to the caller (ret_note).
 */
int proof_verify(struct arena *arena, const struct proof_file *proof, struct str entry,
	struct str origin, const struct note_key *key, struct checkpoint *ret_checkpoint,
	struct note *ret_note, struct error *err);
