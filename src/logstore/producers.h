/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "ledger/note.h"

/*
 * Who has written up to which number. A producer counts its records from 1; the ledger remembers
 * the highest number of each, so that a producer that resends after a crash is told what is there
 * already, and a number that never came is noticed.
 */
enum {
	PRODUCER_ID_BYTES = 16, /* random, made once by the producer */
	PRODUCER_PREFIX_BYTES =
		PRODUCER_ID_BYTES + 8, /* id and number (little-endian) before each record */
	PRODUCERS_MAX = 4096,          /* a node, a gate or a person's command line each */
	PRODUCERS_LINE_BYTES = 54,     /* of the file, at most, for each of them */
	PRODUCERS_FILE_BYTES = (PRODUCERS_MAX + 10) * PRODUCERS_LINE_BYTES,
};

struct producer {
	unsigned char id[PRODUCER_ID_BYTES];
	uint64_t sequence; /* the highest number seen */
};

/* Sorted by id. */
struct producers {
	struct producer items[PRODUCERS_MAX];
	size_t count;
};

/** The highest number of a producer; 0 for an unknown one. */
uint64_t producers_get(
	const struct producers *producers, const unsigned char id[PRODUCER_ID_BYTES]);

/** Raise a producer's number; false when it is unknown and the table is full. Lower numbers change
 * nothing. */
bool producers_raise(
	struct producers *producers, const unsigned char id[PRODUCER_ID_BYTES], uint64_t sequence);

/**
 * The table as a file: a note signed by the log's key, for whoever could raise a number would make
 * later records of that producer pass for known ones. size is that of the checkpoint it goes with.
 */
int producers_print(const struct producers *producers, uint64_t size,
	const struct note_signer *signer, struct arena *arena, struct buf *out, struct error *err);

/** Read the file: refuses one without the key's signature, or older than a checkpoint of that size.
 */
int producers_parse(struct str text, uint64_t size, const struct note_key *key, struct arena *arena,
	struct producers *ret_producers, struct error *err);

/** Take a prefix apart. */
struct producer producer_of(const char prefix[PRODUCER_PREFIX_BYTES]);

/** Write a prefix. */
void producer_put(const struct producer *producer, char ret_prefix[PRODUCER_PREFIX_BYTES]);
