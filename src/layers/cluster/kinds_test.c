/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/cluster/kinds.h"

#include "unit.h"

enum { MAX_TYPES = 400, MAX_TYPE_DEPTH = 24 };

struct walk {
	const struct cel_type *seen[MAX_TYPES];
	size_t types, fields;
};

static bool is_new(struct walk *walk, const struct cel_type *type)
{
	for (size_t i = 0; i < walk->types; i++)
		if (walk->seen[i] == type)
			return false;
	ck_assert(walk->types < MAX_TYPES);
	walk->seen[walk->types++] = type;
	return true;
}

static void check_type(struct walk *walk, const struct cel_type *type, int depth)
{
	ck_assert_ptr_nonnull(type);
	ck_assert_int_lt(depth, MAX_TYPE_DEPTH);
	if (!is_new(walk, type))
		return;
	for (size_t i = 0; i < 2 && type->parameters[i]; i++)
		check_type(walk, type->parameters[i], depth + 1);
	if (type->kind != CEL_TYPE_STRUCT)
		return;
	ck_assert_ptr_nonnull(type->name);
	/* Only what is known of every object leaves room for what its kind adds. */
	ck_assert(!type->open || strcmp(type->name, "Object") == 0);
	for (const struct cel_field *field = type->fields; field->name; field++) {
		for (const struct cel_field *other = type->fields; other < field; other++)
			ck_assert_msg(strcmp(other->name, field->name) != 0, "%s has two %s",
				type->name, field->name);
		walk->fields++;
		check_type(walk, field->type, depth + 1);
	}
}

static const struct cel_type *field_of(const struct cel_type *type, const char *name)
{
	for (const struct cel_field *field = type->fields; field && field->name; field++)
		if (strcmp(field->name, name) == 0)
			return field->type;
	return NULL;
}

/* The type at a dotted path; the items of lists are entered by themselves. */
static const struct cel_type *type_at(const struct cel_type *type, const char *path)
{
	char copy[160], *rest = copy;
	snprintf(copy, sizeof(copy), "%s", path);
	for (char *name = strsep(&rest, "."); name && type; name = strsep(&rest, ".")) {
		if (type->kind == CEL_TYPE_LIST)
			type = type->parameters[0];
		type = field_of(type, name);
	}
	return type;
}

START_TEST(every_field_is_reachable_and_unique)
{
	struct walk walk = {.types = 0};
	size_t kinds = 0;
	for (const struct policy_subject_kind *kind = cluster_schema.kinds; kind->name; kind++) {
		for (const struct policy_root *root = kind->roots; root->name; root++)
			check_type(&walk, root->type, 0);
		kinds++;
	}
	ck_assert_uint_eq(kinds, 31);
	ck_assert_uint_gt(walk.fields, 600);
}
END_TEST

START_TEST(struct_types_have_names_of_their_own)
{
	struct walk walk = {.types = 0};
	for (const struct policy_subject_kind *kind = cluster_schema.kinds; kind->name; kind++)
		for (const struct policy_root *root = kind->roots; root->name; root++)
			check_type(&walk, root->type, 0);
	for (size_t i = 0; i < walk.types; i++)
		for (size_t j = 0; j < i && walk.seen[i]->kind == CEL_TYPE_STRUCT; j++)
			if (walk.seen[j]->kind == CEL_TYPE_STRUCT)
				ck_assert_str_ne(walk.seen[i]->name, walk.seen[j]->name);
}
END_TEST

START_TEST(roots_of_what_a_kind_also_is_are_a_prefix)
{
	for (const struct policy_subject_kind *kind = cluster_schema.kinds; kind->name; kind++) {
		const struct policy_subject_kind *also = kind->also;
		ck_assert(also || kind == cluster_any_object);
		for (size_t i = 0; also && also->roots[i].name; i++)
			ck_assert_str_eq(kind->roots[i].name, also->roots[i].name);
		ck_assert(policy_subject_is(kind, cluster_any_object));
	}
}
END_TEST

START_TEST(names_of_kinds_are_unique)
{
	for (const struct policy_subject_kind *kind = cluster_schema.kinds; kind->name; kind++)
		for (const struct policy_subject_kind *other = cluster_schema.kinds; other < kind;
			other++)
			ck_assert_str_ne(kind->name, other->name);
}
END_TEST

START_TEST(kinds_are_told_apart_by_group)
{
	static const struct {
		const char *group, *kind, *pod_path;
		bool known;
	} cases[] = {
		{"", "Pod", "", true},
		{"apps", "Deployment", "spec.template", true},
		{"extensions", "Deployment", "spec.template", true},
		{"", "Deployment", NULL, false},
		{"batch", "CronJob", "spec.jobTemplate.spec.template", true},
		{"", "PodTemplate", "template", true},
		{"", "Service", NULL, true},
		{"serving.knative.dev", "Service", NULL, false},
		{"networking.k8s.io", "Ingress", NULL, true},
		{"", "Unheard", NULL, false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cluster_kind *kind =
			cluster_kind_find(str_from(cases[i].group), str_from(cases[i].kind));
		ck_assert_int_eq(kind != NULL, cases[i].known);
		if (!kind)
			continue;
		ck_assert_str_eq(kind->subject->name, cases[i].kind);
		if (cases[i].pod_path)
			ck_assert_str_eq(kind->pod_path, cases[i].pod_path);
		else
			ck_assert_ptr_null(kind->pod_path);
	}
}
END_TEST

START_TEST(fields_that_policies_need_have_their_type)
{
	static const struct {
		const char *kind, *root, *path;
		enum cel_type_kind type;
	} cases[] = {
		{"pod", "pod", "containers.securityContext.privileged", CEL_TYPE_BOOL},
		{"pod", "pod", "spec.securityContext.sysctls.name", CEL_TYPE_STRING},
		{"pod", "pod", "spec.ephemeralContainers.targetContainerName", CEL_TYPE_STRING},
		{"pod", "pod", "containers.lifecycle.preStop.tcpSocket.host", CEL_TYPE_STRING},
		{"pod", "pod", "volumes.projected.sources.podCertificate.keyType", CEL_TYPE_STRING},
		{"pod", "pod", "metadata.annotations", CEL_TYPE_MAP},
		{"pod", "kubernetes", "minor", CEL_TYPE_INT},
		{"Deployment", "object", "spec.template.spec.hostUsers", CEL_TYPE_BOOL},
		{"CronJob", "object", "spec.jobTemplate.spec.template.spec.os.name",
			CEL_TYPE_STRING},
		{"Ingress", "object", "spec.rules.http.paths.backend.service.port.number",
			CEL_TYPE_INT},
		{"ClusterRole", "object", "rules.nonResourceURLs", CEL_TYPE_LIST},
		{"NetworkPolicy", "object", "spec.ingress.from.ipBlock.cidr", CEL_TYPE_STRING},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct policy_subject_kind *kind = cluster_schema.kinds;
		while (kind->name && strcmp(kind->name, cases[i].kind) != 0)
			kind++;
		const struct policy_root *root = kind->roots;
		while (root->name && strcmp(root->name, cases[i].root) != 0)
			root++;
		ck_assert_ptr_nonnull(root->name);
		const struct cel_type *type = type_at(root->type, cases[i].path);
		ck_assert_msg(
			type && type->kind == cases[i].type, "%s.%s", cases[i].root, cases[i].path);
	}
}
END_TEST

UNIT_TESTS("cluster kinds", every_field_is_reachable_and_unique,
	struct_types_have_names_of_their_own, roots_of_what_a_kind_also_is_are_a_prefix,
	names_of_kinds_are_unique, kinds_are_told_apart_by_group,
	fields_that_policies_need_have_their_type)
