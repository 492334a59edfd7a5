/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/catalogue.h"

/* Patterns over names: `*` stands for any text, `?` for one byte, all else for itself. */

/* The weight of a pattern without wildcards; no pattern with one reaches it. */
#define GLOB_EXACT SIZE_MAX

/** Whether the whole text matches; O(pattern * text) at worst, no recursion. */
bool glob_match(struct str glob, struct str text);

/** How specific a pattern is: GLOB_EXACT, or the number of bytes that are no wildcards. */
size_t glob_weight(struct str glob);

/** Whether some text matches both. Patterns beyond LIMIT_GLOB_BYTES count as overlapping. */
bool glob_overlap(struct str a, struct str b);

/**
 * Whether text matches any of the patterns, or there is none; ret_weight is the weight of the most
 * specific one that matched, 0 when there is none.
 */
bool globs_match(const struct globs *globs, struct str text, size_t *ret_weight);
