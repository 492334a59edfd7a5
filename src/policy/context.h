/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/catalogue.h"

/* One thing that a context allows beyond the default. */
struct policy_grant {
	const struct policy_opt_in *opt_in;
	struct str value; /* empty when the opt-in takes none */
	struct str reason, owner;
	int64_t expires_s; /* seconds since 1970; from then on it is void */
	struct origin origin;
};

/* What a workload may do: the default, and what is granted. `kind: Context`. */
struct policy_context {
	struct str id, title, description;
	const struct policy_grant *grants;
	size_t grant_count;
	const struct value *document; /* checked against its form: for what a layer reads of it */
	struct str file;
	struct origin origin;
};

/** All contexts, sorted by id. */
size_t catalogue_context_count(const struct catalogue *catalogue);
const struct policy_context *catalogue_context_at(const struct catalogue *catalogue, size_t index);

/** The context of that id; NULL and the nearest id if there is one. */
const struct policy_context *catalogue_context(
	const struct catalogue *catalogue, struct str id, struct str *ret_nearest);
