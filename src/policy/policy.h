/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/cel.h"
#include "data/value.h"
#include "policy/schema.h"

enum policy_owner { OWNER_PROVIDER, OWNER_CUSTOMER, OWNER_SHARED };
enum policy_risk { RISK_LOW, RISK_MEDIUM, RISK_HIGH, RISK_CRITICAL };
enum policy_phase { PHASE_AUDIT, PHASE_WARN, PHASE_ENFORCE };

/* The words of the three enums, as written in policies and reports. */
const char *policy_owner_name(enum policy_owner owner);
const char *policy_risk_name(enum policy_risk risk);
const char *policy_phase_name(enum policy_phase phase);

/* One named expression: a variable, or one step of `each`. */
struct policy_binding {
	struct str name;
	const struct cel_program *program;
	uint32_t slot;
};

/* A reference into a standard, for example { "cis", "5.2.2" }. */
struct policy_mapping {
	struct str standard;
	struct str control;
};

/* How a machine can mend it: a JSON Patch operation applied where the reason points. */
struct policy_patch {
	struct str operation; /* add, replace, remove; empty when there is none */
	struct value value;
	const struct cel_program *expression; /* computes it for each reason; NULL: value is it */
};

#define POLICY_NO_SLOT UINT32_MAX
enum { POLICY_MAX_STEPS = 32 }; /* of `at` */

/* clang-format off */
/*
 * One rule of the catalogue, compiled. docs/reference/policy.md is the language.
 *
 *   apiVersion: gabion.dev/v1
 *   kind: Policy
 *   id: pss.baseline.privileged
 *   title: Containers must not be privileged
 *   description: ...                         # optional: why, for `gabion explain`
 *   layer: cluster
 *   subject: pod
 *   owner: customer
 *   risk: critical
 *   language: native                         # optional: or kubernetes, see catalogue_options
 *   match: kubernetes.minor >= 0             # optional: which subjects it judges
 *   parameters: {allowed: []}                # optional: params.allowed, set by a profile
 *   variables: [{name: x, expression: ...}]  # optional: variables.x, lazy, in order
 *   each:                                    # optional: nested loops, a reason per item
 *     - {name: container, expression: pod.containers}
 *   forbid: container.?securityContext.?privileged.orValue(false)    # or require:
 *   at: container.securityContext.privileged # optional: where the reason points
 *   excerpt: hidden                          # optional: a secret stands there
 *   message: a privileged container is root on the node              # or messageExpression: CEL
 *   remediation: {text: ..., patch: {op: replace, value: false}}
 *   mappings: {pss: [baseline], cis: [5.2.2], attack: [T1611]}
 */
/* clang-format on */
struct policy {
	struct str id, title, description;
	const struct policy_schema *schema;
	const struct policy_subject_kind *subject;
	enum policy_owner owner;
	enum policy_risk risk;
	const struct cel_program *match; /* NULL: all subjects of the kind */
	const struct policy_binding *variables;
	size_t variable_count;
	const struct policy_binding *each;
	size_t each_count;
	const struct cel_program *condition;
	bool kubernetes;              /* language: what an API server offers, nothing else */
	bool forbids;                 /* the condition must be false instead of true */
	struct str at;                /* empty: the last each item, or the subject */
	uint32_t at_slot;             /* of its first name; POLICY_NO_SLOT when at is empty */
	const struct value *at_steps; /* the rest: keys (strings) and indexes (ints) */
	size_t at_count;
	bool hides_excerpt; /* a secret stands where the reason points */
	struct str message;
	const struct cel_program *message_expression; /* NULL, or failing: message is the text */
	struct str remedy;
	struct policy_patch patch;
	const struct policy_mapping *mappings;
	size_t mapping_count;
	struct value parameters; /* the map of defaults, with a profile's values over them */
	struct str file;
	struct origin origin;
	uint32_t slots;                        /* of its environment */
	const struct cel_program *const *lazy; /* per slot, see struct cel_run */
};
