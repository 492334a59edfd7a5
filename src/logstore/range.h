/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "base/text.h"

/*
 * Which records a folder holds. A ledger that was pruned has a file `minimum` (the minimum index of
 * c2sp.org/tlog-tiles, "Pruning"); a folder of archived records has a file `archive`. Both are two
 * lines, each a word and a number.
 */
struct log_range {
	uint64_t first;     /* records below it are elsewhere; a multiple of 256 */
	uint64_t end;       /* so are those from it on; in an archive a multiple of 256 */
	uint64_t pruned_by; /* first > 0: the record that says why and where the earlier ones are */
	bool archived;      /* the folder is an archive */
};

#define MINIMUM_FILE "minimum"
#define ARCHIVE_FILE "archive"

/** The text of `minimum`: first and pruned_by; of `archive`: first and end. */
void log_range_print(const struct log_range *range, struct buf *out);

/**
 * Read the text of either file (the one that range->archived says) and check it against size, the
 * number of records that the checkpoint speaks for. `end` of a ledger is size.
 */
int log_range_parse(struct str text, uint64_t size, struct log_range *range, struct error *err);
