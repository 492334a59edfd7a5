/* SPDX-License-Identifier: Apache-2.0 */
#include "search/block.h"
#include "search/index_file.h"

#include <endian.h>
#include <sys/random.h>

/* One way from the log into the file. */
struct update {
	struct search_index *index;
	struct log_proven *log;
	struct arena *block_arena;
	struct arena record_arena;
	sqlite3_stmt *put_posting, *put_block, *put_cover;
	uint64_t seed;
	struct log_fault *fault;
};

static int step(struct update *update, sqlite3_stmt *statement, struct error *err)
{
	int code = sqlite3_step(statement);
	(void)sqlite3_reset(statement);
	return code == SQLITE_DONE ? 0 : index_fail(update->index, "written", err);
}

/* A file of 8 bytes a record, little-endian, with the least and the greatest beside it. */
static int put_times(
	struct update *update, const struct block *block, uint64_t number, struct error *err)
{
	uint64_t bytes[BLOCK_RECORDS];
	int64_t first = INT64_MAX, last = INT64_MIN;
	for (size_t i = 0; i < BLOCK_RECORDS; i++) {
		int64_t time_s = block->times_s[i];
		bytes[i] = htole64((uint64_t)time_s);
		if (time_s == BLOCK_NO_TIME)
			continue;
		first = time_s < first ? time_s : first;
		last = time_s > last ? time_s : last;
	}
	(void)sqlite3_bind_int64(update->put_block, 1, (sqlite3_int64)number);
	(void)sqlite3_bind_int64(update->put_block, 2, first);
	(void)sqlite3_bind_int64(update->put_block, 3, last);
	index_bind_bytes(update->put_block, 4, (struct str){(const char *)bytes, sizeof(bytes)});
	return step(update, update->put_block, err);
}

static int put_block(
	struct update *update, const struct block *block, uint64_t number, struct error *err)
{
	int result = put_times(update, block, number, err);
	for (size_t i = 0; i < block->count && result == 0; i++) {
		const struct block_term *term = &block->terms[i];
		struct str bits = {(const char *)term->bits, sizeof(term->bits)};
		(void)sqlite3_bind_int(update->put_posting, 1, (int)term->field);
		index_bind_bytes(update->put_posting, 2, term->value);
		(void)sqlite3_bind_int64(update->put_posting, 3, (sqlite3_int64)number);
		index_bind_bytes(update->put_posting, 4, bits);
		result = step(update, update->put_posting, err);
	}
	return result;
}

static void add_entry(struct update *update, struct block *block, unsigned i, struct str entry)
{
	struct value room;
	const struct value *record = search_read(&update->record_arena, entry, &room);
	if (record)
		block_add(block, i, record);
	arena_reset(&update->record_arena);
}

/* All records of a block, also those known before: its rows are replaced. */
static int add_block(struct update *update, uint64_t number, struct error *err)
{
	uint64_t size = update->log->reader->checkpoint.size;
	uint64_t first = number * BLOCK_RECORDS;
	struct block block;
	struct str entry;
	arena_reset(update->block_arena);
	if (ARENA_LIMIT_REACHED(update->block_arena))
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"the records from number %llu on have too many values for an index",
			(unsigned long long)first);
	block_init(&block, update->block_arena, update->seed);
	for (unsigned i = 0; i < BLOCK_RECORDS && first + i < size; i++) {
		int result = log_read_proven(update->log, first + i, &entry, update->fault, err);
		if (result != 0)
			return result;
		add_entry(update, &block, i, entry);
	}
	return put_block(update, &block, number, err);
}

static int put_cover(struct update *update, struct error *err)
{
	const struct checkpoint *now = &update->log->reader->checkpoint;
	if (index_run(update->index, "DELETE FROM covers", err) < 0)
		return -1;
	index_bind_bytes(update->put_cover, 1, now->origin);
	(void)sqlite3_bind_int64(update->put_cover, 2, (sqlite3_int64)update->index->first);
	(void)sqlite3_bind_int64(update->put_cover, 3, (sqlite3_int64)now->size);
	index_bind_bytes(update->put_cover, 4, ledger_hash_str(&now->root));
	return step(update, update->put_cover, err);
}

static int prepare(struct update *update, struct error *err)
{
	struct search_index *index = update->index;
	if (getrandom(&update->seed, sizeof(update->seed), 0) != sizeof(update->seed))
		return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "there are no random bytes");
	if (index_prepare(index, "INSERT OR REPLACE INTO postings VALUES(?1, ?2, ?3, ?4)",
		    &update->put_posting, err) < 0 ||
		index_prepare(index, "INSERT OR REPLACE INTO blocks VALUES(?1, ?2, ?3, ?4)",
			&update->put_block, err) < 0)
		return -1;
	return index_prepare(
		index, "INSERT INTO covers VALUES(?1, ?2, ?3, ?4)", &update->put_cover, err);
}

static int add_all(struct update *update, struct error *err)
{
	uint64_t size = update->log->reader->checkpoint.size;
	uint64_t begin = update->index->size, first = update->log->reader->range.first;
	uint64_t block = (begin > first ? begin : first) / BLOCK_RECORDS;
	int result = 0;
	for (; block * BLOCK_RECORDS < size && result == 0; block++)
		result = add_block(update, block, err);
	arena_unguard(update->block_arena);
	return result == 0 ? put_cover(update, err) : result;
}

static int in_transaction(struct update *update, struct error *err)
{
	struct search_index *index = update->index;
	if (index_run(index, "BEGIN IMMEDIATE", err) < 0)
		return -1;
	int result = prepare(update, err);
	if (result == 0)
		result = add_all(update, err);
	(void)sqlite3_finalize(update->put_posting);
	(void)sqlite3_finalize(update->put_block);
	(void)sqlite3_finalize(update->put_cover);
	if (result == 0)
		result = index_run(index, "COMMIT", err);
	if (result != 0)
		(void)sqlite3_exec(index->db, "ROLLBACK", NULL, NULL, NULL);
	return result;
}

int index_update(struct search_index *index, const struct search_index_request *request,
	struct log_fault *ret_fault, struct error *err)
{
	struct update update = {.index = index,
		.log = request->log,
		.block_arena = request->arena,
		.fault = ret_fault};
	uint64_t size = request->log->reader->checkpoint.size;
	if (size > 0 && index->size == size)
		return 0;
	arena_init(&update.record_arena, SEARCH_RECORD_BYTES);
	int result = in_transaction(&update, err);
	arena_release(&update.record_arena);
	arena_reset(request->arena);
	if (result == 0) {
		index->added = size - index->size;
		index->size = size;
	}
	return result;
}
