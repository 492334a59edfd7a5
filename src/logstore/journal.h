/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

/*
 * Where an entry becomes durable before it is in a tile: preallocated segment files, written in
 * groups. One group is one write; it returns when the disk has it. After a crash every group that
 * was returned is there; the last one, if it was not, is there whole or not at all.
 *
 * A frame is a header of 32 bytes (little-endian: u32 length, u32 frames left in the group, u64
 * index, u64 group, u64 check = first 8 bytes of SHA-256 over the header before it and the
 * payload), the payload, and zeros up to a multiple of 8. A segment is named by the index of its
 * first entry, in 20 digits.
 */
enum {
	JOURNAL_SEGMENT_BYTES = 16 << 20,
	JOURNAL_GROUP_BYTES = 4 << 20,    /* frames of one group together, at most */
	JOURNAL_ENTRY_BYTES = 65535 + 64, /* a record and what its writer puts before it */
	JOURNAL_BLOCK_BYTES = 4096,       /* unit of direct writes */
	JOURNAL_HEADER_BYTES = 32,
	JOURNAL_NAME_BYTES = 42,
	JOURNAL_MAX_SEGMENTS = 1024,
};

struct journal {
	int folder_fd; /* owned */
	int fd;        /* of the segment being written, owned; -1 before the first append */
	char name[JOURNAL_NAME_BYTES];
	uint64_t next_index;
	uint64_t next_group;
	uint64_t offset;     /* of the next frame in the segment */
	char *block;         /* aligned staging buffer of JOURNAL_GROUP_BYTES + one block */
	bool has_torn_group; /* at offset when it was opened: begun, never acknowledged, dropped */
	bool broken;         /* a write failed: what is on disk is unknown until the next open */
};

/* As first_index of journal_open(): everything that is still there. */
#define JOURNAL_OLDEST UINT64_MAX

/** Receives the entries found at open, in order. Returns -1 with err to stop. */
typedef int journal_replay(void *context, uint64_t index, struct str entry, struct error *err);

/**
 * Open or create `journal/` in folder_fd and replay every entry with index >= first_index, which
 * must all be there without a gap: the segment with the newest ones is never missing. A torn last
 * group is dropped, for nobody was told that it is durable. Damage to anything before it is an
 * error that names file and offset; nothing is repaired.
 */
int journal_open(struct journal *journal, int folder_fd, uint64_t first_index,
	journal_replay *replay, void *context, struct error *err);

/** Bytes that an entry takes in a group. */
static inline size_t journal_frame_bytes(size_t entry_len)
{
	return (JOURNAL_HEADER_BYTES + entry_len + 7) & ~(size_t)7;
}

/**
 * Make count entries durable as one group, numbered from journal->next_index; their frames together
 * are at most JOURNAL_GROUP_BYTES. After -1 the journal is broken: the process must end and open it
 * anew.
 */
int journal_append(
	struct journal *journal, const struct str *entries, size_t count, struct error *err);

/** Segments whose entries are all below published_size may be used again. */
int journal_recycle(struct journal *journal, uint64_t published_size, struct error *err);

/** Close files and free the buffer. */
void journal_close(struct journal *journal);
