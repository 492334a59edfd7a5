/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/hash.h"
#include "ledger/note.h"

/* What a log promises: https://c2sp.org/tlog-checkpoint. */
struct checkpoint {
	struct str origin;
	uint64_t size;
	struct ledger_hash root;
};

/** The body of a checkpoint: origin, size, base64 of the root, each on a line. */
void checkpoint_print(const struct checkpoint *checkpoint, struct buf *out);

/** Read a body. Extension lines are allowed and ignored; a size with leading zeros is not. */
int checkpoint_parse(struct str body, struct checkpoint *ret_checkpoint, struct error *err);

/** Write a whole checkpoint: body, empty line, one signature. */
int checkpoint_sign(struct arena *arena, const struct checkpoint *checkpoint,
	const struct note_signer *signer, struct buf *out, struct error *err);

/**
 * Read a checkpoint whose log key is known: the note must carry a valid signature by key, and its
 * origin must be origin. ret_note keeps the other signatures (witnesses); may not be NULL.
 */
int checkpoint_open(struct arena *arena, struct str text, struct str origin,
	const struct note_key *key, struct checkpoint *ret_checkpoint, struct note *ret_note,
	struct error *err);
