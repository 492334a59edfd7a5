/* SPDX-License-Identifier: Apache-2.0 */
#include "search/index_file.h"

#include "policy/glob.h"

static const char *const tables[] = {
	"CREATE TABLE blocks(block INTEGER PRIMARY KEY, first INTEGER NOT NULL, "
	"last INTEGER NOT NULL, times BLOB NOT NULL)",
	"CREATE TABLE covers(origin BLOB NOT NULL, first INTEGER NOT NULL, size INTEGER NOT NULL, "
	"root BLOB NOT NULL)",
	"CREATE TABLE postings(field INTEGER NOT NULL, value BLOB NOT NULL, "
	"block INTEGER NOT NULL, bits BLOB NOT NULL, "
	"PRIMARY KEY(field, value, block)) WITHOUT ROWID",
};

enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

int index_fail(const struct search_index *index, const char *done, struct error *err)
{
	return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "the index '%s' cannot be %s: %s",
		index->path, done, sqlite3_errmsg(index->db));
}

int index_run(struct search_index *index, const char *sql, struct error *err)
{
	if (sqlite3_exec(index->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return index_fail(index, "written", err);
	return 0;
}

int index_prepare(struct search_index *index, const char *sql, sqlite3_stmt **ret_statement,
	struct error *err)
{
	if (sqlite3_prepare_v2(index->db, sql, -1, ret_statement, NULL) != SQLITE_OK)
		return index_fail(index, "read", err);
	return 0;
}

void index_bind_bytes(sqlite3_stmt *statement, int parameter, struct str bytes)
{
	/* A NULL pointer would be SQL's NULL, which equals nothing. */
	(void)sqlite3_bind_blob(statement, parameter, bytes.len > 0 ? bytes.data : "",
		(int)bytes.len, SQLITE_STATIC);
}

static struct str bytes_of(sqlite3_value *value)
{
	const char *data = sqlite3_value_blob(value);
	return (struct str){data, data ? (size_t)sqlite3_value_bytes(value) : 0};
}

/* SQL's own GLOB means something else by [ and ?. */
static void glob_function(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	sqlite3_result_int(context, glob_match(bytes_of(values[0]), bytes_of(values[1])));
}

int index_open_file(struct search_index *index, const char *path, struct error *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE |
		    SQLITE_OPEN_NOMUTEX;
	if (sqlite3_open_v2(path, &index->db, flags, NULL) != SQLITE_OK)
		return index_fail(index, "opened", err);
	(void)sqlite3_busy_timeout(index->db, INDEX_BUSY_MS);
	(void)sqlite3_db_config(index->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(index->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (sqlite3_create_function(index->db, "glob_match", 2,
		    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL, glob_function,
		    NULL, NULL) != SQLITE_OK)
		return index_fail(index, "opened", err);
	return 0;
}

int index_make_tables(struct search_index *index, struct error *err)
{
	char *numbers = sqlite3_mprintf("PRAGMA application_id=%d; PRAGMA user_version=%d",
		INDEX_APPLICATION, (int)(search_version() & INT32_MAX));
	int result = numbers ? index_run(index, numbers, err) : index_fail(index, "made", err);
	sqlite3_free(numbers);
	for (size_t i = 0; i < TABLES && result == 0; i++)
		result = index_run(index, tables[i], err);
	return result;
}

static bool has_version(struct search_index *index)
{
	sqlite3_stmt *statement = NULL;
	struct error ignored = {0};
	bool same = index_prepare(index, "PRAGMA user_version", &statement, &ignored) == 0 &&
		    sqlite3_step(statement) == SQLITE_ROW &&
		    sqlite3_column_int(statement, 0) == (int)(search_version() & INT32_MAX);
	(void)sqlite3_finalize(statement);
	return same;
}

/* Nothing but our tables, word for word: no view, trigger or index of somebody else's. */
static bool has_tables(struct search_index *index)
{
	sqlite3_stmt *statement = NULL;
	struct error ignored = {0};
	size_t same = 0, rows = 0;
	if (index_prepare(
		    index, "SELECT sql FROM sqlite_schema ORDER BY name", &statement, &ignored) < 0)
		return false;
	for (; sqlite3_step(statement) == SQLITE_ROW; rows++) {
		const char *sql = (const char *)sqlite3_column_text(statement, 0);
		same += rows < TABLES && sql && str_equal(str_from(sql), str_from(tables[rows]));
	}
	(void)sqlite3_finalize(statement);
	return same == TABLES && rows == TABLES;
}

/* What is covered, against the signed root: the ledger must be an extension of it. */
static const char *distrust_cover(
	struct log_proven *log, struct str origin, uint64_t first, uint64_t size, struct str root)
{
	const struct checkpoint *now = &log->reader->checkpoint;
	struct ledger_path path = {.count = 0};
	struct ledger_hash covered;
	struct error unreadable = {0};
	if (!str_equal(origin, now->origin))
		return "it is of another ledger";
	if (root.len != sizeof(covered.bytes))
		return "it is damaged";
	memcpy(covered.bytes, root.data, root.len);
	if (first > log->reader->range.first)
		return "it lacks the first records of the ledger";
	if (size > now->size)
		return "it covers more records than the ledger has";
	if (size > 0 &&
		ledger_prove_consistency(&log->nodes, size, now->size, &path, &unreadable) < 0)
		return "the ledger's hashes cannot be read";
	if (size > 0 && !ledger_verify_consistency(size, &covered, now->size, &now->root, &path))
		return "the ledger is no extension of the one it is of";
	return NULL;
}

static struct str column_bytes(sqlite3_stmt *statement, int column)
{
	const char *data = sqlite3_column_blob(statement, column);
	return (struct str){data, data ? (size_t)sqlite3_column_bytes(statement, column) : 0};
}

const char *index_distrust(struct search_index *index, struct log_proven *log)
{
	sqlite3_stmt *statement = NULL;
	struct error ignored = {0};
	const char *why = "it is damaged";
	if (!has_version(index))
		return "another version of this program made it, or it is damaged";
	if (!has_tables(index) ||
		index_prepare(index, "SELECT origin, first, size, root FROM covers", &statement,
			&ignored) < 0)
		return why;
	if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_int64(statement, 2) >= 0) {
		index->first = (uint64_t)sqlite3_column_int64(statement, 1);
		index->size = (uint64_t)sqlite3_column_int64(statement, 2);
		why = distrust_cover(log, column_bytes(statement, 0), index->first, index->size,
			column_bytes(statement, 3));
		if (!why && sqlite3_step(statement) != SQLITE_DONE)
			why = "it is damaged";
	}
	(void)sqlite3_finalize(statement);
	return why;
}
