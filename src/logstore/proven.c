/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/proven.h"

enum { NO_OFFSET = 0 };

void log_proven_init(struct log_proven *proven, struct log_reader *reader)
{
	*proven = (struct log_proven){
		.reader = reader, .nodes = log_nodes(reader), .bundle = UINT64_MAX};
	proven->entries = ARENA_NEW_ARRAY(reader->arena, struct str, TILE_WIDTH);
	proven->tree = ARENA_NEW_ARRAY(reader->arena, struct ledger_hash, 2 * (size_t)TILE_WIDTH);
	proven->mark = arena_mark(reader->arena);
}

static int say_fault(struct log_fault *fault, const struct tile *tile, uint64_t offset,
	uint64_t record, struct str what)
{
	tile_print_path(tile, fault->path);
	fault->offset = offset;
	fault->record = record;
	fault->what = what;
	return 1;
}

/* Every entry has the hash that the tree has in its place. */
static int compare_entries(struct log_proven *proven, const struct tile *bundle, struct str bytes,
	struct log_fault *fault, struct error *err)
{
	struct str rest = bytes;
	uint64_t first = bundle->index * TILE_WIDTH;
	for (unsigned i = 0; i < bundle->width; i++) {
		size_t offset = bytes.len - rest.len;
		struct error cut = {0};
		struct ledger_hash stored;
		if (bundle_next(&rest, &proven->entries[i], &cut) <= 0)
			return say_fault(fault, bundle, offset, first + i,
				STR("the bundle ends before its last record"));
		struct ledger_hash leaf = ledger_leaf_hash(proven->entries[i]);
		if (proven->nodes.node(proven->nodes.context, 0, first + i, &stored, err) < 0)
			return -1;
		if (!ledger_hash_equal(&leaf, &stored))
			return say_fault(fault, bundle, offset, first + i,
				STR("the record is not the one that was signed"));
	}
	return 0;
}

/*
 * The path of the first leaf has, as its lowest hashes, folds of all other leaves of the bundle:
 * that it leads to the signed root speaks for every one of them.
 */
static int prove_leaves(struct log_proven *proven, const struct tile *bundle,
	struct log_fault *fault, struct error *err)
{
	const struct checkpoint *checkpoint = &proven->reader->checkpoint;
	struct tile tile = {.index = bundle->index, .width = bundle->width};
	struct ledger_hash leaf = ledger_leaf_hash(proven->entries[0]);
	uint64_t first = bundle->index * TILE_WIDTH;
	if (ledger_prove_inclusion(&proven->nodes, first, checkpoint->size, &proven->first, err) <
		0)
		return -1;
	if (ledger_verify_inclusion(
		    &leaf, first, checkpoint->size, &proven->first, &checkpoint->root))
		return 0;
	return say_fault(fault, &tile, NO_OFFSET, first,
		STR("the hashes of these records do not lead to the signed root"));
}

static int load_bundle(struct log_proven *proven, const struct tile *bundle,
	struct log_fault *fault, struct error *err)
{
	struct str bytes;
	proven->bundle = UINT64_MAX;
	arena_rewind(proven->reader->arena, proven->mark);
	if (log_read_tile(proven->reader, bundle, &bytes, err) < 0)
		return -1;
	int result = compare_entries(proven, bundle, bytes, fault, err);
	if (result == 0)
		result = prove_leaves(proven, bundle, fault, err);
	if (result == 0) {
		proven->bundle = bundle->index;
		proven->has_tree = false;
	}
	return result;
}

int log_read_proven(struct log_proven *proven, uint64_t index, struct str *ret_entry,
	struct log_fault *ret_fault, struct error *err)
{
	const struct log_range *range = &proven->reader->range;
	if (index < range->first || index >= range->end) /* it knows how to say why */
		return log_read_entry(proven->reader, index, ret_entry, err);
	struct tile bundle = log_tile_at(proven->reader, TILE_ENTRIES, index);
	if (bundle.index != proven->bundle) {
		int result = load_bundle(proven, &bundle, ret_fault, err);
		if (result != 0)
			return result;
	}
	*ret_entry = proven->entries[index % TILE_WIDTH];
	return 0;
}

static void make_tree(struct log_proven *proven)
{
	for (size_t i = 0; i < TILE_WIDTH; i++)
		proven->tree[TILE_WIDTH + i] = ledger_leaf_hash(proven->entries[i]);
	for (size_t i = TILE_WIDTH - 1; i > 0; i--)
		proven->tree[i] = ledger_node_hash(&proven->tree[2 * i], &proven->tree[2 * i + 1]);
	proven->has_tree = true;
}

/* Within a full bundle, paths differ below its root and are the same above it. */
int log_prove_proven(
	struct log_proven *proven, uint64_t index, struct ledger_path *ret_path, struct error *err)
{
	uint64_t size = proven->reader->checkpoint.size;
	bool is_full = index / TILE_WIDTH < size / TILE_WIDTH;
	if (!is_full || index / TILE_WIDTH != proven->bundle)
		return ledger_prove_inclusion(&proven->nodes, index, size, ret_path, err);
	if (!proven->has_tree)
		make_tree(proven);
	*ret_path = proven->first;
	size_t at = TILE_WIDTH + index % TILE_WIDTH;
	for (size_t level = 0; level < TILE_LEVELS; level++, at /= 2)
		ret_path->hashes[level] = proven->tree[at ^ 1];
	return 0;
}
