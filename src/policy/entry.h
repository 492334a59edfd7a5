/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/context.h"
#include "policy/decide.h"
#include "policy/form.h"
#include "policy/phase.h"

/* The insides of a catalogue, shared by its loader, the decision, lint and tests. */

/* A document of a source, checked against its form. */
struct catalogue_document {
	enum form_kind kind;
	const struct policy_source *source;
	const struct value *root;
	bool valid;
};

/* A policy and what the catalogue knows about it. */
struct policy_entry {
	struct policy policy; /* first: a policy of a catalogue is part of its entry */
	const struct catalogue_document *document;
	const struct cel_env *env;                /* all its names declared */
	const struct cel_type *parameter_type;    /* of params */
	const struct cel_type *const *each_types; /* of the items, one per each */
	bool in_force;
	uint32_t number;         /* among those in force */
	enum policy_phase phase; /* by profile */
	const struct phase_rule *rules;
	size_t rule_count;
	const struct policy_waiver **waivers;
	size_t waiver_count;
};

/* The policies in force that judge a kind of subject. */
struct kind_index {
	const struct policy_subject_kind *kind;
	const struct policy_entry **entries; /* sorted by id */
	size_t count;
};

enum { DIGEST_HEX_BYTES = 64 };

struct catalogue {
	const struct catalogue_options *options;
	struct policy_entry *entries; /* all, sorted by id */
	size_t entry_count;
	const struct policy **in_force;
	size_t in_force_count;
	struct kind_index *kinds;
	size_t kind_count;
	struct policy_profile *profiles;
	size_t profile_count;
	const struct policy_profile *profile;
	struct policy_waiver *waivers;
	size_t waiver_count;
	struct policy_context *contexts; /* sorted by id */
	size_t context_count;
	const struct catalogue_document *documents; /* tests among them */
	size_t document_count;
	uint32_t slots; /* the most any policy needs */
	char digest[DIGEST_HEX_BYTES];
};

static inline const struct policy_entry *policy_entry(const struct policy *policy)
{
	return (const struct policy_entry *)policy;
}
