/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/zones.h"

#include "base/arena.h"
#include "unit.h"

START_TEST(a_zone_is_read_once_and_stays)
{
	struct arena arena;
	struct str first = {0}, second = {0};
	arena_init(&arena, 1 << 20);
	struct zones zones = {.arena = &arena};
	ck_assert(zones_load(&zones, STR("Europe/Berlin"), &first));
	ck_assert(str_starts_with(first, STR("TZif")));
	ck_assert(zones_load(&zones, STR("Europe/Berlin"), &second));
	ck_assert_ptr_eq(first.data, second.data);
	arena_release(&arena);
}
END_TEST

START_TEST(what_is_no_zone_is_not_found)
{
	static const struct str names[] = {STR_INIT("Europe/Nowhere"),
		STR_INIT("../../../etc/passwd"), STR_INIT("/etc/passwd"), STR_INIT("Europe"),
		STR_INIT(""), STR_INIT("Europe/Berlin\0x")};
	struct arena arena;
	struct str tzif;
	arena_init(&arena, 1 << 20);
	struct zones zones = {.arena = &arena};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_msg(!zones_load(&zones, names[i], &tzif), "row %zu", i);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("zones", a_zone_is_read_once_and_stays, what_is_no_zone_is_not_found)
