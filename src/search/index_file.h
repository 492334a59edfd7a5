/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "search/index.h"

#include <sqlite3.h>

/* Inside of the index: what its parts share. */

enum {
	INDEX_APPLICATION = 0x67626e73, /* "gbns", at byte 68 of the file */
	INDEX_BUSY_MS = 10000,          /* another program is bringing it up to date */
};

/** ERROR_SYSTEM: "the index '<path>' cannot be <done>: <what SQLite says>". */
int index_fail(const struct search_index *index, const char *done, struct error *err);

/** Run statements of ours without parameters or results: 0 or -1. */
int index_run(struct search_index *index, const char *sql, struct error *err);

/** Prepare one statement of ours: 0 or -1. */
int index_prepare(struct search_index *index, const char *sql, sqlite3_stmt **ret_statement,
	struct error *err);

/** Bind bytes that outlive the statement; compares as bytes, whatever they hold. */
void index_bind_bytes(sqlite3_stmt *statement, int parameter, struct str bytes);

/** Open the file at path with nothing in it trusted; 0 or -1. */
int index_open_file(struct search_index *index, const char *path, struct error *err);

/** Make tables in an empty file. */
int index_make_tables(struct search_index *index, struct error *err);

/** NULL when the open file is an index as we make it, for this log; else why not, one phrase. */
const char *index_distrust(struct search_index *index, struct log_proven *log);

/** Add what the log has beyond index->size, in one transaction: as search_index_open(). */
int index_update(struct search_index *index, const struct search_index_request *request,
	struct log_fault *ret_fault, struct error *err);
