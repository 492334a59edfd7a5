/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/rbac.h"

#include "data/map.h"

/* A field that is a string, or "". */
static struct str text_of(const struct value *map, const char *key)
{
	const struct value *v = map_get_str(map, str_from(key));
	return value_is(v, VALUE_STRING) ? value_str(v) : STR("");
}

/* A field that is a list, or one without items. */
static struct value list_of(const struct value *map, const char *key)
{
	const struct value *v = map_get_str(map, str_from(key));
	return value_is(v, VALUE_LIST) ? *v : value_list(NULL, 0);
}

static struct str name_of(const struct value *object, const char *key)
{
	return text_of(map_get_str(object, STR("metadata")), key);
}

typedef bool matches(struct str pattern, const struct rbac_request *request);

/* Whether a list of strings has one that matches. */
static bool any(const struct value *rule, const char *key, matches *does_match,
	const struct rbac_request *request)
{
	struct value patterns = list_of(rule, key);
	for (uint32_t i = 0; i < patterns.count; i++)
		if (value_is(&patterns.items[i], VALUE_STRING) &&
			does_match(value_str(&patterns.items[i]), request))
			return true;
	return false;
}

static bool is_all(struct str pattern)
{
	return str_equal(pattern, STR("*"));
}

static bool matches_verb(struct str pattern, const struct rbac_request *request)
{
	return is_all(pattern) || str_equal(pattern, request->verb);
}

static bool matches_group(struct str pattern, const struct rbac_request *request)
{
	return is_all(pattern) || str_equal(pattern, request->group);
}

/* "pods", "pods/status", "*", or any resource's subresource in the form of "status" behind a star
 * and a slash. */
static bool matches_resource(struct str pattern, const struct rbac_request *request)
{
	size_t slash = str_find_char(pattern, '/');
	if (is_all(pattern))
		return true;
	if (slash == SIZE_MAX)
		return request->subresource.len == 0 && str_equal(pattern, request->resource);
	struct str resource = str_slice(pattern, 0, slash);
	bool is_resource = is_all(resource) || str_equal(resource, request->resource);
	return request->subresource.len > 0 && is_resource &&
	       str_equal(str_slice(pattern, slash + 1, pattern.len), request->subresource);
}

static bool matches_name(struct str pattern, const struct rbac_request *request)
{
	return str_equal(pattern, request->name);
}

static bool matches_path(struct str pattern, const struct rbac_request *request)
{
	if (is_all(pattern) || str_equal(pattern, request->path))
		return true;
	if (!str_ends_with(pattern, STR("*")))
		return false;
	while (str_ends_with(pattern, STR("*")))
		pattern.len--;
	return str_starts_with(request->path, pattern);
}

static bool rule_allows(const struct value *rule, const struct rbac_request *request)
{
	if (!any(rule, "verbs", matches_verb, request))
		return false;
	if (request->path.len > 0)
		return any(rule, "nonResourceURLs", matches_path, request);
	struct value names = list_of(rule, "resourceNames");
	return any(rule, "apiGroups", matches_group, request) &&
	       any(rule, "resources", matches_resource, request) &&
	       (names.count == 0 || any(rule, "resourceNames", matches_name, request));
}

static bool has_group(const struct rbac_user *user, struct str group)
{
	for (size_t i = 0; i < 2; i++)
		if (group.len > 0 && str_equal(user->more_groups[i], group))
			return true;
	if (!value_is(user->groups, VALUE_LIST))
		return false;
	for (uint32_t i = 0; i < user->groups->count; i++) {
		const struct value *item = &user->groups->items[i];
		if (value_is(item, VALUE_STRING) && str_equal(value_str(item), group))
			return true;
	}
	return false;
}

/* Whether the user's name is that of a service account. */
static bool is_account(struct str user, struct str namespace, struct str name)
{
	struct str prefix = STR("system:serviceaccount:");
	if (namespace.len == 0 || name.len == 0 ||
		user.len != prefix.len + namespace.len + 1 + name.len)
		return false;
	size_t at = prefix.len;
	return str_starts_with(user, prefix) &&
	       str_equal(str_slice(user, at, at + namespace.len), namespace) &&
	       user.data[at + namespace.len] == ':' &&
	       str_equal(str_slice(user, at + namespace.len + 1, user.len), name);
}

static bool is_subject(
	const struct value *subject, const struct rbac_user *user, struct str namespace)
{
	struct str kind = text_of(subject, "kind"), name = text_of(subject, "name");
	struct str own = text_of(subject, "namespace");
	if (str_equal(kind, STR("User")))
		return name.len > 0 && str_equal(name, user->name);
	if (str_equal(kind, STR("Group")))
		return name.len > 0 && has_group(user, name);
	return str_equal(kind, STR("ServiceAccount")) &&
	       is_account(user->name, own.len > 0 ? own : namespace, name);
}

/* The role that a binding refers to, in a namespace when it is no cluster role; or NULL. */
static const struct value *role_of(
	const struct value *snapshot, const struct value *binding, struct str namespace)
{
	const struct value *reference = map_get_str(binding, STR("roleRef"));
	struct str kind = text_of(reference, "kind"), name = text_of(reference, "name");
	bool is_cluster_role = str_equal(kind, STR("ClusterRole"));
	if (name.len == 0 || (!is_cluster_role && !str_equal(kind, STR("Role"))))
		return NULL;
	struct value roles = list_of(snapshot, is_cluster_role ? "clusterRoles" : "roles");
	for (uint32_t i = 0; i < roles.count; i++) {
		const struct value *role = &roles.items[i];
		if (!str_equal(name_of(role, "name"), name))
			continue;
		if (is_cluster_role ||
			(namespace.len > 0 && str_equal(name_of(role, "namespace"), namespace)))
			return role;
	}
	return NULL;
}

/* Whether a binding, of a namespace or of the cluster, is the user's and its role allows. */
static bool binding_allows(const struct value *snapshot, const struct value *binding,
	struct str namespace, const struct rbac_user *user, const struct rbac_request *request,
	struct rbac_grant *grant)
{
	struct value subjects = list_of(binding, "subjects");
	bool is_users = false;
	for (uint32_t i = 0; i < subjects.count && !is_users; i++)
		is_users = is_subject(&subjects.items[i], user, namespace);
	grant->work += 1 + subjects.count;
	const struct value *role = is_users ? role_of(snapshot, binding, namespace) : NULL;
	struct value rules = list_of(role, "rules");
	for (uint32_t i = 0; i < rules.count; i++) {
		grant->work++;
		if (rule_allows(&rules.items[i], request)) {
			grant->binding = name_of(binding, "name");
			grant->role = name_of(role, "name");
			return true;
		}
	}
	return false;
}

bool rbac_allows(const struct value *snapshot, const struct rbac_user *user,
	const struct rbac_request *request, struct rbac_grant *ret_grant)
{
	*ret_grant = (struct rbac_grant){.work = 1};
	if (has_group(user, STR("system:masters")))
		return true;
	struct value bindings = list_of(snapshot, "clusterRoleBindings");
	for (uint32_t i = 0; i < bindings.count; i++)
		if (binding_allows(snapshot, &bindings.items[i], STR(""), user, request, ret_grant))
			return true;
	if (request->path.len > 0 || request->namespace.len == 0)
		return false;
	bindings = list_of(snapshot, "roleBindings");
	ret_grant->is_namespaced = true;
	for (uint32_t i = 0; i < bindings.count; i++) {
		const struct value *binding = &bindings.items[i];
		if (str_equal(name_of(binding, "namespace"), request->namespace) &&
			binding_allows(
				snapshot, binding, request->namespace, user, request, ret_grant))
			return true;
	}
	return false;
}
