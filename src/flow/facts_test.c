/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/facts.h"

#include "layers/cluster/kinds.h"
#include "unit.h"

enum { PAGE_BYTES = 256 << 10 };

/* docs/reference/facts-<layer>.md, which GABION_UPDATE=1 writes anew. */
static void check_page(const struct policy_schema *schema)
{
	static char expected[PAGE_BYTES], path[512];
	struct arena arena;
	struct buf page;
	const char *docs = getenv("GABION_DOCS");
	ck_assert_ptr_nonnull(docs);
	snprintf(path, sizeof(path), "%s/reference/facts-%s.md", docs, schema->layer);
	arena_init(&arena, (size_t)4 << 20);
	buf_init_arena(&page, &arena, PAGE_BYTES);
	facts_put(schema, &arena, &page);
	if (getenv("GABION_UPDATE")) {
		FILE *file = fopen(path, "w");
		ck_assert_ptr_nonnull(file);
		fwrite(page.data, 1, page.len, file);
		fclose(file);
	}
	FILE *file = fopen(path, "r");
	ck_assert_msg(file, "%s is missing", path);
	size_t length = fread(expected, 1, sizeof(expected), file);
	fclose(file);
	ck_assert_msg(str_equal(buf_str(&page), (struct str){expected, length}),
		"%s is out of date: run this test with GABION_UPDATE=1", path);
	arena_release(&arena);
}

START_TEST(the_reference_of_facts_is_what_the_tables_say)
{
	check_page(&cluster_schema);
}
END_TEST

UNIT_TESTS("facts", the_reference_of_facts_is_what_the_tables_say)
