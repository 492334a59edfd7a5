/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/verify.h"

#include "logstore/edge.h"
#include "logstore/pruning.h"

/* The tree as it follows from the records alone. */
struct walk {
	struct log_reader *reader;
	struct log_edge *edges;
	uint64_t size; /* records seen */
	struct log_fault *fault;
};

static int say_fault(struct walk *walk, const struct tile *tile, uint64_t offset, uint64_t record,
	struct str what)
{
	tile_print_path(tile, walk->fault->path);
	walk->fault->offset = offset;
	walk->fault->record = record;
	walk->fault->what = what;
	return 1;
}

/* A file that is not as it must be is a finding; one that the system does not hand out is not.
 */
static int read_tile(struct walk *walk, const struct tile *tile, uint64_t record,
	struct str *ret_bytes, struct error *err)
{
	struct error cause = {0};
	*ret_bytes = (struct str){NULL, 0};
	if (log_read_tile(walk->reader, tile, ret_bytes, &cause) == 0)
		return 0;
	if (cause.kind == ERROR_INPUT || cause.kind == ERROR_LIMIT)
		return say_fault(walk, tile, ret_bytes->len, record,
			STR("the file is missing, of a wrong size or no regular file"));
	*err = cause;
	return -1;
}

static size_t first_difference(struct str a, struct str b)
{
	size_t at = 0;
	while (at < a.len && at < b.len && a.data[at] == b.data[at])
		at++;
	return at;
}

/* The file of a level's tile must hold what follows from the records. */
static int compare_tile(
	struct walk *walk, int level, const struct log_edge *edge, struct error *err)
{
	struct tile tile = log_tile_at(walk->reader, level, edge->index * TILE_WIDTH);
	struct arena_mark mark = arena_mark(walk->reader->arena);
	struct str bytes;
	uint64_t first = edge->index * TILE_WIDTH << ((unsigned)level * TILE_LEVELS);
	int result = read_tile(walk, &tile, first, &bytes, err);
	if (result != 0)
		return result;
	size_t same = first_difference(edge_bytes(edge), bytes);
	arena_rewind(walk->reader->arena, mark);
	if (same >= edge->count * sizeof(edge->hashes[0]))
		return 0;
	uint64_t hash = edge->index * TILE_WIDTH + same / sizeof(edge->hashes[0]);
	return say_fault(walk, &tile, same, hash << ((unsigned)level * TILE_LEVELS),
		STR("the hash is not that of the records below it"));
}

static int push(struct walk *walk, int level, struct ledger_hash hash, struct error *err)
{
	for (; level <= TILE_MAX_LEVEL; level++) {
		struct log_edge *edge = &walk->edges[level];
		edge->hashes[edge->count++] = hash;
		if (edge->count < TILE_WIDTH)
			return 0;
		/* Level 0 was compared record by record. */
		int result = level == 0 ? 0 : compare_tile(walk, level, edge, err);
		if (result != 0)
			return result;
		hash = tile_fold(edge->hashes, TILE_WIDTH);
		edge->index++;
		edge->count = 0;
	}
	return 0;
}

/* The hashes of a level's partial tile as the tree of that size has it. */
static int load_edge(
	struct walk *walk, struct log_edge *edge, int level, uint64_t size, struct error *err)
{
	edge->index = tile_full_count(level, size);
	edge->count = tile_partial_width(level, size);
	if (edge->count == 0)
		return 0;
	struct tile tile = log_tile_at(walk->reader, level, edge->index * TILE_WIDTH);
	struct arena_mark mark = arena_mark(walk->reader->arena);
	struct str bytes;
	int result = read_tile(walk, &tile, size, &bytes, err);
	if (result != 0)
		return result;
	memcpy(edge->hashes, bytes.data, edge->count * sizeof(edge->hashes[0]));
	arena_rewind(walk->reader->arena, mark);
	return 0;
}

/* Whether the signed root speaks for the hashes of a tile of level 0, as the tiles above tell. */
static bool is_signed(struct walk *walk, const struct tile *tile, struct str hashes)
{
	struct error unread = {0};
	struct ledger_hash own[TILE_WIDTH], above;
	uint64_t size = walk->reader->checkpoint.size;
	if (tile->width == TILE_WIDTH) {
		struct ledger_nodes nodes = log_nodes(walk->reader);
		memcpy(own, hashes.data, sizeof(own));
		own[0] = tile_fold(own, TILE_WIDTH);
		return nodes.node(nodes.context, TILE_LEVELS, tile->index, &above, &unread) < 0 ||
		       ledger_hash_equal(&own[0], &above);
	}
	struct log_edge *edges =
		ARENA_NEW_ARRAY(walk->reader->arena, struct log_edge, TILE_MAX_LEVEL + 1);
	for (int level = 0; level <= TILE_MAX_LEVEL; level++)
		if (load_edge(walk, &edges[level], level, size, &unread) != 0)
			return true;
	above = edges_root(edges);
	return ledger_hash_equal(&above, &walk->reader->checkpoint.root);
}

/* A record and its hash differ: one of them is what was signed. */
static int say_altered(
	struct walk *walk, const struct tile *bundle, size_t at, unsigned number, struct str hashes)
{
	struct tile tile = {.level = 0, .index = bundle->index, .width = bundle->width};
	if (is_signed(walk, &tile, hashes))
		return say_fault(walk, bundle, at, walk->size,
			STR("the record is not the one that was signed"));
	return say_fault(walk, &tile, number * sizeof(struct ledger_hash), walk->size,
		STR("the hash is not that of the record"));
}

/* Records of one bundle against the hashes of the tile beside it. */
static int check_bundle(struct walk *walk, const struct tile *bundle, struct str entries,
	struct str hashes, struct error *err)
{
	struct str rest = entries, entry;
	for (unsigned i = 0; i < bundle->width; i++, walk->size++) {
		size_t at = entries.len - rest.len;
		struct error cut = {0};
		if (bundle_next(&rest, &entry, &cut) <= 0)
			return say_fault(walk, bundle, at, walk->size,
				STR("the bundle ends before its last record"));
		struct ledger_hash leaf = ledger_leaf_hash(entry);
		if (memcmp(leaf.bytes, hashes.data + i * sizeof(leaf), sizeof(leaf)) != 0)
			return say_altered(walk, bundle, at, i, hashes);
		int result = push(walk, 0, leaf, err);
		if (result != 0)
			return result;
	}
	bool is_exact = rest.len == 0 ||
			bundle->width < TILE_WIDTH; /* a full bundle may serve for a partial one */
	return is_exact ? 0
			: say_fault(walk, bundle, entries.len - rest.len, walk->size - 1,
				  STR("the bundle goes on behind its last record"));
}

static int walk_bundle(struct walk *walk, struct error *err)
{
	struct tile bundle = log_tile_at(walk->reader, TILE_ENTRIES, walk->size);
	struct tile tile = log_tile_at(walk->reader, 0, walk->size);
	struct arena_mark mark = arena_mark(walk->reader->arena);
	struct str entries, hashes;
	int result = read_tile(walk, &bundle, walk->size, &entries, err);
	if (result == 0)
		result = read_tile(walk, &tile, walk->size, &hashes, err);
	if (result == 0)
		result = check_bundle(walk, &bundle, entries, hashes, err);
	arena_rewind(walk->reader->arena, mark);
	return result;
}

static int check_root(struct walk *walk, struct error *err)
{
	for (int level = 1; level <= TILE_MAX_LEVEL; level++) {
		int result = walk->edges[level].count == 0
				     ? 0
				     : compare_tile(walk, level, &walk->edges[level], err);
		if (result != 0)
			return result;
	}
	struct ledger_hash root = edges_root(walk->edges);
	if (ledger_hash_equal(&root, &walk->reader->checkpoint.root))
		return 0;
	memcpy(walk->fault->path, "checkpoint", sizeof("checkpoint"));
	walk->fault->offset = 0;
	walk->fault->record = 0;
	walk->fault->what = STR(
		"records and hashes agree with each other, but the signed root is of other ones");
	return 1;
}

/* What lies before the first record here is known by its hashes, which the root is of as well. */
static int begin_at_first(struct walk *walk, struct error *err)
{
	walk->size = walk->reader->range.first;
	int result = 0;
	for (int level = 0; level <= TILE_MAX_LEVEL && result == 0; level++)
		result = load_edge(walk, &walk->edges[level], level, walk->size, err);
	return result;
}

/* And so is what lies behind the last record of an archive. */
static int go_on_by_hashes(struct walk *walk, struct error *err)
{
	uint64_t size = walk->reader->checkpoint.size;
	for (uint64_t index = walk->size / TILE_WIDTH; index < size / TILE_WIDTH; index++) {
		struct ledger_hash hash;
		struct ledger_nodes nodes = log_nodes(walk->reader);
		if (nodes.node(nodes.context, TILE_LEVELS, index, &hash, err) < 0)
			return -1;
		int result = push(walk, 1, hash, err);
		if (result != 0)
			return result;
	}
	return load_edge(walk, &walk->edges[0], 0, size, err);
}

/* Records may be missing only when one that is here says so. */
static int check_pruning(struct walk *walk, struct error *err)
{
	struct log_pruning pruning;
	if (walk->reader->range.archived || walk->reader->range.first == 0)
		return 0;
	int found = log_pruning_read(walk->reader, &pruning, err);
	if (found < 0)
		return -1;
	if (found == 1 && pruning.minimum == walk->reader->range.first)
		return 0;
	memcpy(walk->fault->path, MINIMUM_FILE, sizeof(MINIMUM_FILE));
	walk->fault->offset = 0;
	walk->fault->record = walk->reader->range.pruned_by;
	walk->fault->what = STR("records are missing, and no record says that they were pruned");
	return 1;
}

int log_verify(struct log_reader *reader, struct log_fault *ret_fault, struct error *err)
{
	struct arena_mark mark = arena_mark(reader->arena);
	struct walk walk = {.reader = reader,
		.edges = ARENA_NEW_ARRAY(reader->arena, struct log_edge, TILE_MAX_LEVEL + 1),
		.fault = ret_fault};
	int result = begin_at_first(&walk, err);
	while (result == 0 && walk.size < reader->range.end)
		result = walk_bundle(&walk, err);
	if (result == 0 && walk.size < reader->checkpoint.size)
		result = go_on_by_hashes(&walk, err);
	if (result == 0)
		result = check_root(&walk, err);
	if (result == 0)
		result = check_pruning(&walk, err);
	if (result == 1 && log_was_pruned(reader)) {
		result = ERROR_SET(
			err, ERROR_SYSTEM, NO_ORIGIN, "the ledger was pruned while it was read");
		error_set_remedy(err, "do it again");
	}
	arena_rewind(reader->arena, mark);
	return result;
}
