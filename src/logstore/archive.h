/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "logstore/reader.h"

/**
 * Copy the records range.first to end - 1 of a ledger, and all hashes that tie them to its signed
 * checkpoint, into an archive folder: a ledger of its own for every reader. A folder that holds
 * earlier records of the same ledger up to range.first (or overlapping) is continued; any other
 * folder that is not empty is refused. Every record is compared with its hash on the way. Durable
 * when it returns; when interrupted, doing it again completes it. The ledger is to be verified
 * before: a copy proves no more than its source. end is a multiple of 256, above range.first and at
 * most checkpoint.size. Nothing in the ledger is changed.
 */
int log_archive(struct log_reader *reader, uint64_t end, const char *folder, struct error *err);
