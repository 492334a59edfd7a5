/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/*
 * Writes what the program `age` and every other implementation of https://age-encryption.org/v1
 * decrypt: a header with the file's key for each X25519 recipient, then chunks, each sealed with
 * ChaCha20-Poly1305. Reads nothing that is encrypted. Random bytes are the caller's to bring.
 */
enum {
	AGE_CHUNK_BYTES = 64 << 10, /* of plain text; all but the last are that long */
	AGE_TAG_BYTES = 16,         /* that sealing adds to a chunk */
	AGE_MOST_RECIPIENTS = 64,
	AGE_SHARED_RANDOM_BYTES = 32, /* key and nonce of the file */
	AGE_OWN_RANDOM_BYTES = 32,    /* secret used for one recipient, once */
	AGE_RANDOM_BYTES = AGE_SHARED_RANDOM_BYTES + AGE_MOST_RECIPIENTS * AGE_OWN_RANDOM_BYTES,
};

struct age_recipients {
	struct age_recipient {
		unsigned char public_key[32];
	} items[AGE_MOST_RECIPIENTS];
	size_t count;
};

/** Add `age1...`; says so when it is a secret key, of another kind, or one too many. */
int age_add_recipient(struct age_recipients *recipients, struct str text, struct error *err);

/** Add those of a file: one a line; empty lines and lines that begin with # are passed over. */
int age_add_recipients(struct age_recipients *recipients, struct str text, struct error *err);

/* The chunks of one file; a secret: age_seal() of the last chunk wipes it. */
struct age_stream {
	unsigned char key[32];
	uint64_t counter;
};

/** Write header and nonce. random is AGE_RANDOM_BYTES that were never used before; wipe it. */
int age_begin(const struct age_recipients *recipients, const unsigned char random[AGE_RANDOM_BYTES],
	struct buf *out, struct age_stream *ret_stream, struct error *err);

/**
 * Seal the next chunk into ret_sealed, which has room for AGE_TAG_BYTES more; they may overlap only
 * when they are the same. The last one is empty only when the file is. -1 when the library refuses.
 */
int age_seal(struct age_stream *stream, struct str plain, bool is_last, char *ret_sealed,
	struct error *err);
