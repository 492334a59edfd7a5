/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "logstore/reader.h"

/* The first thing found that the signed checkpoint does not speak for. */
struct log_fault {
	char path[TILE_PATH_BYTES]; /* in the ledger folder */
	uint64_t offset;            /* of the first bad byte there */
	uint64_t record;            /* number of the record, or of the first one under a bad hash */
	struct str what;            /* one phrase */
};

/**
 * Read every published record that is here and every hash, and compare all of them with each other
 * and with the signed root; where records were pruned, one that is here must say so. 0 when all
 * agree; 1 and the first fault; -1 when something could not be read at all or was pruned meanwhile.
 * One pass in order of the records, memory for one bundle. Source: RFC 6962 section 2.1,
 * c2sp.org/tlog-tiles.
 */
int log_verify(struct log_reader *reader, struct log_fault *ret_fault, struct error *err);
