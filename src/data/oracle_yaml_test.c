/* SPDX-License-Identifier: Apache-2.0 */
#include "data/document.h"
#include "data/oracle_yaml.h"
#include "data/yaml_scalar.h"
#include "unit.h"

#include <stdio.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* What libfyaml met, to be compared while our values are walked. */
struct met {
	char what;
	struct str text;
};

static struct arena memory, subject;
static struct met *met;
static size_t met_count, met_capacity, met_next;

static void note(void *context, char what, const char *text, size_t len)
{
	(void)context;
	if (met_count == met_capacity)
		met = arena_grow(&memory, met, met_count, &met_capacity, sizeof(*met));
	met[met_count++] = (struct met){what, str_copy(&memory, (struct str){text, len})};
}

static struct met take(void)
{
	ck_assert_uint_lt(met_next, met_count);
	return met[met_next++];
}

/* libfyaml leaves scalars untyped: the typing is ours on both sides. */
static void check_scalar(const struct value *v, bool key)
{
	struct met theirs = take();
	struct error err = {0};
	struct value expected = {.origin = v->origin};
	ck_assert_msg(theirs.what == 'p' || theirs.what == 'q', "%u:%u: not %c", v->origin.line,
		v->origin.column, theirs.what);
	if (theirs.what == 'q' || !yaml_plain(theirs.text, &expected))
		expected = value_string(theirs.text);
	if (key)
		ck_assert_int_eq(yaml_key(&memory, &expected, &err), 0);
	else
		ck_assert_int_eq(yaml_settle(&expected, DOCUMENT_KUBERNETES, &err), 0);
	ck_assert_msg(value_equal(v, &expected), "%u:%u: not %.*s", v->origin.line,
		v->origin.column, STR_ARGS(theirs.text));
}

static void check(const struct value *v, bool key)
{
	bool map = v->kind == VALUE_MAP;
	if (!map && v->kind != VALUE_LIST) {
		check_scalar(v, key);
		return;
	}
	ck_assert_int_eq(take().what, map ? '{' : '[');
	for (uint32_t i = 0; i < v->count; i++) {
		if (map)
			check(&v->entries[i].key, true);
		check(map ? &v->entries[i].value : &v->items[i], false);
	}
	ck_assert_int_eq(take().what, map ? '}' : ']');
}

static void compare(struct str text)
{
	struct documents documents;
	arena_init(&memory, 256 << 20);
	arena_init(&subject, 256 << 20);
	met = NULL;
	met_count = met_capacity = met_next = 0;
	int theirs = oracle_yaml(text.data, text.len, note, NULL), ours = 0;
	documents_init(&documents, text, STR("-"), DOCUMENT_YAML, DOCUMENT_KUBERNETES);
	for (;;) {
		struct error err = {0};
		struct value root;
		arena_reset(&subject);
		int result = documents_next(&documents, &subject, &root, &err);
		ck_assert_msg(
			result >= 0, "%u:%u: %s", err.origin.line, err.origin.column, err.message);
		if (result == 0)
			break;
		ck_assert_int_eq(take().what, 'd');
		check(&root, false);
		ours++;
	}
	documents_release(&documents);
	ck_assert_int_eq(ours, theirs);
	arena_release(&subject);
	arena_release(&memory);
}

START_TEST(texts_mean_what_libfyaml_says)
{
	static const char *const texts[] = {
		"a: 1\nb: [x, 'y', \"z\\n\"]\nc:\n- d\n- e: f\n  g:\n",
		"--- |\n a\n  b\n\n c\n--- >-\n a\n b\n\n\n c\n  d\n e\n",
		"a: &x {k: v}\nb: *x\nc: [*x, *x]\n",
		"a: b\n c\n\n d\ne: 'f\n g'\nh: \"i\\\n   j \\\n  k\"\n",
		"? a\n: b\n? c\n",
		"- - - a\n    - b\n  - c\n- d\n",
		"a: \"\\x41\\u00e9\\U0001F600\\t\\e\\\\\"\n",
		"a: |+\n x\n\n\nb: |-\n y\n\nc: |2\n    z\n",
		"a: # comment\n  b # not#comment\nc: d#e\n",
		"{a: [b, {c: d}], 'e f': g, h: }\n",
		"a: http://b:80/c?d=e&f\nb: -1\nd: 12e03\n",
	};
	for (size_t i = 0; i < ROWS(texts); i++)
		compare(str_from(texts[i]));
}
END_TEST

static void compare_file(const char *name)
{
	static char text[4 << 20];
	const char *folder = getenv("GABION_CORPORA");
	char path[512];
	(void)snprintf(path, sizeof(path), "%s/manifests/%s", folder ? folder : CORPORA, name);
	FILE *file = fopen(path, "rb");
	if (!file)
		return;
	size_t len = fread(text, 1, sizeof(text), file);
	(void)fclose(file);
	compare((struct str){text, len});
}

START_TEST(real_manifests_mean_what_libfyaml_says)
{
	compare_file("argo-cd-install.yaml");
	compare_file("microservices-demo.yaml");
}
END_TEST

UNIT_TESTS("oracle-yaml", texts_mean_what_libfyaml_says, real_manifests_mean_what_libfyaml_says)
