/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/policy.h"

/* A catalogue file as text; path is what errors name. */
struct policy_source {
	struct str path;
	struct str text;
};

/* A dated exception; void the moment it expires. `kind: Waiver`. */
struct policy_waiver {
	struct str id, owner, reason, ticket;
	struct str policies;              /* id or glob */
	struct str namespace, kind, name; /* globs; empty matches all */
	int64_t expires_s;                /* seconds since 1970 */
	struct str file;
	struct origin origin;
};

/* Which policies are in force and in which phase. `kind: Profile`. */
struct policy_profile {
	struct str id, title;
	struct str file;
	struct origin origin;
};

struct catalogue_options {
	struct str profile;        /* id; empty: default */
	unsigned kubernetes_minor; /* also the version of the kubernetes expression profile */
	cel_zone_loader *load_zone;
	void *zone_context;
};

/* All policies in force, compiled, immutable, known by its digest; replaced whole. */
struct catalogue;

/** Called once per problem found while loading; a warning does not make the catalogue invalid. */
typedef void catalogue_problem(void *context, const struct error *err, bool warning);

/**
 * Load, type-check and compile; every error is reported, not only the first. NULL when there was
 * one, or when the profile is unknown. Everything lives in arena; sources must outlive it. schemas
 * ends with NULL.
 */
const struct catalogue *catalogue_load(struct arena *arena, const struct policy_source *sources,
	size_t count, const struct policy_schema *const *schemas,
	const struct catalogue_options *options, catalogue_problem *problem, void *context);

/* Policies of the profile, sorted by id. */
size_t catalogue_count(const struct catalogue *catalogue);
const struct policy *catalogue_policy(const struct catalogue *catalogue, size_t index);

/** The policy of that id, also one outside the profile; NULL and the nearest id when there is none.
 */
const struct policy *catalogue_find(
	const struct catalogue *catalogue, struct str id, struct str *ret_nearest);

/** SHA-256 in hexadecimal over the canonical form of all sources and options; 64 characters. */
struct str catalogue_digest(const struct catalogue *catalogue);
