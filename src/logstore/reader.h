/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/checkpoint.h"
#include "ledger/tile.h"
#include "ledger/tree.h"
#include "logstore/range.h"

/* What helps against a file that is not what was written. */
#define LOG_RESTORE "restore this file from a copy; nothing has been changed"

/* In the ledger's folder: the last checkpoint that enough witnesses have signed. */
#define WITNESSED_FILE "checkpoint.witnessed"

/* A ledger folder as its readers see it: the published part, checked against the signed checkpoint.
 */
struct log_reader {
	int folder_fd;       /* owned */
	struct arena *arena; /* the caller's; holds texts and the current bundle */
	struct note_key key; /* from the file `log`, or the one the caller trusts */
	struct str checkpoint_text;
	struct checkpoint checkpoint;
	struct note *note;      /* with witness signatures */
	struct log_range range; /* the records that are here */
	struct log_tile {
		uint64_t index;
		unsigned width; /* 0: nothing read yet */
		struct ledger_hash hashes[TILE_WIDTH];
	} * tiles; /* the last tile read of each level */
	struct arena_mark bundle_mark;
	uint64_t bundle_index; /* UINT64_MAX: none read yet */
	struct str bundle;
};

/**
 * Open a ledger and its checkpoint. trusted_key is a verifier key text to be used instead of the
 * file `log`, which whoever can alter the ledger can alter as well; empty to use that file.
 */
int log_reader_open(struct log_reader *reader, struct arena *arena, const char *folder,
	struct str trusted_key, struct error *err);

/**
 * Go on under another checkpoint of the same log and folder, such as one that witnesses have
 * signed: 1; 0 when there is no such file. Its size is one that was published; range.end follows.
 */
int log_reader_use(struct log_reader *reader, const char *name, struct error *err);

/** Close the folder; texts stay in the arena. */
void log_reader_close(struct log_reader *reader);

/** The bytes of a small file of the folder, in the arena: 1; 0 when there is none; limit in bytes.
 */
int log_read_file(const struct log_reader *reader, const char *name, size_t limit,
	struct str *ret_bytes, struct error *err);

/** The published bytes of one tile or bundle, in the arena; a full tile serves for a partial one.
 */
int log_read_tile(struct log_reader *reader, const struct tile *tile, struct str *ret_bytes,
	struct error *err);

/** Entry number index, range.first <= index < range.end; valid until the next call. */
int log_read_entry(
	struct log_reader *reader, uint64_t index, struct str *ret_entry, struct error *err);

/** Whether the ledger was pruned since this reader was opened: what is missing may be no damage,
 * and a new reader will tell. */
bool log_was_pruned(const struct log_reader *reader);

/** The hashes of the published tree, for proofs. */
struct ledger_nodes log_nodes(struct log_reader *reader);

/** The tile or bundle that holds hash (entry) number index of a level, as wide as the published
 * size makes it. */
struct tile log_tile_at(const struct log_reader *reader, int level, uint64_t index);
