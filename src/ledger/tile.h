/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "ledger/hash.h"

/* https://c2sp.org/tlog-tiles: 8 tree levels in a file of up to 256 hashes. */
enum {
	TILE_LEVELS = 8,  /* tree levels between a tile's hashes and its root */
	TILE_WIDTH = 256, /* hashes of a full tile, entries of a full bundle */
	TILE_MAX_LEVEL = 7,
	TILE_PATH_BYTES = 64,
	ENTRY_MAX_BYTES = 65535,
};

/* One tile or, with level TILE_ENTRIES, one entry bundle. */
enum { TILE_ENTRIES = -1 };
struct tile {
	int level;
	uint64_t index;
	unsigned width; /* 1..TILE_WIDTH; below TILE_WIDTH it is partial */
};

/** Hashes (entries) of level that a log of that size has in its last, partial tile; 0: none. */
unsigned tile_partial_width(int level, uint64_t size);

/** Number of full tiles of level in a log of that size. */
uint64_t tile_full_count(int level, uint64_t size);

/** "tile/1/x001/234.p/7" or "tile/entries/000"; terminated. Source: tlog-tiles, "Parameters". */
struct str tile_print_path(const struct tile *tile, char ret_path[TILE_PATH_BYTES]);

/** Where the hash of the perfect subtree (tree level, index) of a log of that size is: in ret_tile
 * the tile whose hashes [ret_first, ret_first + ret_count) fold into it. */
void tile_of_node(unsigned level, uint64_t index, uint64_t size, struct tile *ret_tile,
	unsigned *ret_first, unsigned *ret_count);

/** Fold count (a power of two) hashes into the root of their perfect subtree; hashes is
 * overwritten. */
struct ledger_hash tile_fold(struct ledger_hash *hashes, unsigned count);

/** Append an entry to a bundle: its length in two bytes, big-endian, and its bytes (at most
 * 65,535). */
void bundle_put(struct buf *out, struct str entry);

/**
 * Cut the next entry off *rest: 1; 0 at the end; -1 when the bundle is cut short. The entries of
 * one bundle are at most TILE_WIDTH.
 */
int bundle_next(struct str *rest, struct str *ret_entry, struct error *err);
