/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/context.h"

/* Carrying out a context's grants on a configuration. */

/** Change config as the grant says; -1 with its place when it means nothing. */
int grant_apply(struct arena *arena, const struct policy_grant *grant, struct value *config,
	struct error *err);

/** The opt-in of a grant as a number. */
enum opt_in grant_opt_in(const struct policy_grant *grant);

/** The seccomp section for the groups of system calls that are granted and, of these, the learned
 * list where the context has one. */
int grant_system_calls(struct arena *arena, const struct context *context, struct value *config,
	struct error *err);

/** Replace what a pointer names, or add it. */
int config_put(struct arena *arena, struct value *config, struct str pointer, struct value value,
	struct error *err);
