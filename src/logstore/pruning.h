/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "logstore/reader.h"

/* What the record of a pruning says. */
struct log_pruning {
	uint64_t first, minimum; /* the records first to minimum - 1 went */
	struct str archive; /* where the records went, in the words of who asked; not verified */
};

/**
 * Read the record that reader->range.pruned_by names: 1; 0 when it is not of type prune. Texts live
 * in the reader's arena. To be called when range.first is above 0.
 */
int log_pruning_read(struct log_reader *reader, struct log_pruning *ret_pruning, struct error *err);
