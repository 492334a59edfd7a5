/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"
#include "ipc/notary.h"

/* The body of an APPEND: items, each the sender's prefix (its id and the item's number,
 * little-endian) and a record. Nothing here touches a descriptor. */
enum {
	APPEND_PREFIX_BYTES = NOTARY_PRODUCER_BYTES + 8,
	APPEND_RECORD_BYTES = 65535, /* what an entry bundle can hold */
	APPEND_ITEM_BYTES = sizeof(struct notary_item) + APPEND_PREFIX_BYTES, /* and the record */
};

/* A body being read. */
struct append_reader {
	struct str rest;
	unsigned char producer[NOTARY_PRODUCER_BYTES];
	uint64_t sequence; /* of the next item */
	uint32_t left;
};

/** Begin to read the body that belongs to a request; false when the request cannot be one. */
bool append_begin(struct append_reader *reader, const struct notary_request *request,
	const unsigned char producer[NOTARY_PRODUCER_BYTES], struct str body);

/** The next item with its prefix: 1; 0 when all have been read and nothing follows; -1 when the
 * body does not keep to the form. */
int append_next(struct append_reader *reader, struct str *ret_item);

/** Write one item of APPEND_ITEM_BYTES + record.len bytes; returns them. */
size_t append_put(char *out, const unsigned char producer[NOTARY_PRODUCER_BYTES], uint64_t sequence,
	struct str record);
