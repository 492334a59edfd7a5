/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/cache.h"

void ledger_cache_init(struct ledger_cache *cache, const struct ledger_nodes *from)
{
	*cache = (struct ledger_cache){.from = *from};
}

/* Where an index is, or the place that has not been used for the longest time. */
static size_t find(const struct ledger_cached *ways, uint64_t index)
{
	size_t way = 0;
	while (way < LEDGER_CACHE_WAYS - 1 && !(ways[way].known && ways[way].index == index))
		way++;
	return way;
}

static int cached_node(
	void *context, unsigned level, uint64_t index, struct ledger_hash *ret, struct error *err)
{
	struct ledger_cache *cache = context;
	const struct ledger_nodes *from = &cache->from;
	if (level >= LEDGER_MAX_PROOF)
		return from->node(from->context, level, index, ret, err);
	struct ledger_cached *ways = cache->levels[level];
	size_t way = find(ways, index);
	struct ledger_cached used = ways[way];
	if (!used.known || used.index != index) {
		if (from->node(from->context, level, index, &used.hash, err) < 0)
			return -1;
		used.known = true;
		used.index = index;
	}
	memmove(ways + 1, ways, way * sizeof(*ways));
	ways[0] = used;
	*ret = used.hash;
	return 0;
}

struct ledger_nodes ledger_cache_nodes(struct ledger_cache *cache)
{
	return (struct ledger_nodes){.node = cached_node, .context = cache};
}
