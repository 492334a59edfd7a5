/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/tile.h"
#include "search/query.h"

/* What the records of one bundle can be found by: each value with the records that have it. */

enum { BLOCK_RECORDS = TILE_WIDTH, BLOCK_BITS_BYTES = BLOCK_RECORDS / 8 };

/* No time is known; sorts before all others. */
#define BLOCK_NO_TIME INT64_MIN

struct block_term {
	enum search_field field;
	struct str value;
	unsigned char bits[BLOCK_BITS_BYTES]; /* record i of the block: bit i % 8 of byte i / 8 */
};

struct block {
	struct arena *arena; /* reset for each block */
	struct block_term *terms;
	size_t count, capacity;
	uint32_t *slots; /* open addressing: 0 or number of the term + 1 */
	size_t slot_count;
	uint64_t seed; /* whoever writes records must not be able to make them collide */
	int64_t times_s[BLOCK_RECORDS];
};

/** Begin a block without any records; everything kept lives in arena. seed is random. */
void block_init(struct block *block, struct arena *arena, uint64_t seed);

/** Add record i of the block; NULL for what is no record. Its texts are copied. */
void block_add(struct block *block, unsigned i, const struct value *record);
