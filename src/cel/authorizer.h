/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/kind.h"
#include "cel/type.h"

/*
 * The variables `authorizer` and `authorizer.requestResource` of admission expressions, answered
 * from data instead of a server.
 *
 * The data is an RBAC snapshot: a map with the lists `clusterRoles`, `clusterRoleBindings`, `roles`
 * and `roleBindings`, each of objects as their API has them (rbac.authorization.k8s.io/v1); a list
 * may be missing. The user is a map as in `request.userInfo`: username, and groups, a list of
 * strings. Without a snapshot or a username every check is an error, never an answer. What RBAC has
 * no rule for is not allowed; members of system:masters may do anything. Selectors do not narrow
 * what RBAC allows.
 */

/** The types of the two variables, for cel_env_declare(). */
extern const struct cel_type cel_type_authorizer, cel_type_resource_check;

/* What a request is about. */
struct cel_request_resource {
	struct str group, resource, subresource, namespace, name;
};

/** A value for `authorizer`; snapshot and user are borrowed and may be NULL. */
struct value cel_authorizer(
	struct arena *arena, const struct value *snapshot, const struct value *user);

/** A value for `authorizer.requestResource`; the parts of resource are borrowed. */
struct value cel_authorizer_resource(struct arena *arena, const struct value *snapshot,
	const struct value *user, const struct cel_request_resource *resource);
