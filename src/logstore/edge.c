/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/edge.h"

/* The perfect subtree of 2^bit hashes that this bit of count stands for; larger ones lie to its
 * left. */
static struct ledger_hash peak_of(const struct log_edge *edge, unsigned bit)
{
	struct ledger_hash hashes[TILE_WIDTH];
	unsigned first = edge->count >> (bit + 1) << (bit + 1);
	memcpy(hashes, edge->hashes + first, sizeof(hashes[0]) << bit);
	return tile_fold(hashes, 1u << bit);
}

struct ledger_hash edges_root(const struct log_edge edges[TILE_MAX_LEVEL + 1])
{
	struct ledger_hash root = ledger_empty_root();
	bool empty = true;
	for (unsigned level = 0; level <= TILE_MAX_LEVEL; level++) {
		for (unsigned bit = 0; bit < TILE_LEVELS; bit++) {
			if (!(edges[level].count >> bit & 1))
				continue;
			struct ledger_hash peak = peak_of(&edges[level], bit);
			root = empty ? peak : ledger_node_hash(&peak, &root);
			empty = false;
		}
	}
	return root;
}
