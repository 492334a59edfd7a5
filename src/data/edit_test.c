/* SPDX-License-Identifier: Apache-2.0 */
#include "data/edit.h"

#include "data/json.h"
#include "data/print.h"
#include "unit.h"

static const struct {
	const char *before, *operation, *pointer, *value;
	const char *after; /* NULL: the pointer leads nowhere */
} cases[] = {
	{"{\"a\": 1}", "add", "/b", "2", "{\"a\":1,\"b\":2}"},
	{"{\"a\": 1}", "add", "/a", "2", "{\"a\":2}"},
	{"{\"a\": 1}", "replace", "/a", "[]", "{\"a\":[]}"},
	{"{\"a\": 1, \"b\": 2}", "remove", "/a", "0", "{\"b\":2}"},
	{"{}", "add", "/a/b/c", "true", "{\"a\":{\"b\":{\"c\":true}}}"},
	{"{\"a\": {\"b\": [1, 2, 3]}}", "remove", "/a/b/1", "0", "{\"a\":{\"b\":[1,3]}}"},
	{"{\"a\": [1, 2]}", "add", "/a/0", "0", "{\"a\":[0,1,2]}"},
	{"{\"a\": [1, 2]}", "add", "/a/-", "3", "{\"a\":[1,2,3]}"},
	{"{\"a\": [1, 2]}", "replace", "/a/1", "3", "{\"a\":[1,3]}"},
	{"{\"a\": [{\"b\": 1}]}", "replace", "/a/0/b", "2", "{\"a\":[{\"b\":2}]}"},
	{"{\"a/b\": 1, \"~\": 2}", "remove", "/a~1b", "0", "{\"~\":2}"},
	{"{\"\": 1}", "replace", "/", "2", "{\"\":2}"},
	{"{\"a\": [1]}", "remove", "/a/1", "0", NULL},
	{"{\"a\": [1]}", "replace", "/a/-", "0", NULL},
	{"{\"a\": 1}", "add", "/a/b", "0", NULL},
	{"{\"a\": 1}", "remove", "/b", "0", NULL},
	{"{\"a\": 1}", "remove", "/b/c", "0", NULL},
	{"{\"a\": 1}", "remove", "", "0", NULL},
	{"{\"a\": 1}", "remove", "a", "0", NULL},
};

START_TEST(an_edit_changes_what_it_names_and_nothing_else)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena;
		struct error err = {0};
		struct value before, value, after;
		struct buf text;
		struct edit edit = {.pointer = str_from(cases[i].pointer), .value = &value};
		arena_init(&arena, 1 << 20);
		buf_init_arena(&text, &arena, 64);
		ck_assert(edit_operation_named(str_from(cases[i].operation), &edit.operation));
		ck_assert_int_eq(
			json_read(&arena, str_from(cases[i].before), DOCUMENT_CEL, &before, &err),
			0);
		ck_assert_int_eq(
			json_read(&arena, str_from(cases[i].value), DOCUMENT_CEL, &value, &err), 0);
		int made = value_edit(&arena, &before, &edit, &after, &err);
		ck_assert_msg(made == (cases[i].after ? 0 : -1), "case %zu", i);
		if (made == 0) {
			print_json(&after, (struct print_style){0}, &text);
			ck_assert_msg(str_equal(buf_str(&text), str_from(cases[i].after)),
				"case %zu: %.*s", i, STR_ARGS(buf_str(&text)));
		}
		arena_release(&arena);
	}
}
END_TEST

START_TEST(only_three_operations_have_names)
{
	enum edit_operation operation;
	ck_assert(!edit_operation_named(STR("move"), &operation));
	ck_assert(!edit_operation_named(STR(""), &operation));
}
END_TEST

UNIT_TESTS("edit", an_edit_changes_what_it_names_and_nothing_else, only_three_operations_have_names)
