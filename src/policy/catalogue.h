/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/policy.h"

struct subject;

/* A catalogue file as text; path is what errors name. */
struct policy_source {
	struct str path;
	struct str text;
	bool always; /* its policies are in force whatever the profile selects */
};

/* Globs (`*` any text, `?` one character), any of which may match; none at all matches all. */
struct globs {
	const struct str *items;
	size_t count;
};

/* Which subjects a rollout or waiver is about: all that match in each of the three. */
struct policy_scope {
	struct globs namespaces, kinds, names;
};

/* A dated exception; void the moment it expires. `kind: Waiver`. */
struct policy_waiver {
	struct str id, owner, reason, ticket;
	struct globs policies; /* ids */
	struct policy_scope scope;
	int64_t expires_s; /* seconds since 1970; from then on it is void */
	struct str file;
	struct origin origin;
};

/* Which policies are in force and in which phase. `kind: Profile`. */
struct policy_profile {
	struct str id, title, description;
	struct str file;
	struct origin origin;
};

struct catalogue_options {
	struct str profile;        /* id; empty: `default`, or all policies when there is none */
	unsigned kubernetes_minor; /* also the version of the kubernetes expression profile */
	cel_zone_loader *load_zone;
	void *zone_context;
};

/* All policies in force, compiled, immutable, known by its digest; replaced whole. */
struct catalogue;

enum problem_level {
	PROBLEM_ERROR,   /* the catalogue is invalid */
	PROBLEM_WARNING, /* works, but not as its author meant */
	PROBLEM_NOTICE,  /* will need attention */
};

/** Called for each problem; err lives only during the call. */
typedef void catalogue_problem(void *context, const struct error *err, enum problem_level level);

/**
 * Load, type-check and compile; every error is reported, not only the first. NULL when there was
 * one, or when the profile is unknown. Everything lives in arena, whose cap becomes an error too;
 * sources must outlive it. schemas ends with NULL. Limits: LIMIT_POLICY_*.
 */
const struct catalogue *catalogue_load(struct arena *arena, const struct policy_source *sources,
	size_t count, const struct policy_schema *const *schemas,
	const struct catalogue_options *options, catalogue_problem *problem, void *context);

/** Policies in force, and every policy, also outside the profile; sorted by id. */
size_t catalogue_count(const struct catalogue *catalogue);
const struct policy *catalogue_policy(const struct catalogue *catalogue, size_t index);
size_t catalogue_all_count(const struct catalogue *catalogue);
const struct policy *catalogue_all(const struct catalogue *catalogue, size_t index);

/** The policy of that id, also one outside the profile; NULL and the nearest id if there is one. */
const struct policy *catalogue_find(
	const struct catalogue *catalogue, struct str id, struct str *ret_nearest);

/** The profile in force (NULL: none, all policies), and all profiles, sorted by id. */
const struct policy_profile *catalogue_profile(const struct catalogue *catalogue);
size_t catalogue_profile_count(const struct catalogue *catalogue);
const struct policy_profile *catalogue_profile_at(const struct catalogue *catalogue, size_t index);

/** The phase of a policy; for a subject also by rollouts, whose most specific match wins. */
enum policy_phase catalogue_phase(const struct catalogue *catalogue, const struct policy *policy,
	const struct subject *subject);

/** All waivers, expired ones too, in order of file and line. */
size_t catalogue_waiver_count(const struct catalogue *catalogue);
const struct policy_waiver *catalogue_waiver(const struct catalogue *catalogue, size_t index);

/** A warning for each waiver that has expired, a notice 14 days before. */
void catalogue_check_waivers(const struct catalogue *catalogue, int64_t now_s,
	catalogue_problem *problem, void *context);

/** SHA-256 in hexadecimal over the canonical form of all sources and options; 64 characters. */
struct str catalogue_digest(const struct catalogue *catalogue);
