/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/test.h"

#include "policy_sample.h"
#include "unit.h"

#define POLICY \
	"apiVersion: gabion.dev/v1\n" \
	"kind: Policy\n" \
	"id: a\n" \
	"title: T\n" \
	"layer: cluster\n" \
	"subject: pod\n" \
	"owner: customer\n" \
	"risk: high\n" \
	"message: the image is not ours\n" \
	"parameters: {ours: [nginx]}\n" \
	"match: kubernetes.minor > 28\n" \
	"each: [{name: c, expression: pod.containers}]\n" \
	"require: c.image in params.ours\n" \
	"at: c.image\n" \
	"---\n" \
	"apiVersion: gabion.dev/v1\n" \
	"kind: PolicyTest\n" \
	"policy: a\n" \
	"cases:\n"
#define SUBJECT(image) \
	"  subject:\n" \
	"    kind: Pod\n" \
	"    spec:\n" \
	"      containers:\n" \
	"      - image: " image "\n"
#define CASE(rest) "- name: case\n" rest

/* The one subject of a document. */
struct opened {
	const struct policy_test_document *document;
	bool done;
};

static void *open_document(
	void *context, struct arena *arena, const struct policy_test_document *document)
{
	struct opened *opened = ARENA_NEW(arena, struct opened);
	(void)context;
	opened->document = ARENA_NEW(arena, struct policy_test_document);
	memcpy((void *)(uintptr_t)opened->document, document, sizeof(*document));
	return opened;
}

static int next_subject(
	void *state, struct arena *arena, struct subject *ret_subject, struct error *err)
{
	struct opened *opened = state;
	if (opened->done)
		return 0;
	opened->done = true;
	if (opened->document->root->kind != VALUE_MAP)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "an object is a map");
	*ret_subject =
		sample_subject(arena, opened->document->root, opened->document->kubernetes_minor);
	return 1;
}

static int read_file(void *context, struct arena *arena, struct str test_path, struct str file,
	struct str *ret_text, struct error *err)
{
	(void)context;
	(void)arena;
	ASSERT_STR(test_path, STR("p.yaml"));
	if (!str_equal(file, STR("s.yaml")))
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "there is no such file");
	*ret_text = STR("kind: Pod\nspec: {containers: [{image: nginx}]}\n---\n"
			"kind: Pod\nspec: {containers: [{image: httpd}]}\n");
	return 0;
}

static void note_result(void *context, const struct policy_test_result *result)
{
	struct sample *sample = context;
	ASSERT_STR(result->policy, STR("a"));
	ASSERT_STR(result->name, STR("case"));
	ASSERT_STR(result->file, STR("p.yaml"));
	buf_put(&sample->told, result->difference.len > 0 ? result->difference : STR("ok"));
	buf_puts(&sample->told, "\n");
}

static struct str run(struct sample *sample, const char *text)
{
	static const struct policy_test_source source = {
		open_document, next_subject, read_file, NULL};
	const struct catalogue *catalogue = sample_catalogue(sample, text);
	struct policy_test_summary summary =
		policy_test_run(catalogue, sample_schemas, &source, note_result, sample);
	ck_assert_uint_eq(summary.cases, 1);
	ck_assert_uint_eq(summary.failed, !str_equal(buf_str(&sample->told), STR("ok\n")));
	return buf_str(&sample->told);
}

static const char *const rows[][2] = {
	{CASE("  expect: allow\n" SUBJECT("nginx")), "ok\n"},
	{CASE("  expect: deny\n" SUBJECT("httpd")), "ok\n"},
	{CASE("  expect: allow\n" SUBJECT("httpd")), "expected allow, but the verdict is deny\n"},
	{CASE("  expect: deny\n" SUBJECT("nginx")), "expected deny, but the verdict is allow\n"},
	{CASE("  expect: warn\n  phase: warn\n" SUBJECT("httpd")), "ok\n"},
	{CASE("  expect: allow\n  phase: audit\n  reasons: [{line: 4}]\n" SUBJECT("httpd")),
		"ok\n"},
	{CASE("  expect: allow\n  kubernetes: '1.28'\n" SUBJECT("httpd")), "ok\n"},
	{CASE("  expect: allow\n  kubernetes: '28'\n" SUBJECT("httpd")),
		"`kubernetes` must be a version such as \"1.29\", not `28`\n"},
	{CASE("  expect: allow\n  parameters: {ours: [httpd]}\n" SUBJECT("httpd")), "ok\n"},
	{CASE("  expect: allow\n  parameters: {our: [httpd]}\n" SUBJECT("httpd")),
		"`a` has no parameter `our`\n  fix: did you mean `ours`?\n"},
	{CASE("  expect: deny\n  reasons:\n  - {path: 'spec.containers[0].image', line: 4, column: "
	      "16, message: not ours}\n" SUBJECT("httpd")),
		"ok\n"},
	{CASE("  expect: deny\n  reasons: []\n" SUBJECT("httpd")),
		"unexpected reason: path spec.containers[0].image, line 4, message the image is "
		"not "
		"ours\n"},
	{CASE("  expect: deny\n  reasons: [{line: 5}, {line: 4}]\n" SUBJECT("httpd")),
		"missing reason: line 5\n"},
	{CASE("  expect: deny\n  reasons: [{path: spec, message: x}]\n" SUBJECT("httpd")),
		"missing reason: path spec, message x\n"
		"unexpected reason: path spec.containers[0].image, line 4, message the image is "
		"not "
		"ours\n"},
	{CASE("  expect: deny\n  subject: {kind: Pod, spec: {containers: [{name: x}]}}\n"),
		"unexpected reason: path spec.containers[0].image, line 1, message could not be "
		"decided: no such key: image\n"},
	{CASE("  expect: deny\n  reasons: [{message: could not be decided}]\n"
	      "  subject: {kind: Pod, spec: {containers: [{name: x}]}}\n"),
		"ok\n"},
	{CASE("  expect: allow\n  subject: {kind: Service}\n"),
		"no subject of kind pod came of the document\n"},
	{CASE("  expect: allow\n  subject: 7\n"), "an object is a map\n"},
	{CASE("  expect: allow\n"), "a case has either `subject` or `file`\n"},
	{CASE("  expect: deny\n  file: s.yaml\n  reasons: [{line: 5}]\n"), "ok\n"},
	{CASE("  expect: deny\n  file: x.yaml\n"), "there is no such file\n"},
};

START_TEST(a_case_passes_or_says_what_differs)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample sample;
		sample_init(&sample);
		struct str text = str_format(&sample.arena, "%s%s", POLICY, rows[i][0]);
		struct str told = run(&sample, text.data);
		ck_assert_msg(str_equal(told, str_from(rows[i][1])),
			"%s--- told:\n%.*s--- expected:\n%s", rows[i][0], STR_ARGS(told),
			rows[i][1]);
		sample_release(&sample);
	}
}
END_TEST

UNIT_TESTS("test", a_case_passes_or_says_what_differs)
