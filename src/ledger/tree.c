/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/tree.h"

void ledger_frontier_append(struct ledger_frontier *frontier, const struct ledger_hash *leaf)
{
	struct ledger_hash carried = *leaf;
	unsigned level = 0;
	for (; frontier->size >> level & 1; level++)
		carried = ledger_node_hash(&frontier->peaks[level], &carried);
	frontier->peaks[level] = carried;
	frontier->size++;
}

struct ledger_hash ledger_frontier_root(const struct ledger_frontier *frontier)
{
	if (frontier->size == 0)
		return ledger_empty_root();
	unsigned level = (unsigned)__builtin_ctzll(frontier->size);
	struct ledger_hash root = frontier->peaks[level];
	while (++level < 64)
		if (frontier->size >> level & 1)
			root = ledger_node_hash(&frontier->peaks[level], &root);
	return root;
}

/* The largest power of two below n, for n > 1: where RFC 6962 splits a tree. */
static uint64_t split_point(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* From the right: each perfect subtree of a range that begins at a multiple of its largest one. */
int ledger_range_root(const struct ledger_nodes *nodes, uint64_t start, uint64_t end,
	struct ledger_hash *ret_root, struct error *err)
{
	bool first = true;
	uint64_t left = end - start;
	while (left > 0) {
		unsigned level = (unsigned)__builtin_ctzll(left);
		left -= (uint64_t)1 << level;
		struct ledger_hash peak;
		if (nodes->node(nodes->context, level, (start + left) >> level, &peak, err) < 0)
			return -1;
		*ret_root = first ? peak : ledger_node_hash(&peak, ret_root);
		first = false;
	}
	return 0;
}

int ledger_frontier_load(const struct ledger_nodes *nodes, uint64_t size,
	struct ledger_frontier *ret_frontier, struct error *err)
{
	memset(ret_frontier, 0, sizeof(*ret_frontier));
	uint64_t before = 0;
	for (unsigned level = 64; level-- > 0;) {
		if (!(size >> level & 1))
			continue;
		if (nodes->node(nodes->context, level, before >> level, &ret_frontier->peaks[level],
			    err) < 0)
			return -1;
		before += (uint64_t)1 << level;
	}
	ret_frontier->size = size;
	return 0;
}

/* Proofs are collected on the way down and read from the leaf up. */
static void reverse(struct ledger_path *path)
{
	for (size_t i = 0; i < path->count / 2; i++) {
		struct ledger_hash swapped = path->hashes[i];
		path->hashes[i] = path->hashes[path->count - 1 - i];
		path->hashes[path->count - 1 - i] = swapped;
	}
}

static int push_range(const struct ledger_nodes *nodes, uint64_t start, uint64_t end,
	struct ledger_path *path, struct error *err)
{
	return ledger_range_root(nodes, start, end, &path->hashes[path->count++], err);
}

int ledger_prove_inclusion(const struct ledger_nodes *nodes, uint64_t index, uint64_t size,
	struct ledger_path *ret_path, struct error *err)
{
	uint64_t start = 0, end = size;
	ret_path->count = 0;
	while (end - start > 1) {
		uint64_t middle = start + split_point(end - start);
		bool in_left = index < middle;
		if (push_range(nodes, in_left ? middle : start, in_left ? end : middle, ret_path,
			    err) < 0)
			return -1;
		start = in_left ? start : middle;
		end = in_left ? middle : end;
	}
	reverse(ret_path);
	return 0;
}

int ledger_prove_consistency(const struct ledger_nodes *nodes, uint64_t old_size, uint64_t size,
	struct ledger_path *ret_path, struct error *err)
{
	uint64_t start = 0, end = size;
	bool old_root_is_known = true; /* while the old tree is the whole left part */
	ret_path->count = 0;
	if (old_size == 0)
		return 0;
	while (old_size != end) {
		uint64_t middle = start + split_point(end - start);
		bool in_left = old_size <= middle;
		if (push_range(nodes, in_left ? middle : start, in_left ? end : middle, ret_path,
			    err) < 0)
			return -1;
		old_root_is_known &= in_left;
		start = in_left ? start : middle;
		end = in_left ? middle : end;
	}
	if (!old_root_is_known && push_range(nodes, start, end, ret_path, err) < 0)
		return -1;
	reverse(ret_path);
	return 0;
}

bool ledger_verify_inclusion(const struct ledger_hash *leaf, uint64_t index, uint64_t size,
	const struct ledger_path *path, const struct ledger_hash *root)
{
	if (index >= size)
		return false;
	uint64_t node = index, last = size - 1;
	struct ledger_hash hash = *leaf;
	for (size_t i = 0; i < path->count; i++) {
		if (last == 0)
			return false;
		bool from_left = (node & 1) || node == last;
		hash = from_left ? ledger_node_hash(&path->hashes[i], &hash)
				 : ledger_node_hash(&hash, &path->hashes[i]);
		while (from_left && !(node & 1) && node != 0) {
			node >>= 1;
			last >>= 1;
		}
		node >>= 1;
		last >>= 1;
	}
	return last == 0 && ledger_hash_equal(&hash, root);
}

/* The walk of RFC 9162 2.1.4.2 step 6: both roots at once, from the first hash upward. */
static bool walk_both(uint64_t node, uint64_t last, struct ledger_hash first,
	const struct ledger_hash *rest, size_t count, const struct ledger_hash *old_root,
	const struct ledger_hash *root)
{
	struct ledger_hash older = first, newer = first;
	for (size_t i = 0; i < count; i++) {
		if (last == 0)
			return false;
		bool from_left = (node & 1) || node == last;
		if (from_left)
			older = ledger_node_hash(&rest[i], &older);
		newer = from_left ? ledger_node_hash(&rest[i], &newer)
				  : ledger_node_hash(&newer, &rest[i]);
		while (from_left && !(node & 1) && node != 0) {
			node >>= 1;
			last >>= 1;
		}
		node >>= 1;
		last >>= 1;
	}
	return last == 0 && ledger_hash_equal(&older, old_root) && ledger_hash_equal(&newer, root);
}

bool ledger_verify_consistency(uint64_t old_size, const struct ledger_hash *old_root, uint64_t size,
	const struct ledger_hash *root, const struct ledger_path *path)
{
	if (old_size > size)
		return false;
	if (old_size == 0)
		return path->count == 0;
	if (old_size == size)
		return path->count == 0 && ledger_hash_equal(old_root, root);
	uint64_t node = old_size - 1, last = size - 1;
	while (node & 1) {
		node >>= 1;
		last >>= 1;
	}
	bool old_is_perfect = (old_size & (old_size - 1)) == 0;
	if (old_is_perfect)
		return walk_both(node, last, *old_root, path->hashes, path->count, old_root, root);
	return path->count > 0 && walk_both(node, last, path->hashes[0], path->hashes + 1,
					  path->count - 1, old_root, root);
}
