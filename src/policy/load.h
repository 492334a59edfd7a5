/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/document.h"
#include "policy/entry.h"

/* The environment shared by all policies of one kind of subject and one language. */
struct kind_env {
	const struct policy_subject_kind *kind;
	bool kubernetes;
	const struct cel_env *env;
};

/* One load of a catalogue: what its steps hand to each other. */
struct loader {
	struct arena *arena;
	const struct policy_source *sources;
	size_t source_count;
	const struct policy_schema *const *schemas;
	const struct catalogue_options *options;
	struct problems problems;
	struct catalogue *catalogue;
	struct documents reading; /* what must be released when the arena's cap is reached */
	struct catalogue_document *documents;
	size_t count, capacity;
	bool full;                          /* a limit was reached: the rest is not read */
	const struct cel_env *languages[2]; /* without and with `language: kubernetes` */
	struct kind_env *envs;
	size_t env_count, env_capacity;
};

/** Read all sources into loader->documents and check their forms. */
void load_documents(struct loader *loader);

/** Compile every valid policy document into the catalogue's entries, sorted by id. */
void load_policies(struct loader *loader);

/** Tell when there is more of something than a catalogue may have. */
void load_limit(struct loader *loader, size_t count, size_t limit, const char *what);

/** The problems from now on are in this document. */
void load_begin(struct loader *loader, const struct catalogue_document *document);

/** Fill an entry from its document, as far as it is valid. */
void load_policy(struct loader *loader, struct policy_entry *entry);

/**
 * A catalogue of one policy, in force: for a test. What document points to must outlive it, and
 * loader->options with it; it has no digest. loader->problems says whether it is valid.
 */
void load_one(struct loader *loader, const struct catalogue_document *document,
	const struct value *parameters, enum policy_phase phase);

/** Read profiles, choose the one in force and apply it to the entries. */
void load_profiles(struct loader *loader);

/** How many documents are of a kind. */
size_t load_count(const struct loader *loader, enum form_kind kind);

/** Tell when an id was given to an earlier document of the same kind. */
void load_check_unique(struct loader *loader, const struct catalogue_document *document);

/** Read contexts; their opt-ins must be known to a layer. */
void load_contexts(struct loader *loader);

/** Read rollouts and waivers and hang them on the entries they are about. */
void load_rollouts(struct loader *loader);
void load_waivers(struct loader *loader);

/** Put a map of values over the parameters of a policy; each must fit its default. */
void load_parameters(struct loader *loader, struct policy_entry *entry, const struct value *values);

/** Whether any policy's id matches; an error at the pattern when none does. */
bool load_check_glob(struct loader *loader, const struct value *glob);

/** The fields policies and scope of a rollout or waiver, their patterns checked. */
struct globs load_policy_globs(struct loader *loader, const struct value *document);
struct policy_scope load_scope(struct loader *loader, const struct value *document);

/** The id of a document, or "file:line" when it has none. */
struct str load_id(struct loader *loader, const struct catalogue_document *document);

/** The digest of documents and options into catalogue->digest. */
void load_digest(struct loader *loader);
