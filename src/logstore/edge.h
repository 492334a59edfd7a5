/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/tile.h"

/* The hashes of the last, partial tile of one level. */
struct log_edge {
	uint64_t index; /* of that tile */
	unsigned count; /* < TILE_WIDTH between calls */
	struct ledger_hash hashes[TILE_WIDTH];
};

/** The root of the tree that the edges of all levels describe. */
struct ledger_hash edges_root(const struct log_edge edges[TILE_MAX_LEVEL + 1]);

/** Bytes of the hashes, as a tile file holds them. */
static inline struct str edge_bytes(const struct log_edge *edge)
{
	return (struct str){(const char *)edge->hashes, edge->count * sizeof(edge->hashes[0])};
}
