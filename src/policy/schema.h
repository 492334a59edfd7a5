/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/type.h"

/* One root variable of a layer's facts, for example `object` or `pod`. */
struct policy_root {
	const char *name;
	const struct cel_type *type;
	const char *meaning; /* one sentence, for the reference */
};

enum { POLICY_MAX_ROOTS = 8 };

/*
 * What a policy's `subject:` may name: the facts such a subject brings. A Deployment is also a pod,
 * which is also an object: policies for each of these judge it in one pass. Ends with name == NULL.
 */
struct policy_subject_kind {
	const char *name;
	const char *meaning;
	const struct policy_subject_kind
		*also; /* its roots are a prefix of these; NULL at the end */
	struct policy_root
		roots[POLICY_MAX_ROOTS]; /* slots 0.. in this order; ends with name == NULL */
};

/** Whether a subject of this kind is judged by policies for the wanted kind. */
static inline bool policy_subject_is(
	const struct policy_subject_kind *kind, const struct policy_subject_kind *wanted)
{
	while (kind && kind != wanted)
		kind = kind->also;
	return kind != NULL;
}

/* One thing a context of this layer may be allowed beyond the default. Ends with name == NULL. */
struct policy_opt_in {
	const char *name;
	const char *value;   /* what must be named with it; NULL: nothing */
	const char *meaning; /* one sentence, for the reference */
};

/* The facts of one layer, as static tables beside the layer's code. */
struct policy_schema {
	const char *layer;
	const struct policy_subject_kind *kinds;
	const struct policy_opt_in *opt_ins; /* NULL: the layer knows none */
};
