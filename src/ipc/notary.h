/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/*
 * What is said to the notary and what it answers: one message each, native byte order, one machine.
 * Every request is answered in order; a client waits for the answer before its next request.
 *
 *   request  who may                     payload      answered
 *   HELLO    anyone                      -            at once, with the producer's last number
 *   APPEND   a producer that said hello  count items  when all of them are durable
 *   FLUSH    anyone                      -            when a checkpoint covers what was durable
 *   STATUS   anyone                      -            at once
 *   PRUNE    root, the notary's user     a text       when the minimum index is durable
 */
enum notary_request_kind {
	NOTARY_HELLO = 1,
	NOTARY_APPEND,
	NOTARY_FLUSH,
	NOTARY_STATUS,
	NOTARY_PRUNE,
};

enum notary_status {
	NOTARY_OK,
	NOTARY_MALFORMED, /* the request breaks these rules; the notary hangs up */
	NOTARY_REFUSED,   /* a limit: nothing was appended */
	NOTARY_BUSY,      /* another connection speaks for this producer */
	NOTARY_FAILED,    /* the ledger could not be written: whether the request was carried out
			     is unknown, and the notary ends */
};

enum {
	NOTARY_MESSAGE_BYTES = 192 << 10, /* below the kernel's default socket buffer */
	NOTARY_PRODUCER_BYTES = 16,
	NOTARY_TEXT_BYTES = 384,
	NOTARY_PRUNE_BYTES = 1024, /* of the text behind a PRUNE, at most */
};

struct notary_request {
	uint32_t kind;
	uint32_t count;    /* APPEND: items behind this header; PRUNE: 1 when forced, else 0 */
	uint64_t sequence; /* APPEND: number of the first item; the others follow. PRUNE: the
			      minimum index; the text behind the header says where the records went */
	unsigned char producer[NOTARY_PRODUCER_BYTES]; /* HELLO */
};

/* Before each item: its bytes; the first 24 are the producer's prefix (logstore/producers.h). */
struct notary_item {
	uint32_t bytes;
	uint32_t reserved; /* 0 */
};

struct notary_answer {
	uint32_t kind;
	uint32_t status;
	uint64_t first_index;   /* APPEND: of the first item that was new; PRUNE: of its record */
	uint64_t appended;      /* APPEND: items that were new */
	uint64_t last_sequence; /* of this producer */
	uint64_t durable_size, published_size;
	char text[NOTARY_TEXT_BYTES]; /* when status is not OK: one phrase, terminated */
};
