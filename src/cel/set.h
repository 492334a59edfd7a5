/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/function.h"

/*
 * A set of values that finds equal ones, as cel_equal() has it, in time that does not depend on how
 * many there are; values built so that their hashes collide are paid for as work.
 */
struct value_set {
	struct cel_run *run;
	const struct value **items; /* of the table, or in order when there are few */
	uint32_t *hashes;           /* of items; NULL when there are few */
	size_t count, mask;
	bool exhausted; /* the budget for work is spent, or a value too deep: answers are wrong */
};

/** An empty set for at most capacity values, in the run's arena. */
struct value_set value_set_new(struct cel_run *run, size_t capacity);

/** Whether a value equal to v is in the set. */
bool value_set_has(struct value_set *set, const struct value *v);

/** Add v, which must outlive the set; false when an equal value is in it. */
bool value_set_add(struct value_set *set, const struct value *v);
