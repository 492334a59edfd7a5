/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/cluster/view.h"

#include "data/json.h"
#include "data/map.h"
#include "layers/cluster/shape.h"
#include "unit.h"

#define ARENA_BYTES ((size_t)1 << 20)

static struct value read_json(struct arena *arena, const char *text)
{
	struct value root;
	struct error err = {0};
	int status = json_read(arena, str_from(text), DOCUMENT_KUBERNETES, &root, &err);
	ck_assert_msg(status == 0, "%s: %s", text, err.message);
	return shape_without_nulls(arena, &root);
}

static int view(struct arena *arena, const char *group, const char *kind, const char *text,
	struct value *ret_pod, struct error *err)
{
	struct value document = read_json(arena, text);
	const struct cluster_kind *row = cluster_kind_find(str_from(group), str_from(kind));
	ck_assert_ptr_nonnull(row);
	return cluster_pod_view(arena, row, &document, ret_pod, err);
}

/* The names of a list's items, as "a b c". */
static void check_names(const struct value *pod, const char *list, const char *expected)
{
	char text[256];
	struct buf out;
	const struct value *items = map_get_str(pod, str_from(list));
	buf_init_fixed(&out, text, sizeof(text));
	ck_assert_msg(value_is(items, VALUE_LIST), "%s", list);
	for (uint32_t i = 0; i < items->count; i++) {
		const struct value *name = map_get_str(&items->items[i], STR("name"));
		buf_printf(&out, "%s%.*s", i ? " " : "", STR_ARGS(value_str(name)));
	}
	ASSERT_STR(buf_str(&out), str_from(expected));
}

#define SPEC \
	"{\"initContainers\":[{\"name\":\"i1\"},{\"name\":\"s1\",\"restartPolicy\":\"Always\"}," \
	"{\"name\":\"i2\"},{\"name\":\"i3\",\"restartPolicy\":\"Never\"}]," \
	"\"containers\":[{\"name\":\"c1\"},{\"name\":\"c2\"}]," \
	"\"ephemeralContainers\":[{\"name\":\"e1\"}],\"volumes\":[{\"name\":\"v1\"}]," \
	"\"os\":{\"name\":\"windows\"},\"hostUsers\":false}"
#define TEMPLATE "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":" SPEC "}"

START_TEST(every_workload_shows_its_pod)
{
	static const struct {
		const char *group, *kind, *text, *path;
	} cases[] = {
		{"", "Pod", TEMPLATE, ""},
		{"apps", "Deployment", "{\"spec\":{\"template\":" TEMPLATE "}}", "spec.template"},
		{"extensions", "ReplicaSet", "{\"spec\":{\"template\":" TEMPLATE "}}",
			"spec.template"},
		{"apps", "StatefulSet", "{\"spec\":{\"template\":" TEMPLATE "}}", "spec.template"},
		{"apps", "DaemonSet", "{\"spec\":{\"template\":" TEMPLATE "}}", "spec.template"},
		{"", "ReplicationController", "{\"spec\":{\"template\":" TEMPLATE "}}",
			"spec.template"},
		{"batch", "Job", "{\"spec\":{\"template\":" TEMPLATE "}}", "spec.template"},
		{"batch", "CronJob",
			"{\"spec\":{\"jobTemplate\":{\"spec\":{\"template\":" TEMPLATE "}}}}",
			"spec.jobTemplate.spec.template"},
		{"", "PodTemplate", "{\"template\":" TEMPLATE "}", "template"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena;
		struct value pod;
		struct error err = {0};
		arena_init(&arena, ARENA_BYTES);
		ck_assert_msg(
			view(&arena, cases[i].group, cases[i].kind, cases[i].text, &pod, &err) == 0,
			"%s: %s", cases[i].kind, err.message);
		check_names(&pod, "containers", "i1 s1 i2 i3 c1 c2 e1");
		check_names(&pod, "appContainers", "c1 c2");
		check_names(&pod, "initContainers", "i1 i2 i3");
		check_names(&pod, "sidecars", "s1");
		check_names(&pod, "ephemeralContainers", "e1");
		check_names(&pod, "parts", " i1 s1 i2 i3 c1 c2 e1");
		check_names(&pod, "volumes", "v1");
		ASSERT_STR(value_str(map_get_str(&pod, STR("kind"))), str_from(cases[i].kind));
		ASSERT_STR(value_str(map_get_str(&pod, STR("path"))), str_from(cases[i].path));
		ASSERT_STR(value_str(map_get_str(&pod, STR("os"))), STR("windows"));
		ck_assert(map_get_str(&pod, STR("userNamespace"))->boolean);
		ck_assert(map_get_str(map_get_str(&pod, STR("metadata")), STR("labels")));
		arena_release(&arena);
	}
}
END_TEST

START_TEST(containers_keep_their_place_in_the_document)
{
	struct arena arena;
	struct value pod;
	struct error err = {0};
	arena_init(&arena, ARENA_BYTES);
	ck_assert_int_eq(view(&arena, "", "Pod",
				 "{\"spec\":{\n  \"initContainers\": [{\"name\":\"i\"}],\n"
				 "  \"containers\": [\n    {\"name\":\"c\"}]}}",
				 &pod, &err),
		0);
	const struct value *all = map_get_str(&pod, STR("containers"));
	ck_assert_uint_eq(all->items[0].origin.line, 2);
	ck_assert_uint_eq(all->items[0].origin.column, 22);
	ck_assert_uint_eq(all->items[1].origin.line, 4);
	ck_assert_uint_eq(all->items[1].origin.column, 5);
	arena_release(&arena);
}
END_TEST

START_TEST(the_pod_and_its_containers_are_its_parts)
{
	struct arena arena;
	struct value pod;
	struct error err = {0};
	arena_init(&arena, ARENA_BYTES);
	ck_assert_int_eq(
		view(&arena, "", "Pod",
			"{\"spec\":{\"securityContext\":{\"runAsUser\":1},\"containers\":[\n"
			"{\"name\":\"c\",\"securityContext\":{\"runAsUser\":2}},\n{}]}}",
			&pod, &err),
		0);
	const struct value *parts = map_get_str(&pod, STR("parts"));
	ck_assert_uint_eq(parts->count, 3);
	for (uint32_t i = 0; i < 3; i++) {
		const struct value *context = map_get_str(&parts->items[i], STR("securityContext"));
		const struct value *is_pod = map_get_str(&parts->items[i], STR("isPod"));
		ck_assert_int_eq(is_pod->boolean, i == 0);
		ck_assert_uint_eq(parts->items[i].origin.line, i + 1);
		if (i < 2)
			ck_assert_int_eq(map_get_str(context, STR("runAsUser"))->integer, i + 1);
		else
			ck_assert_ptr_null(context);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(absent_lists_are_empty_and_nulls_are_absent)
{
	struct arena arena;
	struct value pod;
	struct error err = {0};
	arena_init(&arena, ARENA_BYTES);
	ck_assert_int_eq(view(&arena, "", "Pod",
				 "{\"metadata\":null,\"spec\":{\"volumes\":null,\"os\":null,"
				 "\"containers\":[{\"name\":\"c\",\"securityContext\":null}]}}",
				 &pod, &err),
		0);
	check_names(&pod, "containers", "c");
	check_names(&pod, "volumes", "");
	check_names(&pod, "sidecars", "");
	ASSERT_STR(value_str(map_get_str(&pod, STR("os"))), STR(""));
	ck_assert(!map_get_str(&pod, STR("userNamespace"))->boolean);
	ck_assert_uint_eq(map_get_str(&pod, STR("metadata"))->count, 0);
	ck_assert_ptr_null(map_get_str(
		&map_get_str(&pod, STR("containers"))->items[0], STR("securityContext")));
	arena_release(&arena);
}
END_TEST

START_TEST(a_shape_that_is_no_pod_cannot_be_judged)
{
	static const struct {
		const char *kind, *text, *message;
	} cases[] = {
		{"Pod", "{}", "there is no pod to judge: spec is missing"},
		{"Pod", "{\"spec\":[]}", "spec is a list, but must be a map"},
		{"Pod", "{\"spec\":{},\"metadata\":\"x\"}",
			"metadata is a text, but must be a map"},
		{"Pod", "{\"spec\":{},\"metadata\":{\"annotations\":[]}}",
			"metadata.annotations is a list, but must be a map"},
		{"Pod", "{\"spec\":{\"containers\":{\"name\":\"c\"}}}",
			"spec.containers is a map, but must be a list"},
		{"Pod", "{\"spec\":{\"containers\":[{\"name\":\"c\"},null]}}",
			"spec.containers[1] is null, but must be a map"},
		{"Pod", "{\"spec\":{\"initContainers\":[{\"name\":7}]}}",
			"spec.initContainers[0].name is a number, but must be a text"},
		{"Pod", "{\"spec\":{\"ephemeralContainers\":[{\"securityContext\":true}]}}",
			"spec.ephemeralContainers[0].securityContext is a bool, but must be a map"},
		{"Pod", "{\"spec\":{\"securityContext\":[]}}",
			"spec.securityContext is a list, but must be a map"},
		{"Pod", "{\"spec\":{\"volumes\":[\"v\"]}}",
			"spec.volumes[0] is a text, but must be a map"},
		{"Pod", "{\"spec\":{\"os\":\"windows\"}}", "spec.os is a text, but must be a map"},
		{"Pod", "{\"spec\":{\"hostUsers\":\"false\"}}",
			"spec.hostUsers is a text, but must be a bool"},
		{"PodTemplate", "{\"spec\":{}}", "there is no pod to judge: template is missing"},
		{"PodTemplate", "{\"template\":{\"spec\":{\"containers\":[1]}}}",
			"template.spec.containers[0] is a number, but must be a map"},
		{"ReplicationController", "{\"spec\":{\"template\":[]}}",
			"spec.template is a list, but must be a map"},
		{"ReplicationController", "{\"spec\":{}}",
			"there is no pod to judge: spec.template is missing"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena;
		struct value pod;
		struct error err = {0};
		arena_init(&arena, ARENA_BYTES);
		ck_assert_int_eq(view(&arena, "", cases[i].kind, cases[i].text, &pod, &err), -1);
		ck_assert_int_eq(err.kind, ERROR_INPUT);
		ck_assert_uint_eq(err.origin.line, 1);
		ASSERT_STR(str_from(err.message), str_from(cases[i].message));
		arena_release(&arena);
	}
}
END_TEST

START_TEST(null_is_absent_but_an_empty_text_among_texts)
{
	struct arena arena;
	arena_init(&arena, ARENA_BYTES);
	struct value v = read_json(&arena,
		"{\"a\":null,\"b\":[null,{\"c\":null}],\"annotations\":{\"x\":null,\"y\":\"z\"}}");
	ck_assert_uint_eq(v.count, 2);
	const struct value *list = map_get_str(&v, STR("b"));
	ck_assert(value_is(&list->items[0], VALUE_NULL));
	ck_assert_uint_eq(list->items[1].count, 0);
	const struct value *texts = map_get_str(&v, STR("annotations"));
	ASSERT_STR(value_str(map_get_str(texts, STR("x"))), STR(""));
	ck_assert_uint_gt(map_get_str(texts, STR("x"))->origin.column, 0);
	ASSERT_STR(value_str(map_get_str(texts, STR("y"))), STR("z"));
	arena_release(&arena);
}
END_TEST

START_TEST(a_document_without_nulls_is_not_copied)
{
	struct arena arena;
	struct value root;
	struct error err = {0};
	arena_init(&arena, ARENA_BYTES);
	ck_assert_int_eq(
		json_read(&arena, STR("{\"a\":[{\"b\":1}]}"), DOCUMENT_KUBERNETES, &root, &err), 0);
	ck_assert_ptr_eq(shape_without_nulls(&arena, &root).entries, root.entries);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("cluster view", every_workload_shows_its_pod,
	containers_keep_their_place_in_the_document, the_pod_and_its_containers_are_its_parts,
	absent_lists_are_empty_and_nulls_are_absent, a_shape_that_is_no_pod_cannot_be_judged,
	null_is_absent_but_an_empty_text_among_texts, a_document_without_nulls_is_not_copied)
