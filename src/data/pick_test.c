/* SPDX-License-Identifier: Apache-2.0 */
#include "data/pick.h"

#include "data/json.h"
#include "unit.h"

static void collect(void *context, struct str text)
{
	struct buf *out = context;
	buf_put(out, text);
	buf_puts(out, ";");
}

START_TEST(a_path_leads_to_strings_and_passes_over_all_else)
{
	static const struct {
		const char *path, *texts;
	} rows[] = {
		{"a", "x;"},
		{"b.c", "y;"},
		{"b", ""},
		{"b.d", ""},
		{"a.b", ""},
		{"l.*", "1;3;"},
		{"m.*.n", "p;q;"},
		{"m.*.o.*.n", "r;"},
		{"*", ""},
		{"none.*.n", ""},
	};
	struct arena arena;
	struct value root;
	struct error err = {0};
	arena_init(&arena, 1 << 20);
	ck_assert_int_eq(
		json_read(&arena,
			STR("{\"a\":\"x\",\"b\":{\"c\":\"y\",\"d\":1},\"l\":[\"1\",2,\"3\"],"
			    "\"m\":[{\"n\":\"p\"},7,{\"n\":\"q\",\"o\":[{\"n\":\"r\"}]}]}"),
			DOCUMENT_CEL, &root, &err),
		0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out;
		buf_init_arena(&out, &arena, 64);
		pick_texts(&root, rows[i].path, collect, &out);
		ASSERT_STR(buf_str(&out), str_from(rows[i].texts));
	}
	ASSERT_STR(pick_text(&root, "m.*.n"), STR("p"));
	ck_assert_uint_eq(pick_text(&root, "b").len, 0);
	ck_assert_uint_eq(pick_text(NULL, "a").len, 0);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("pick", a_path_leads_to_strings_and_passes_over_all_else)
