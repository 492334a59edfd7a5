/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* A moment of the world's clock, as whoever reads the clock gives it. */
struct record_time {
	int64_t seconds; /* since 1970-01-01T00:00:00Z */
	uint32_t nanoseconds;
};

/** RFC 3339 in UTC with nine digits: 2026-01-02T03:04:05.000000006Z. Years 1970 to 9999, else the
 * nearer end. */
void record_print_time(struct record_time time, struct buf *out);

/**
 * The record of numbers that a producer used and that never arrived (both included), in canonical
 * JSON. producer is its id, written in hexadecimal.
 */
void record_print_gap(struct buf *out, struct record_time time, struct str producer, uint64_t first,
	uint64_t last);
