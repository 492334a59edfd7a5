/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/facts.h"

#include "layers/cluster/kinds.h"
#include "page.h"
#include "unit.h"

START_TEST(the_reference_of_facts_is_what_the_tables_say)
{
	struct arena arena;
	struct buf page;
	arena_init(&arena, (size_t)4 << 20);
	buf_init_arena(&page, &arena, 64 << 10);
	facts_put(&cluster_schema, &arena, &page);
	check_page("facts-cluster.md", buf_str(&page));
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("facts", the_reference_of_facts_is_what_the_tables_say)
