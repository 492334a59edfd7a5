/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/checkpoint.h"
#include "ledger/tile.h"
#include "logstore/anchor.h"
#include "logstore/journal.h"
#include "logstore/producers.h"

/*
 * The one writer of a ledger folder. log_append() makes records durable in the journal and fills
 * tiles; log_write_edge(), a sync of all files, and log_publish() bring them under a signed
 * checkpoint. The sync is a step of its own so that a notary can let a child do it while appending
 * goes on.
 */
struct log_writer {
	int folder_fd; /* owned */
	int lock_fd;   /* owned */
	struct note_signer signer;
	struct journal journal;
	struct producers *producers;
	struct log_edge *edges; /* per tile level: the hashes of its last, partial tile */
	struct buf bundle; /* the entries of the last, partial bundle, grown in its own arena */
	struct arena bundle_arena;
	uint64_t tiled_size; /* entries that went through the edges; equals log_durable_size() */
	uint64_t published_size;         /* of the signed checkpoint on disk */
	uint64_t minimum;                /* records below it are promised to nobody any more */
	uint64_t unlinked;               /* bundles below it are gone; up to minimum / 256 */
	const struct log_anchor *anchor; /* is told of every published checkpoint; may be NULL */
};

/* A state of the tree whose tiles are written. */
struct log_state {
	uint64_t size;
	struct ledger_hash root;
};

/** Make an empty ledger: the folder, `log`, and a signed checkpoint of size 0. Refuses an existing
 * one. */
int log_create(const char *folder, const struct note_signer *signer, struct arena *arena,
	struct error *err);

/**
 * Lock and open for writing: verifies the checkpoint and the right edge of the tree against it,
 * then replays the journal. signer's texts must outlive the writer. After -1 nothing is held.
 */
int log_writer_open(struct log_writer *writer, const char *folder, const struct note_signer *signer,
	struct arena *scratch, struct error *err);

/** Compare an opened ledger with an anchor, and tell it of every checkpoint from now on. */
int log_writer_anchor(struct log_writer *writer, const char *folder, struct log_anchor *anchor,
	struct arena *scratch, struct error *err);

/** Records that are durable: also the number that the next one gets. */
static inline uint64_t log_durable_size(const struct log_writer *writer)
{
	return writer->journal.next_index;
}

/*
 * Free space below which nothing may be appended: what is durable by then needs at most a segment
 * and, with records of the largest size, two bundles before it is published.
 */
enum { LOG_RESERVE_BYTES = 64 << 20 };

/** Whether the ledger's file system has LOG_RESERVE_BYTES free for this user. */
int log_has_room(const struct log_writer *writer, bool *ret_has_room, struct error *err);

/** Append a group of entries, each 1 to 65,535 bytes; durable when it returns. -1: the process must
 * end. */
int log_append(
	struct log_writer *writer, const struct str *entries, size_t count, struct error *err);

/** Write the partial tiles, so that the files hold all durable entries; not synced. */
int log_write_edge(struct log_writer *writer, struct log_state *ret_state, struct error *err);

/** Sync all files of the ledger. */
int log_sync(int folder_fd, struct error *err);

/** Sign and publish a state whose files are synced, drop what it supersedes, and recycle the
 * journal. */
int log_publish(struct log_writer *writer, const struct log_state *state, struct arena *scratch,
	struct error *err);

/**
 * Declare that records below minimum may go, as record number pruned_by says: a multiple of 256
 * that is published and not below an earlier minimum. Durable when it returns; nothing is removed
 * yet.
 */
int log_prune(struct log_writer *writer, uint64_t minimum, uint64_t pruned_by, struct error *err);

/** Remove at most files bundles and tiles that lie below the minimum: true when more are left. */
bool log_prune_some(struct log_writer *writer, unsigned files);

/** Give up the lock and all memory; what is durable stays so. */
void log_writer_close(struct log_writer *writer);
