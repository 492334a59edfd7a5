/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/tree.h"

enum { LEDGER_CACHE_WAYS = 4 }; /* a sibling, and the nodes of the right edge */

/* Remembers the last nodes asked for on each level, for many proofs in the order of their records:
 * a proof then costs a node or two, where it had to fold hundreds of hashes. */
struct ledger_cache {
	struct ledger_nodes from;
	struct ledger_cached {
		bool known;
		uint64_t index;
		struct ledger_hash hash;
	} levels[LEDGER_MAX_PROOF][LEDGER_CACHE_WAYS]; /* the last used first */
};

/** Begin with nothing remembered; the tree behind `from` does not change while it is used. */
void ledger_cache_init(struct ledger_cache *cache, const struct ledger_nodes *from);

/** The same nodes through the cache, which must outlive them. */
struct ledger_nodes ledger_cache_nodes(struct ledger_cache *cache);
