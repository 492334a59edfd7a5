/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/authorizer.h"
#include "cel/kube_name.h"
#include "cel/library.h"
#include "cel/rbac.h"
#include "data/map.h"

/* Kubernetes' authz library, offline. */

#define NAME(type) "kubernetes.authorization." type

const struct cel_type cel_type_authorizer = {.kind = CEL_TYPE_OPAQUE, .name = NAME("Authorizer")};
const struct cel_type cel_type_resource_check = {
	.kind = CEL_TYPE_OPAQUE, .name = NAME("ResourceCheck")};

/* One for all steps of a check: an authorizer that more and more is known of. */
struct check {
	struct cel_opaque opaque;
	const struct value *snapshot; /* NULL: nothing can be decided */
	struct rbac_user user;
	struct rbac_request request;
};

struct decision {
	struct cel_opaque opaque;
	bool allowed;
	struct str reason;
};

/* Two of them are equal when they are one. */
static bool is_same(const struct cel_opaque *a, const struct cel_opaque *b)
{
	return a == b;
}

static void print_name(const struct cel_opaque *opaque, struct buf *out)
{
	buf_put(out, str_from(opaque->class->type_name));
}

static const struct cel_opaque_class authorizer_class = {NAME("Authorizer"), is_same, print_name};
static const struct cel_opaque_class path_class = {NAME("PathCheck"), is_same, print_name};
static const struct cel_opaque_class group_class = {NAME("GroupCheck"), is_same, print_name};
static const struct cel_opaque_class resource_class = {NAME("ResourceCheck"), is_same, print_name};
static const struct cel_opaque_class decision_class = {NAME("Decision"), is_same, print_name};

static struct check *new_check(
	struct arena *arena, const struct value *snapshot, const struct value *user)
{
	struct check *check = ARENA_NEW(arena, struct check);
	const struct value *name = map_get_str(user, STR("username"));
	check->opaque.class = &authorizer_class;
	check->snapshot = value_is(snapshot, VALUE_MAP) ? snapshot : NULL;
	check->user.groups = map_get_str(user, STR("groups"));
	if (value_is(name, VALUE_STRING))
		check->user.name = value_str(name);
	return check;
}

struct value cel_authorizer(
	struct arena *arena, const struct value *snapshot, const struct value *user)
{
	return cel_opaque_value(&new_check(arena, snapshot, user)->opaque);
}

struct value cel_authorizer_resource(struct arena *arena, const struct value *snapshot,
	const struct value *user, const struct cel_request_resource *resource)
{
	struct check *check = new_check(arena, snapshot, user);
	check->opaque.class = &resource_class;
	check->request = (struct rbac_request){.group = resource->group,
		.resource = resource->resource,
		.subresource = resource->subresource,
		.namespace = resource->namespace,
		.name = resource->name};
	return cel_opaque_value(&check->opaque);
}

/* The receiver's check as the beginning of another one. */
static struct check *continued(
	struct cel_run *run, const struct value *receiver, const struct cel_opaque_class *class)
{
	struct check *check = ARENA_NEW(cel_run_arena(run), struct check);
	*check = *(const struct check *)receiver->pointer;
	check->opaque.class = class;
	return check;
}

static struct value path(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct check *check = continued(run, arguments, &path_class);
	check->request.path = value_str(&arguments[1]);
	if (str_trim(check->request.path).len == 0)
		return cel_fail_at(run, &arguments[1], "the path must not be empty");
	return cel_opaque_value(&check->opaque);
}

static struct value group(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct check *check = continued(run, arguments, &group_class);
	check->request.group = value_str(&arguments[1]);
	return cel_opaque_value(&check->opaque);
}

static struct value service_account(
	struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct str namespace = value_str(&arguments[1]), name = value_str(&arguments[2]);
	if (kube_name_subdomain_fault(name))
		return cel_fail_at(
			run, &arguments[2], "the name of the service account is invalid");
	if (kube_name_label_fault(namespace))
		return cel_fail_at(
			run, &arguments[1], "the namespace of the service account is invalid");
	struct arena *arena = cel_run_arena(run);
	struct check *check = continued(run, arguments, &authorizer_class);
	check->user = (struct rbac_user){
		.name = str_format(arena, "system:serviceaccount:%.*s:%.*s", STR_ARGS(namespace),
			STR_ARGS(name)),
		.more_groups = {STR("system:serviceaccounts"),
			str_format(arena, "system:serviceaccounts:%.*s", STR_ARGS(namespace))}};
	return cel_opaque_value(&check->opaque);
}

static struct value resource(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct check *check = continued(run, arguments, &resource_class);
	check->request.resource = value_str(&arguments[1]);
	if (str_trim(check->request.resource).len == 0)
		return cel_fail_at(run, &arguments[1], "the resource must not be empty");
	return cel_opaque_value(&check->opaque);
}

#define NARROW(title) \
	static struct value title( \
		struct cel_run *run, const struct value *arguments, size_t count) \
	{ \
		(void)count; \
		struct check *check = continued(run, arguments, &resource_class); \
		check->request.title = value_str(&arguments[1]); \
		return cel_opaque_value(&check->opaque); \
	}

NARROW(subresource)
NARROW(namespace)
NARROW(name)

/* RBAC knows no selectors: it allows a request for all objects or for none. */
static struct value selector(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return arguments[0];
}

static struct str reason_of(struct cel_run *run, const struct rbac_grant *grant)
{
	if (grant->binding.len == 0)
		return STR("allowed to the group system:masters");
	return str_format(cel_run_arena(run), "allowed by %s \"%.*s\" of role \"%.*s\"",
		grant->is_namespaced ? "RoleBinding" : "ClusterRoleBinding",
		STR_ARGS(grant->binding), STR_ARGS(grant->role));
}

static struct value check(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	const struct check *asked = arguments->pointer;
	struct rbac_request request = asked->request;
	struct rbac_grant grant;
	request.verb = value_str(&arguments[1]);
	if (!asked->snapshot)
		return cel_fail(run, "no authorization can be checked: there is no RBAC snapshot");
	if (asked->user.name.len == 0)
		return cel_fail(run, "no authorization can be checked: the user is unknown");
	struct decision *made = ARENA_NEW(cel_run_arena(run), struct decision);
	made->opaque.class = &decision_class;
	made->allowed = rbac_allows(asked->snapshot, &asked->user, &request, &grant);
	if (!cel_run_work(run, grant.work))
		return cel_fail_budget(run);
	made->reason = made->allowed ? reason_of(run, &grant) : STR("");
	return cel_opaque_value(&made->opaque);
}

static struct value allowed(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_bool(((const struct decision *)arguments->pointer)->allowed);
}

static struct value reason(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return value_string(((const struct decision *)arguments->pointer)->reason);
}

/* A check that cannot be made has no decision at all, so that a decision is never in error. */
static struct value errored(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)arguments, (void)count;
	return value_bool(false);
}

static struct value error(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)arguments, (void)count;
	return value_ascii(STR(""));
}

static uint64_t cost_check(const struct value *arguments, size_t count, const struct value *result)
{
	(void)arguments, (void)count, (void)result;
	return 350000;
}

/* Reading it, a list, and for every two characters a requirement: a list and a struct. */
static uint64_t cost_selector(
	const struct value *arguments, size_t count, const struct value *result)
{
	(void)count, (void)result;
	uint64_t size = cel_size(&arguments[1]);
	return 10 + cel_cost_tenth(size) + (size + 1) / 2 * 50;
}

#define A NAME("Authorizer")
#define P NAME("PathCheck")
#define G NAME("GroupCheck")
#define R NAME("ResourceCheck")
#define D NAME("Decision")
#define ROW(id, signature, call, cost, since) \
	{ \
		id, signature, call, cost, KUBERNETES_SINCE(since) \
	}

static const struct cel_overload_row rows[] = {
	ROW("authorizer_path", A ".path(string) -> " P, path, NULL, 27),
	ROW("authorizer_group", A ".group(string) -> " G, group, NULL, 27),
	ROW("authorizer_serviceaccount", A ".serviceAccount(string, string) -> " A, service_account,
		NULL, 27),
	ROW("groupcheck_resource", G ".resource(string) -> " R, resource, NULL, 27),
	ROW("resourcecheck_subresource", R ".subresource(string) -> " R, subresource, NULL, 27),
	ROW("resourcecheck_namespace", R ".namespace(string) -> " R, namespace, NULL, 27),
	ROW("resourcecheck_name", R ".name(string) -> " R, name, NULL, 27),
	ROW("pathcheck_check", P ".check(string) -> " D, check, cost_check, 27),
	ROW("resourcecheck_check", R ".check(string) -> " D, check, cost_check, 27),
	ROW("decision_errored", D ".errored() -> bool", errored, NULL, 27),
	ROW("decision_error", D ".error() -> string", error, NULL, 27),
	ROW("decision_allowed", D ".allowed() -> bool", allowed, NULL, 27),
	ROW("decision_reason", D ".reason() -> string", reason, NULL, 27),
	ROW("authorizer_fieldselector", R ".fieldSelector(string) -> " R, selector, cost_selector,
		31),
	ROW("authorizer_labelselector", R ".labelSelector(string) -> " R, selector, cost_selector,
		31),
};

CEL_LIBRARY(cel_lib_k8s_authz, "authz of Kubernetes", rows);
