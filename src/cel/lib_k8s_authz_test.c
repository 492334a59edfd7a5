/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/authorizer.h"
#include "cel_table.h"
#include "data/document.h"
#include "unit.h"

static struct arena arena;

static const char snapshot_text[] =
	"clusterRoles:\n"
	"- metadata: {name: reader}\n"
	"  rules:\n"
	"  - {apiGroups: [''], resources: [pods, pods/log], verbs: [get, list]}\n"
	"  - {apiGroups: [apps], resources: ['*/scale'], verbs: ['*']}\n"
	"  - {apiGroups: ['*'], resources: [secrets], resourceNames: [known], verbs: [get]}\n"
	"  - {nonResourceURLs: [/healthz, /apis/*], verbs: [get]}\n"
	"- metadata: {name: admin}\n"
	"  rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]\n"
	"roles:\n"
	"- metadata: {name: editor, namespace: shop}\n"
	"  rules: [{apiGroups: [apps], resources: [deployments], verbs: [create]}]\n"
	"- metadata: {name: editor, namespace: other}\n"
	"  rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]\n"
	"clusterRoleBindings:\n"
	"- metadata: {name: readers}\n"
	"  roleRef: {kind: ClusterRole, name: reader}\n"
	"  subjects: [{kind: Group, name: devs}, {kind: ServiceAccount, name: robot, namespace: "
	"ci}]\n"
	"- metadata: {name: dangling}\n"
	"  roleRef: {kind: ClusterRole, name: missing}\n"
	"  subjects: [{kind: Group, name: devs}]\n"
	"- {metadata: 1, roleRef: [], subjects: {a: b}}\n"
	"- null\n"
	"roleBindings:\n"
	"- metadata: {name: editors, namespace: shop}\n"
	"  roleRef: {kind: Role, name: editor}\n"
	"  subjects: [{kind: User, name: jane}]\n"
	"- metadata: {name: shop-admins, namespace: shop}\n"
	"  roleRef: {kind: ClusterRole, name: admin}\n"
	"  subjects: [{kind: ServiceAccount, name: boss}]\n";

static struct value read_data(const char *text)
{
	struct documents documents;
	struct error err = {.kind = ERROR_NONE};
	struct value root;
	documents_init(&documents, str_from(text), STR("test"), DOCUMENT_YAML, DOCUMENT_KUBERNETES);
	int got = documents_next(&documents, &arena, &root, &err);
	ck_assert_msg(got == 1, "%u:%u: %s", err.origin.line, err.origin.column, err.message);
	documents_release(&documents);
	return root;
}

/* Checks cases with an authorizer for a user; NULL for a snapshot or a user that is missing. */
static void check_authorizer(const char *snapshot_or_null, const char *user_or_null, unsigned minor,
	const struct cel_case *cases, size_t count)
{
	arena_init(&arena, 64 << 20);
	struct cel_options options = {.profile = CEL_PROFILE_KUBERNETES, .kubernetes_minor = minor};
	struct cel_env *env = cel_env_new(&arena, &options);
	cel_env_declare(env, STR("authorizer"), &cel_type_authorizer);
	cel_env_declare(env, STR("authorizer.requestResource"), &cel_type_resource_check);
	struct value snapshot = value_null(), user = value_null();
	if (snapshot_or_null)
		snapshot = read_data(snapshot_or_null);
	if (user_or_null)
		user = read_data(user_or_null);
	struct cel_request_resource resource = {.group = STR("apps"),
		.resource = STR("deployments"),
		.subresource = STR(""),
		.namespace = STR("shop"),
		.name = STR("web")};
	struct value slots[2] = {cel_authorizer(&arena, &snapshot, &user),
		cel_authorizer_resource(&arena, &snapshot, &user, &resource)};
	cel_check_cases(env, slots, cases, count);
	arena_release(&arena);
}

#define CHECK(snapshot, user, minor, ...) \
	do { \
		static const struct cel_case cases_[] = {__VA_ARGS__}; \
		check_authorizer( \
			snapshot, user, minor, cases_, sizeof(cases_) / sizeof(cases_[0])); \
	} while (0)

#define PODS "authorizer.group('').resource('pods')"

START_TEST(rules_allow_what_they_name)
{
	CHECK(snapshot_text, "{username: joe, groups: [devs]}", 31,
		{PODS ".check('get').allowed()", "true"},
		{PODS ".namespace('x').name('y').check('list').allowed()", "true"},
		{PODS ".check('delete').allowed()", "false"},
		{PODS ".subresource('log').check('get').allowed()", "true"},
		{PODS ".subresource('exec').check('get').allowed()", "false"},
		{"authorizer.group('apps').resource('pods').check('get').allowed()", "false"},
		{"authorizer.group('apps').resource('x').subresource('scale').check('any').allowed("
		 ")",
			"true"},
		{"authorizer.group('apps').resource('x').check('any').allowed()", "false"},
		{"authorizer.group('').resource('secrets').name('known').check('get').allowed()",
			"true"},
		{"authorizer.group('').resource('secrets').name('other').check('get').allowed()",
			"false"},
		{"authorizer.group('').resource('secrets').check('get').allowed()", "false"},
		{"authorizer.path('/healthz').check('get').allowed()", "true"},
		{"authorizer.path('/apis/x/y').check('get').allowed()", "true"},
		{"authorizer.path('/metrics').check('get').allowed()", "false"},
		{PODS ".check('get').errored()", "false"}, {PODS ".check('get').error()", ""},
		{PODS ".check('get').reason()",
			"allowed by ClusterRoleBinding \"readers\" of role \"reader\""},
		{PODS ".check('delete').reason()", ""},
		{PODS ".labelSelector('a=b').fieldSelector('x=y').check('list').allowed()",
			"true"});
}
END_TEST

START_TEST(roles_hold_in_their_namespace_only)
{
	CHECK(snapshot_text, "{username: jane}", 31,
		{"authorizer.requestResource.check('create').allowed()", "true"},
		{"authorizer.requestResource.check('create').reason()",
			"allowed by RoleBinding \"editors\" of role \"editor\""},
		{"authorizer.requestResource.check('delete').allowed()", "false"},
		{"authorizer.requestResource.namespace('other').check('create').allowed()",
			"false"},
		{"authorizer.requestResource.namespace('').check('create').allowed()", "false"},
		{"authorizer.serviceAccount('shop', 'boss').group('').resource('pods')"
		 ".namespace('shop').check('delete').allowed()",
			"true"},
		{"authorizer.serviceAccount('other', 'boss').group('').resource('pods')"
		 ".namespace('shop').check('delete').allowed()",
			"false"},
		{"authorizer.serviceAccount('ci', 'robot').group('').resource('pods')"
		 ".check('get').allowed()",
			"true"});
}
END_TEST

START_TEST(masters_may_do_anything)
{
	CHECK("{}", "{username: root, groups: [a, 'system:masters']}", 27,
		{PODS ".check('delete').allowed()", "true"},
		{"authorizer.path('/x').check('put').reason()",
			"allowed to the group system:masters"});
}
END_TEST

START_TEST(names_are_validated)
{
	CHECK(snapshot_text, "{username: joe}", 27, {"authorizer.path('')", NULL},
		{"authorizer.path('  ')", NULL}, {"authorizer.group('apps').resource(' ')", NULL},
		{"authorizer.serviceAccount('not@a#valid!namespace', 'validname')", NULL},
		{"authorizer.serviceAccount('valid.example.com', 'name')", NULL},
		{"authorizer.serviceAccount('default', 'invalid@*name')", NULL},
		{PODS ".labelSelector('a=b').check('list').allowed()", NULL});
	CHECK(snapshot_text, "{username: joe}", 26, {PODS ".check('get').allowed()", NULL});
}
END_TEST

START_TEST(nothing_is_allowed_without_a_snapshot_or_a_user)
{
	CHECK(NULL, "{username: joe, groups: ['system:masters']}", 31,
		{PODS ".check('get').allowed()", NULL}, {PODS ".check('get').errored()", NULL},
		{"authorizer.requestResource.check('get').allowed()", NULL},
		{"authorizer.requestResource.check('get').allowed() || true", "true"});
	CHECK("[]", "{username: joe}", 31, {PODS ".check('get').allowed()", NULL});
	CHECK(snapshot_text, NULL, 31, {PODS ".check('get').allowed()", NULL});
	CHECK(snapshot_text, "{username: 1, groups: [devs]}", 31,
		{PODS ".check('get').allowed()", NULL});
	CHECK("clusterRoles: 1", "{username: joe, groups: devs}", 31,
		{PODS ".check('get').allowed()", "false"});
}
END_TEST

UNIT_TESTS("cel-lib-k8s-authz", rules_allow_what_they_name, roles_hold_in_their_namespace_only,
	masters_may_do_anything, names_are_validated,
	nothing_is_allowed_without_a_snapshot_or_a_user)
