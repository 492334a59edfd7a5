/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/checkpoint.h"
#include "ledger/tree.h"
#include "ledger/trust.h"

/* What a log and a witness say to each other. Source: https://c2sp.org/tlog-witness. */
enum {
	WITNESS_PROOF_LINES = 63,
	WITNESS_BODY_BYTES = 128 << 10, /* proof and a checkpoint of 64 signatures */
};

/* The body of a call of add-checkpoint. */
struct witness_request {
	uint64_t old_size;
	struct ledger_path path;
	struct str checkpoint; /* the signed note */
};

/** Write the body. */
void witness_request_print(const struct witness_request *request, struct buf *out);

/** Read a body; checkpoint points into text. Nothing is verified yet. */
int witness_request_parse(struct str text, struct witness_request *ret_request, struct error *err);

/* The answer, by the numbers of HTTP. */
enum witness_status {
	WITNESS_OK = 200,
	WITNESS_BAD_REQUEST = 400,   /* malformed, or the old size is above the checkpoint's */
	WITNESS_FORBIDDEN = 403,     /* not signed by a key of the log */
	WITNESS_NOT_FOUND = 404,     /* the log is unknown */
	WITNESS_CONFLICT = 409,      /* the witness has seen another size, or another root of it */
	WITNESS_UNPROCESSABLE = 422, /* the proof is wrong */
};

/* The last checkpoint that a witness has signed of one log; size 0: none yet. */
struct witness_memory {
	struct str origin;
	uint64_t size;
	struct ledger_hash root;
};

/* All of them: what a witness must never forget, as lines "<size> <base64 root> <origin>". */
struct witness_state {
	struct witness_memory logs[TRUST_LOGS];
	size_t count;
};

/** Read a state; origins point into text. Refuses repeated origins and anything malformed. */
int witness_state_parse(struct str text, struct witness_state *ret_state, struct error *err);

/** Write a state. */
void witness_state_print(const struct witness_state *state, struct buf *out);

/** What is remembered of a log, made if there is nothing yet; NULL when there is no more room. */
struct witness_memory *witness_state_of(struct witness_state *state, struct str origin);

/**
 * Decide about a request's checkpoint: WITNESS_OK and the checkpoint, which the caller makes
 * durable as the new memory before it signs ret_note->text; or another status, and why in err.
 * ret_memory of a CONFLICT is what to answer. Pure.
 */
enum witness_status witness_judge(struct arena *arena, const struct trust_policy *policy,
	struct str body, struct witness_state *state, struct witness_memory **ret_memory,
	struct checkpoint *ret_checkpoint, struct note *ret_note, struct error *err);
