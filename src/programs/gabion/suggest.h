/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* Finds the word that was probably meant. Zeroed, then offered every candidate. */
struct suggestion {
	struct str best;
	size_t distance; /* of best, plus 1 */
};

/** Remember candidate if it is the nearest so far and near enough to be meant. */
void suggest_offer(struct suggestion *suggestion, struct str typed, struct str candidate);

/** Whether anything was near enough. */
static inline bool suggest_found(const struct suggestion *suggestion)
{
	return suggestion->distance > 0;
}
