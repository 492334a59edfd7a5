/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/glob.h"
#include "search/block.h"
#include "search/index_file.h"

#include <endian.h>

/* A set of records on the way to the result. */
struct set {
	unsigned char *bits;
	size_t bytes; /* whole blocks */
};

static struct set set_new(struct arena *arena, uint64_t size)
{
	struct set set = {.bytes = (size_t)(size / BLOCK_RECORDS + 1) * (size_t)BLOCK_BITS_BYTES};
	set.bits = arena_alloc_array(arena, set.bytes, 1);
	return set;
}

static void keep_both(struct set *set, const struct set *other)
{
	for (size_t i = 0; i < set->bytes; i++)
		set->bits[i] &= other->bits[i];
}

static int fail(const struct search_index *index, struct error *err)
{
	return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "the index '%s' is damaged", index->path);
}

/* The bits of a block, or NULL when the row is none of ours. */
static unsigned char *block_bits(
	const struct set *set, sqlite3_stmt *statement, int blob_bytes, const void **ret_blob)
{
	sqlite3_int64 block = sqlite3_column_int64(statement, 0);
	*ret_blob = sqlite3_column_blob(statement, 1);
	if (block < 0 || (uint64_t)block >= set->bytes / BLOCK_BITS_BYTES || !*ret_blob ||
		sqlite3_column_bytes(statement, 1) != blob_bytes)
		return NULL;
	return set->bits + (size_t)block * BLOCK_BITS_BYTES;
}

static int finish(struct search_index *index, sqlite3_stmt *statement, int code, struct error *err)
{
	(void)sqlite3_finalize(statement);
	if (err->kind != ERROR_NONE)
		return -1;
	return code == SQLITE_DONE ? 0 : fail(index, err);
}

static int add_pattern(struct search_index *index, struct set *set, enum search_field field,
	struct str pattern, struct error *err)
{
	const char *sql =
		glob_weight(pattern) == GLOB_EXACT
			? "SELECT block, bits FROM postings WHERE field = ?1 AND value = ?2"
			: "SELECT block, bits FROM postings WHERE field = ?1 AND "
			  "glob_match(?2, value)";
	sqlite3_stmt *statement = NULL;
	const void *blob;
	int code;
	if (index_prepare(index, sql, &statement, err) < 0)
		return -1;
	(void)sqlite3_bind_int(statement, 1, (int)field);
	index_bind_bytes(statement, 2, pattern);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW && err->kind == ERROR_NONE) {
		unsigned char *bits = block_bits(set, statement, BLOCK_BITS_BYTES, &blob);
		if (!bits)
			fail(index, err);
		for (size_t i = 0; bits && i < BLOCK_BITS_BYTES; i++)
			bits[i] |= ((const unsigned char *)blob)[i];
	}
	return finish(index, statement, code, err);
}

static void add_times(
	unsigned char *bits, const unsigned char *times, const struct search_query *query)
{
	for (size_t i = 0; i < BLOCK_RECORDS; i++) {
		uint64_t stored;
		memcpy(&stored, times + i * sizeof(stored), sizeof(stored));
		int64_t time_s = (int64_t)le64toh(stored);
		if (time_s != BLOCK_NO_TIME && time_s >= query->since_s && time_s < query->until_s)
			bits[i / 8] |= (unsigned char)(1u << i % 8);
	}
}

static int add_span(struct search_index *index, struct set *set, const struct search_query *query,
	struct error *err)
{
	sqlite3_stmt *statement = NULL;
	const void *blob;
	int code;
	if (index_prepare(index, "SELECT block, times FROM blocks WHERE last >= ?1 AND first < ?2",
		    &statement, err) < 0)
		return -1;
	(void)sqlite3_bind_int64(statement, 1, query->since_s);
	(void)sqlite3_bind_int64(statement, 2, query->until_s);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW && err->kind == ERROR_NONE) {
		unsigned char *bits =
			block_bits(set, statement, BLOCK_RECORDS * (int)sizeof(int64_t), &blob);
		if (bits)
			add_times(bits, blob, query);
		else
			fail(index, err);
	}
	return finish(index, statement, code, err);
}

static int narrow_by_field(struct search_index *index, struct set *set, struct set *scratch,
	const struct search_query *query, enum search_field field, struct error *err)
{
	const struct search_patterns *patterns = &query->fields[field];
	if (patterns->count == 0)
		return 0;
	memset(scratch->bits, 0, scratch->bytes);
	for (size_t i = 0; i < patterns->count; i++)
		if (add_pattern(index, scratch, field, patterns->items[i], err) < 0)
			return -1;
	keep_both(set, scratch);
	return 0;
}

static int narrow_by_time(struct search_index *index, struct set *set, struct set *scratch,
	const struct search_query *query, struct error *err)
{
	if (query->since_s == INT64_MIN && query->until_s == INT64_MAX)
		return 0;
	memset(scratch->bits, 0, scratch->bytes);
	if (add_span(index, scratch, query, err) < 0)
		return -1;
	keep_both(set, scratch);
	return 0;
}

int search_index_find(struct search_index *index, const struct search_query *query,
	struct arena *arena, struct search_hits *ret_hits, struct error *err)
{
	if (ARENA_LIMIT_REACHED(arena))
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"the ledger has too many records for this index");
	struct set set = set_new(arena, index->size), scratch = set_new(arena, index->size);
	arena_unguard(arena);
	for (uint64_t i = query->first; i < index->size && i <= query->last; i++)
		set.bits[i / 8] |= (unsigned char)(1u << i % 8);
	int result = narrow_by_time(index, &set, &scratch, query, err);
	for (int field = 0; field < SEARCH_FIELDS && result == 0; field++)
		result = narrow_by_field(
			index, &set, &scratch, query, (enum search_field)field, err);
	*ret_hits = (struct search_hits){set.bits, index->size};
	return result;
}
