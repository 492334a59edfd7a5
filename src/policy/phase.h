/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/catalogue.h"

/* `kind: Rollout`: the phase of some policies for some subjects. */
struct rollout {
	struct str id, reason, approved_by;
	struct globs policies;
	struct policy_scope scope;
	enum policy_phase phase;
	const struct catalogue_document *document;
};

/* A rollout that is about one policy, with the weight of the pattern that names the policy. */
struct phase_rule {
	const struct rollout *rollout;
	size_t policy_weight;
};

/* How specific a match is, compared in this order: the first difference decides. */
enum { PHASE_BY_NAME, PHASE_BY_NAMESPACE, PHASE_BY_KIND, PHASE_BY_POLICY, PHASE_WEIGHTS };

/** Whether a scope is about a subject; ret_weights are the weights of its name, namespace, kind. */
bool scope_match(const struct policy_scope *scope, const struct subject *subject,
	size_t ret_weights[PHASE_WEIGHTS]);

/**
 * Whether two rules with different phases match some subject equally strongly, so that none of them
 * is the most specific.
 */
bool phase_rules_conflict(const struct phase_rule *a, const struct phase_rule *b);

/** The first waiver in force at now_s for a reason of this policy on this subject, or NULL. */
const struct policy_waiver *waiver_in_force(
	const struct policy *policy, const struct subject *subject, int64_t now_s);
