/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "logstore/producers.h"

enum { OWN_RECORDS = 256, OWN_RECORD_BYTES = 4096 };

/* Records of the notary's own in the group that is being gathered; its producer id is all zeros. */
struct own_records {
	char memory[OWN_RECORDS][PRODUCER_PREFIX_BYTES + OWN_RECORD_BYTES];
	size_t count;
};

/** Room for the text of one more; there are less than OWN_RECORDS. Cut when it is too long. */
struct buf own_begin(struct own_records *own);

/** Number it: the item for the group, valid until count is set to 0. */
struct str own_end(
	struct own_records *own, const struct producers *producers, const struct buf *record);
