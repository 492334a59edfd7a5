/* SPDX-License-Identifier: Apache-2.0 */
#include "data/document.h"
#include "data/map.h"
#include "data/path.h"
#include "unit.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static struct arena memory;

static struct value read(const char *text)
{
	struct documents documents;
	struct error err = {0};
	struct value root;
	documents_init(
		&documents, str_from(text), STR("test"), DOCUMENT_DETECT, DOCUMENT_KUBERNETES);
	ck_assert_msg(documents_next(&documents, &memory, &root, &err) == 1, "%s", err.message);
	documents_release(&documents);
	return root;
}

static struct str print(const struct path *path, struct str *ret_pointer)
{
	struct buf text, pointer;
	buf_init_arena(&text, &memory, 64);
	buf_init_arena(&pointer, &memory, 64);
	path_put(path, &text, &pointer);
	if (ret_pointer)
		*ret_pointer = buf_str(&pointer);
	return buf_str(&text);
}

/* Every value and every key below v is found, and leads back to itself. */
static size_t check_all(const struct value *root, const struct value *v)
{
	struct path path;
	size_t count = 1;
	ck_assert(path_find(root, v, &path));
	ck_assert_ptr_eq(path_value(root, &path), v);
	bool map = v->kind == VALUE_MAP;
	for (uint32_t i = 0; (map || v->kind == VALUE_LIST) && i < v->count; i++)
		count += check_all(root, map ? &v->entries[i].value : &v->items[i]);
	for (uint32_t i = 0; map && i < v->count; i++) {
		ck_assert(path_find(root, &v->entries[i].key, &path));
		ck_assert_ptr_eq(path_value(root, &path), &v->entries[i].value);
	}
	return count;
}

START_TEST(every_value_of_a_document_is_found_by_its_origin)
{
	arena_init(&memory, 1 << 20);
	struct value json = read("{\"a\":[1,{\"b\":null},[]],\"c\":{\"d.e/f\":\"\",\"g\":{}}}");
	ck_assert_uint_eq(check_all(&json, &json), 9);
	struct value yaml =
		read("a:\n- 1\n- b:\n  c: []\n- - - x\nd: |\n  t\n? e\n: {f: g, h: }\n");
	ck_assert_uint_eq(check_all(&yaml, &yaml), 13);
	struct value merged = read("z: &z {p: 1, q: {r: 2}}\nd:\n  <<: *z\n  s: 3\n");
	struct path path;
	const struct value *d = map_get_str(&merged, STR("d"));
	ck_assert(path_find(&merged, map_get_str(d, STR("s")), &path));
	ASSERT_STR(print(&path, NULL), STR("d.s"));
	ck_assert(path_find(&merged, map_get_str(d, STR("q")), &path));
	ASSERT_STR(print(&path, NULL), STR("z.q"));
	arena_release(&memory);
}
END_TEST

START_TEST(what_is_no_part_of_the_document_is_not_found)
{
	arena_init(&memory, 1 << 20);
	struct value root = read("{\"a\":[1,2]}"), other = read("\n{\"a\":[1,2]}");
	struct path path;
	struct value made = value_int(1);
	ck_assert(!path_find(&root, &made, &path));
	ck_assert(!path_find(&root, &other, &path));
	struct value moved = value_at(made, (struct origin){1, 7});
	ck_assert(path_find(&root, &moved, &path));
	struct value other_kind = value_at(value_bool(true), moved.origin);
	ck_assert(!path_find(&root, &other_kind, &path));
	arena_release(&memory);
}
END_TEST

START_TEST(paths_are_printed_as_people_and_as_pointers_write_them)
{
	static const struct {
		const char *text, *path, *pointer;
	} rows[] = {
		{"{\"spec\":{\"containers\":[{\"image\":@}]}}", "spec.containers[0].image",
			"/spec/containers/0/image"},
		{"{\"metadata\":{\"annotations\":{\"a.b/c~d\":@}}}",
			"metadata.annotations[\"a.b/c~d\"]", "/metadata/annotations/a.b~1c~0d"},
		{"[[@]]", "[0][0]", "/0/0"},
		{"{\"\":@}", "[\"\"]", "/"},
		{"{\"a\":{\"x y\":[0,@]}}", "a[\"x y\"][1]", "/a/x y/1"},
		{"{\"a\":{\"1a\":@}}", "a[\"1a\"]", "/a/1a"},
		{"{\"a\":{\"run-as_1\":@}}", "a.run-as_1", "/a/run-as_1"},
		{"{\"a\":{\"\\u001b[0m\":@}}", "a[\"\x1b[0m\"]", "/a/\x1b[0m"},
	};
	arena_init(&memory, 1 << 20);
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[128];
		struct path path;
		size_t at = strcspn(rows[i].text, "@");
		(void)snprintf(text, sizeof(text), "%.*s7%s", (int)at, rows[i].text,
			rows[i].text + at + 1);
		struct value root = read(text);
		struct value seven = value_at(value_int(7), (struct origin){1, (uint32_t)at + 1});
		ck_assert(path_find(&root, &seven, &path));
		struct str pointer;
		ASSERT_STR(print(&path, &pointer), str_from(rows[i].path));
		ASSERT_STR(pointer, str_from(rows[i].pointer));
	}
	arena_release(&memory);
}
END_TEST

UNIT_TESTS("path", every_value_of_a_document_is_found_by_its_origin,
	what_is_no_part_of_the_document_is_not_found,
	paths_are_printed_as_people_and_as_pointers_write_them)
