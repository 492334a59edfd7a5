/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/catalogue.h"

/* One thing lint looks for. The table is the documentation. */
struct lint_check {
	const char *name;
	const char *meaning; /* one sentence for the reference */
};

/** All checks, in the order in which they run. */
size_t policy_lint_count(void);
struct lint_check policy_lint_check(size_t index);

/**
 * Tell of what is valid but not as it should be in one policy of a catalogue, as warnings; returns
 * how many. Whether it has a test is asked of the catalogue's documents. Pure; arena is for work.
 */
size_t policy_lint(const struct catalogue *catalogue, const struct policy *policy,
	struct arena *arena, catalogue_problem *problem, void *context);
