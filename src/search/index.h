/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "logstore/proven.h"
#include "search/query.h"

/*
 * Which records have which values, in an SQLite file outside the ledger. It only saves time: it is
 * made from proven records, thrown away whenever it is not certainly of this ledger, and what it
 * names is to be read from the log before anyone believes it. What it fails to name stays unseen:
 * without it the log itself is read.
 */
struct search_index {
	struct sqlite3 *db;
	const char *path;
	uint64_t first, size; /* records it covers: from first to before size */
	uint64_t added;       /* of them, those that were read just now */
	const char
		*replaced; /* why the one before it was thrown away, one phrase; NULL: it was not */
};

/* What to open, and for whom. */
struct search_index_request {
	const char *path; /* the file; beside it stands one ending in .lock */
	bool is_ours;     /* the path is of our own choice: whatever stands there may be replaced */
	struct log_proven *log; /* to cover, up to its checkpoint */
	struct arena *arena;    /* scratch, guarded in here, reset */
};

/**
 * Open an index of a ledger (not of an archive) and bring it up to its checkpoint: 0; 1 and
 * ret_fault when a record is not what was signed; -1 when there can be no index, which is no reason
 * not to search. Replaces an index that is damaged, of another ledger, of another version, or of a
 * ledger that this one is no extension of (a consistency proof says so). Two programs may do so at
 * once.
 */
int search_index_open(struct search_index *index, const struct search_index_request *request,
	struct log_fault *ret_fault, struct error *err);

/* The records that an index names: bit i % 8 of byte i / 8 is record i. */
struct search_hits {
	unsigned char *bits;
	uint64_t size;
};

/**
 * All that match but for query->text, which no index knows. hits live in arena, a bit per record;
 * -1 when the index cannot be read, and must then be removed.
 */
int search_index_find(struct search_index *index, const struct search_query *query,
	struct arena *arena, struct search_hits *ret_hits, struct error *err);

/** Close; then search_index_remove() may remove a file that was found to be wrong. */
void search_index_close(struct search_index *index);
void search_index_remove(const char *path);
