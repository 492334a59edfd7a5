/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "layers/context/opt_ins.h"
#include "layers/context/resources.h"
#include "policy/context.h"

/* What a context comes to at a moment. Everything lives in the arena it was made in. */
struct context {
	const struct policy_context *policy; /* NULL: the default, which grants nothing */
	const struct policy_grant **granted, **expired;
	size_t granted_count, expired_count;
	struct value config;                /* the OCI configuration that grants this and no more */
	struct resources_request resources; /* what config's limits were made from */
	bool yields;                        /* a class was chosen that makes room for others */
	bool weighs_io;                     /* a weight of input and output was chosen */
	struct value facts;                 /* the root `context` of the layer's facts */
};

/**
 * What a context grants at now_s (seconds since 1970), as an OCI configuration without arguments:
 * the default with what has been granted and has not expired. policy may be NULL. Returns -1 with
 * the place of the grant that means nothing: an unknown capability, group or namespace, a path that
 * is not absolute, a quantity that is none. Pure.
 */
int context_make(struct arena *arena, const struct policy_context *policy, int64_t now_s,
	struct context *ret_context, struct error *err);

/**
 * A context that grants what a text lists, "name value, name value", for ever: for tests and
 * drills. -1 for a name that is no opt-in.
 */
int context_parse(struct arena *arena, struct str id, struct str grants,
	struct policy_context *ret_policy, struct error *err);

/** Whether an opt-in is granted, with that value (empty: any). */
bool context_grants(const struct context *context, enum opt_in opt_in, struct str value);
