/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/value.h"

/* Role-based access control of Kubernetes, answered from a snapshot (see cel/authorizer.h). */

/* Who asks. */
struct rbac_user {
	struct str name;
	const struct value *groups; /* a list of strings, or NULL */
	struct str more_groups[2];  /* of a service account; empty ones do not count */
};

/* What for: a path, or a resource when path is empty. */
struct rbac_request {
	struct str verb;
	struct str path;
	struct str group, resource, subresource, namespace, name;
};

/* Why it is allowed. */
struct rbac_grant {
	struct str binding, role;
	bool is_namespaced; /* by a RoleBinding */
	uint64_t work;      /* rules and subjects looked at, also without a grant */
};

/** Whether a rule of the snapshot allows the request; grants to system:masters have no binding.
 * Pure; what is malformed in the snapshot grants nothing. */
bool rbac_allows(const struct value *snapshot, const struct rbac_user *user,
	const struct rbac_request *request, struct rbac_grant *ret_grant);
