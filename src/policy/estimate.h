/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/env.h"
#include "data/value.h"

/* What a list is taken to hold, and what is then too much for one policy: the API server's limit
 * for one expression. */
enum { ESTIMATE_ITEMS = 40, ESTIMATE_LIMIT = 1000000 };

struct estimate {
	struct arena *arena;
	const struct cel_env *env;
};

/** Cost units of a policy document over one subject, one per node of an expression and item of the
 * loops around it; never overflows. */
uint64_t estimate_policy(struct estimate *estimate, const struct value *policy);
