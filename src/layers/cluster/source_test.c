/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/cluster/source.h"

#include "base/limits.h"
#include "data/map.h"
#include "layers/cluster/kinds.h"
#include "unit.h"

#define ARENA_BYTES ((size_t)16 << 20)

/* Everything the source makes of a text: a line for each subject or error. */
static void run(const char *text, struct buf *out)
{
	struct arena input_arena, arena;
	struct layer_input input = {
		.file = STR("a.yaml"), .text = str_from(text), .kubernetes_minor = 30};
	arena_init(&input_arena, ARENA_BYTES);
	arena_init(&arena, ARENA_BYTES);
	void *state = cluster_open(&input_arena, &input);
	for (int found = 1; found != 0;) {
		struct subject subject;
		struct error err = {0};
		arena_reset(&arena);
		found = cluster_next(state, &arena, &subject, &err);
		if (found < 0) {
			ASSERT_STR(err.file, STR("a.yaml"));
			buf_printf(out, "%u: %s\n", err.origin.line, err.message);
		}
		if (found > 0)
			buf_printf(out, "%u: %s %.*s %.*s/%.*s\n", subject.origin.line,
				subject.kind->name, STR_ARGS(subject.object_kind),
				STR_ARGS(subject.namespace), STR_ARGS(subject.name));
	}
	arena_release(&arena);
	arena_release(&input_arena);
}

static const struct {
	const char *what, *text, *expected;
} cases[] = {
	{"one object", "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\n",
		"1: Service Service shop/a\n"},
	{"documents of a stream, the empty ones passed over",
		"---\napiVersion: v1\nkind: ConfigMap\n---\n\n---\n# nothing\n---\n"
		"apiVersion: v1\nkind: Secret\nmetadata: {generateName: s-}\n",
		"2: ConfigMap ConfigMap /\n9: Secret Secret /s-\n"},
	{"an unknown kind is an object",
		"apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n",
		"1: object Widget /w\n"},
	{"a kind of another group is another kind",
		"apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: s}\n",
		"1: object Service /s\n"},
	{"JSON", "{\"apiVersion\":\"v1\",\n\"kind\":\"Namespace\",\"metadata\":{\"name\":\"n\"}}",
		"1: Namespace Namespace /n\n"},
	{"a List, its faults apart",
		"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n"
		"  metadata: {name: s}\n- 7\n- kind: Secret\n- apiVersion: v1\n  kind: Namespace\n",
		"4: Secret Secret /s\n7: a Kubernetes object is a map, but this is a number\n"
		"8: apiVersion is missing, so nothing says what this is\n"
		"9: Namespace Namespace /\n"},
	{"Lists within Lists",
		"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n"
		"  - {apiVersion: v1, kind: Secret}\n- {apiVersion: v1, kind: Namespace}\n",
		"7: Secret Secret /\n8: Namespace Namespace /\n"},
	{"a List of nothing",
		"apiVersion: v1\nkind: List\nitems: []\n---\napiVersion: v1\n"
		"kind: List\nitems: null\n",
		""},
	{"items of a typed list know what they are",
		"apiVersion: apps/v1\nkind: DeploymentList\nitems:\n"
		"- metadata: {name: d}\n  spec: {template: {spec: {containers: [{name: c}]}}}\n",
		"4: Deployment Deployment /d\n"},
	{"a kind that only sounds like a list",
		"apiVersion: example.com/v1\nkind: AllowList\nspec: {}\nitems: []\n",
		"1: object AllowList /\n"},
	{"a List without items", "apiVersion: v1\nkind: List\n", "1: a List without items\n"},
	{"items that are no list", "apiVersion: v1\nkind: List\nitems: {}\n",
		"3: items is a map, but must be a list\n"},
	{"no kind", "apiVersion: v1\nmetadata: {name: a}\n",
		"1: kind is missing, so nothing says what this is\n"},
	{"an empty kind", "apiVersion: v1\nkind: \"\"\n",
		"1: kind is missing, so nothing says what this is\n"},
	{"a kind that is null", "apiVersion: v1\nkind:\n", "2: kind is null, but must be a text\n"},
	{"a kind that is no text", "apiVersion: v1\nkind: 7\n",
		"2: kind is a number, but must be a text\n"},
	{"a document that is no map", "- apiVersion: v1\n",
		"1: a Kubernetes object is a map, but this is a list\n"},
	{"a known kind with a version that lacks it", "apiVersion: v1\nkind: Deployment\n",
		"1: apiVersion v1 has no kind Deployment\n"},
	{"a name that is no text", "apiVersion: v1\nkind: Pod\nmetadata: {name: 7}\n",
		"3: metadata.name is a number, but must be a text\n"},
	{"a pod of no shape hides nothing else",
		"apiVersion: v1\nkind: Pod\nspec: {containers: {}}\n---\n"
		"apiVersion: v1\nkind: Namespace\n",
		"3: spec.containers is a map, but must be a list\n5: Namespace Namespace /\n"},
	{"nothing", "", ""},
};

START_TEST(a_text_becomes_a_subject_for_each_object)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[1024];
		struct buf out;
		buf_init_fixed(&out, text, sizeof(text));
		run(cases[i].text, &out);
		ck_assert_msg(str_equal(buf_str(&out), str_from(cases[i].expected)),
			"%s: got\n%.*sexpected\n%s", cases[i].what, STR_ARGS(buf_str(&out)),
			cases[i].expected);
	}
}
END_TEST

START_TEST(lists_end_at_a_depth)
{
	struct arena arena;
	struct buf text, out;
	arena_init(&arena, ARENA_BYTES);
	buf_init_arena(&text, &arena, 1024);
	buf_init_arena(&out, &arena, 1024);
	for (int i = 0; i <= LIMIT_LIST_DEPTH; i++)
		buf_puts(&text, "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[");
	for (int i = 0; i <= LIMIT_LIST_DEPTH; i++)
		buf_puts(&text, "]}");
	buf_put_char(&text, '\0');
	run(text.data, &out);
	ASSERT_STR(buf_str(&out), STR("1: Lists within Lists, more than 8 deep\n"));
	arena_release(&arena);
}
END_TEST

START_TEST(a_subject_brings_its_roots)
{
	struct arena arena;
	struct subject subject;
	struct error err = {0};
	struct layer_input input = {.text = STR("apiVersion: v1\nkind: PodList\nitems:\n"
						"- spec: {hostUsers: null, containers: []}\n"),
		.kubernetes_minor = 29};
	arena_init(&arena, ARENA_BYTES);
	void *state = cluster_open(&arena, &input);
	ck_assert_int_eq(cluster_next(state, &arena, &subject, &err), 1);
	const struct value *roots = subject.roots;
	ck_assert_int_eq(map_get_str(&roots[ROOT_KUBERNETES], STR("minor"))->integer, 29);
	ASSERT_STR(value_str(map_get_str(&roots[ROOT_OBJECT], STR("kind"))), STR("Pod"));
	ASSERT_STR(value_str(map_get_str(&roots[ROOT_OBJECT], STR("apiVersion"))), STR("v1"));
	const struct value *spec = map_get_str(&roots[ROOT_POD], STR("spec"));
	ck_assert_ptr_null(map_get_str(spec, STR("hostUsers")));
	ck_assert_uint_eq(spec->origin.line, 4);
	ck_assert_ptr_eq(subject.root.entries, roots[ROOT_OBJECT].entries);
	arena_release(&arena);
}
END_TEST

START_TEST(a_document_already_read_is_judged_once)
{
	struct arena arena;
	struct subject subject;
	struct error err = {0};
	struct value_entry entries[] = {
		{value_ascii(STR("apiVersion")), value_ascii(STR("v1"))},
		{value_ascii(STR("kind")), value_ascii(STR("Secret"))},
	};
	struct value root;
	ck_assert_int_eq(map_make(entries, 2, &root, &err), 0);
	struct layer_input input = {.text = STR("not: [this"), .root = &root};
	arena_init(&arena, ARENA_BYTES);
	void *state = cluster_open(&arena, &input);
	ck_assert_int_eq(cluster_next(state, &arena, &subject, &err), 1);
	ASSERT_STR(subject.object_kind, STR("Secret"));
	ck_assert_int_eq(cluster_next(state, &arena, &subject, &err), 0);
	ck_assert_int_eq(cluster_next(state, &arena, &subject, &err), 0);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("cluster source", a_text_becomes_a_subject_for_each_object, lists_end_at_a_depth,
	a_subject_brings_its_roots, a_document_already_read_is_judged_once)
