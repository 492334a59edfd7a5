/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

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

/** The table as a file: 24 bytes each, sorted. */
void producers_print(const struct producers *producers, struct buf *out);

/** Read the file; refuses one that is not sorted or not whole. */
int producers_parse(struct str bytes, struct producers *ret_producers, struct error *err);

/** Take a prefix apart. */
struct producer producer_of(const char prefix[PRODUCER_PREFIX_BYTES]);

/** Write a prefix. */
void producer_put(const struct producer *producer, char ret_prefix[PRODUCER_PREFIX_BYTES]);
