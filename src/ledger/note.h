/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* Signed notes: https://c2sp.org/signed-note. Signature types are rows of a table in note.c. */
enum note_type {
	NOTE_ED25519 = 0x01,
	NOTE_ED25519_COSIGNATURE =
		0x04, /* https://c2sp.org/tlog-cosignature: signs a time as well */
};

enum {
	NOTE_MAX_BYTES = 1 << 20,
	NOTE_MAX_SIGNATURES = 64,
	NOTE_MAX_NAME = 255,
};

/* A verifier key. */
struct note_key {
	struct str name;
	uint32_t id;
	uint8_t type;
	struct str public_key;
};

/* What can sign for a key: secret bytes in memory, or a device that never gives them away. */
struct note_signer_ops {
	/* The Ed25519 signature (RFC 8032) of message, 64 bytes; -1 with err. */
	int (*sign)(
		void *context, struct str message, unsigned char *ret_signature, struct error *err);
	void (*release)(void *context); /* forget the secret, close the device */
};

/* A key and who signs for it. */
struct note_signer {
	struct note_key key;
	const struct note_signer_ops *ops;
	void *context; /* of ops */
};

struct note_signature {
	struct str name;
	uint32_t id;
	struct str bytes; /* behind the key id; for a cosignature the time comes first */
};

/* A note taken apart; text ends with a line feed. */
struct note {
	struct str text;
	struct note_signature signatures[NOTE_MAX_SIGNATURES];
	size_t count;
};

/** Read `name+hex+base64`. Refuses unknown types, a wrong id and a key of the wrong size. */
int note_key_parse(
	struct arena *arena, struct str text, struct note_key *ret_key, struct error *err);

/** Read `PRIVATE+KEY+name+hex+base64` and derive the verifier key. */
int note_signer_parse(
	struct arena *arena, struct str text, struct note_signer *ret_signer, struct error *err);

/** Make a signer from 32 secret bytes; name is 1 to 255 bytes without white space, control or '+'.
 */
int note_signer_new(struct arena *arena, struct str name, enum note_type type, struct str seed,
	struct note_signer *ret_signer, struct error *err);

/** Write `name+hex+base64`, or a seed's secret `PRIVATE+KEY+...` (of other signers nothing). */
void note_key_print(const struct note_key *key, struct buf *out);
void note_signer_print(const struct note_signer *signer, struct buf *out);

/** Make a key from its parts; name as note_signer_new()'s, public_key of the type's size. */
int note_key_new(struct arena *arena, struct str name, enum note_type type, struct str public_key,
	struct note_key *ret_key, struct error *err);

/** Let go of the secret: no signature can be made any more. */
void note_signer_release(struct note_signer *signer);

/** Take a note apart; signatures point into arena. Nothing is verified yet. */
int note_parse(struct arena *arena, struct str text, struct note *ret_note, struct error *err);

/**
 * Check the signatures of one known key: 1 when one verifies, 0 when the key did not sign, -1 when
 * a signature that claims to be its own does not verify: then the whole note is to be refused.
 * ret_time_s receives the time of a cosignature, else 0; may be NULL.
 */
int note_verify(struct arena *arena, const struct note *note, const struct note_key *key,
	uint64_t *ret_time_s, struct error *err);

/** Append one signature line over text (which ends with a line feed); time_s is used by
 * cosignatures. */
int note_sign(struct arena *arena, const struct note_signer *signer, struct str text,
	uint64_t time_s, struct buf *out, struct error *err);

/** Append a signature line as it was read. */
void note_signature_print(
	struct arena *arena, const struct note_signature *signature, struct buf *out);
