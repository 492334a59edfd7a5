/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/form.h"

#include "base/arena.h"
#include "policy/lint.h"
#include "unit.h"

#include <stdio.h>

/* The documents that are made of the forms; GABION_UPDATE=1 in the environment writes them anew. */
static struct str read_whole(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "rb");
	ck_assert_msg(file != NULL, "%s", path);
	char *text = arena_alloc(arena, 1 << 20);
	size_t length = fread(text, 1, 1 << 20, file);
	(void)fclose(file);
	return (struct str){text, length};
}

static void check_file(struct arena *arena, const char *path, struct str expected)
{
	if (getenv("GABION_UPDATE")) {
		FILE *file = fopen(path, "wb");
		ck_assert(file && fwrite(expected.data, 1, expected.len, file) == expected.len);
		ck_assert(fclose(file) == 0);
	}
	ck_assert_msg(str_equal(read_whole(arena, path), expected),
		"%s is not what the tables of src/policy/forms.c say; GABION_UPDATE=1 writes it",
		path);
}

START_TEST(the_published_json_schema_is_made_of_the_forms)
{
	struct arena arena;
	struct buf buf;
	arena_init(&arena, 16 << 20);
	buf_init_arena(&buf, &arena, 1 << 16);
	form_print_schema(&buf);
	check_file(&arena, SOURCE_ROOT "/docs/schema/policy.schema.json", buf_str(&buf));
	arena_release(&arena);
}
END_TEST

static void put_rows(struct buf *out, struct str name)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (str_equal(name, str_from(forms[i].kind)))
			form_print_reference(&forms[i], out);
	if (!str_equal(name, STR("lint")))
		return;
	buf_puts(out, "| check | what must hold |\n| --- | --- |\n");
	for (size_t i = 0; i < policy_lint_count(); i++)
		buf_printf(out, "| %s | %s |\n", policy_lint_check(i).name,
			policy_lint_check(i).meaning);
}

/* Between "<!-- fields: Kind -->" and "<!-- end -->" stand the rows of that form. */
static void put_reference(struct buf *out, struct str text)
{
	static const struct str open = STR_INIT("<!-- fields: "), close = STR_INIT("<!-- end -->");
	size_t at = 0, next;
	while ((next = str_find(text, open, at)) != SIZE_MAX) {
		size_t line = str_find(text, STR("\n"), next) + 1;
		struct str name = str_slice(text, next + open.len, line - 5);
		buf_put(out, str_slice(text, at, line));
		buf_puts(out, "\n");
		put_rows(out, name);
		buf_puts(out, "\n");
		at = str_find(text, close, line);
		ck_assert_msg(at != SIZE_MAX, "%.*s is not closed", STR_ARGS(name));
	}
	buf_put(out, str_slice(text, at, text.len));
}

START_TEST(the_reference_lists_every_field_of_every_kind)
{
	struct arena arena;
	struct buf buf;
	const char *path = SOURCE_ROOT "/docs/reference/policy.md";
	arena_init(&arena, 16 << 20);
	struct str text = read_whole(&arena, path);
	buf_init_arena(&buf, &arena, 1 << 16);
	put_reference(&buf, text);
	for (size_t i = 0; i < KIND_COUNT; i++) {
		struct str mark = str_format(&arena, "<!-- fields: %s -->", forms[i].kind);
		ck_assert_msg(str_find(text, mark, 0) != SIZE_MAX, "%s", forms[i].kind);
	}
	check_file(&arena, path, buf_str(&buf));
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("form", the_published_json_schema_is_made_of_the_forms,
	the_reference_lists_every_field_of_every_kind)
