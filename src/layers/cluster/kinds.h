/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/schema.h"

/* The roots of every kind of subject of this layer, in the order of their slots. */
enum cluster_root { ROOT_KUBERNETES, ROOT_OBJECT, ROOT_POD, CLUSTER_ROOTS };

/* What this layer knows about a kind of object. */
struct cluster_kind {
	const char *name;
	const char *groups;   /* the API groups that have it, separated by blanks; "core" is "" */
	const char *pod_path; /* where its pod template is, with dots; "" is itself, NULL none */
	const struct policy_subject_kind *subject;
};

/** The kind of a group ("" for core), or NULL when this layer has no facts about it. */
const struct cluster_kind *cluster_kind_find(struct str group, struct str name);

/** The same for any group: for telling a wrong apiVersion from an unknown kind. */
const struct cluster_kind *cluster_kind_named(struct str name);

/* What objects of all other kinds are. */
extern const struct policy_subject_kind *const cluster_any_object;

extern const struct policy_schema cluster_schema;
