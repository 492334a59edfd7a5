/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/suggest.h"

/* A third of the letters may be wrong; below that, any short word resembles any other. */
static size_t tolerance(struct str typed)
{
	return typed.len < 3 ? 1 : (typed.len + 2) / 3;
}

void suggest_offer(struct suggestion *suggestion, struct str typed, struct str candidate)
{
	size_t limit = suggestion->distance > 0 ? suggestion->distance - 1 : tolerance(typed) + 1;
	if (limit == 0)
		return;
	size_t distance = str_distance(typed, candidate, limit);
	/* What was only begun is meant, too: pss.baseline for pss.baseline.privileged. */
	if (suggestion->distance == 0 && typed.len >= 3 && str_starts_with(candidate, typed))
		distance = limit - 1;
	if (distance >= limit || distance >= candidate.len)
		return;
	suggestion->best = candidate;
	suggestion->distance = distance + 1;
}
