/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/context.h"
#include "policy/decide.h"

/* One thing that was tightened, and why. */
struct context_change {
	const struct policy *policy;
	struct str operation, path; /* of the configuration before this change */
	struct str message;
};

/* A configuration after hardening. */
struct hardened {
	struct value config;
	const struct context_change *changes;
	size_t change_count;
	struct verdict verdict; /* of config: what could not be mended is still in it */
};

/**
 * Tighten a configuration until it asks for no more than its context grants: decide, apply the
 * patches of the reasons, and decide again, until nothing is left that a patch mends. The verdict
 * is that of the result; hardening is never taken at its word. Waived reasons are left as they are.
 * Ends after LIMIT_HARDEN_ROUNDS. Everything lives in arena. Pure.
 */
int context_harden(struct arena *arena, const struct catalogue *catalogue,
	const struct context *context, const struct value *config,
	const struct decide_context *decide, struct hardened *ret_hardened, struct error *err);
