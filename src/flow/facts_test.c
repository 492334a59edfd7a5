/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/facts.h"

#include "layers/cluster/kinds.h"
#include "layers/context/schema.h"
#include "page.h"
#include "unit.h"

static void check_reference(const struct policy_schema *schema, const char *name)
{
	struct arena arena;
	struct buf page;
	arena_init(&arena, (size_t)4 << 20);
	buf_init_arena(&page, &arena, 64 << 10);
	facts_put(schema, &arena, &page);
	check_page(name, buf_str(&page));
	arena_release(&arena);
}

START_TEST(the_reference_of_facts_is_what_the_tables_say)
{
	check_reference(&cluster_schema, "facts-cluster.md");
	check_reference(&context_schema, "facts-context.md");
}
END_TEST

UNIT_TESTS("facts", the_reference_of_facts_is_what_the_tables_say)
