/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/guard.h"
#include "unit.h"

START_TEST(allocations_are_aligned_and_disjoint)
{
	struct arena arena;
	arena_init(&arena, 1 << 20);
	char *previous_end = NULL;
	for (size_t size = 0; size < 300; size++) {
		char *memory = arena_alloc(&arena, size);
		ck_assert_uint_eq((uintptr_t)memory % 8, 0);
		ck_assert(!previous_end || memory >= previous_end || memory + size <= previous_end);
		memset(memory, 0x5A, size);
		previous_end = memory + size;
	}
	arena_release(&arena);
	ck_assert_uint_eq(arena.held_bytes, 0);
}
END_TEST

/* Returns how many allocations of 1,000 bytes succeeded before the cap. */
static size_t allocations_until_limit(struct arena *arena)
{
	volatile size_t count = 0;
	if (ARENA_LIMIT_REACHED(arena))
		return count;
	for (;;) {
		(void)arena_alloc(arena, 1000);
		count++;
	}
}

START_TEST(the_cap_returns_to_the_recovery_point_and_is_never_exceeded)
{
	for (size_t cap = 0; cap < 200000; cap += 7777) {
		struct arena arena;
		arena_init(&arena, cap);
		size_t count = allocations_until_limit(&arena);
		ck_assert_uint_le(count * 1000, cap);
		ck_assert_uint_le(arena.held_bytes, cap);
		arena_release(&arena);
	}
}
END_TEST

START_TEST(an_impossible_size_reaches_the_limit)
{
	struct arena arena;
	arena_init(&arena, 1 << 16);
	if (!ARENA_LIMIT_REACHED(&arena)) {
		volatile size_t count = SIZE_MAX / 2;
		(void)arena_alloc_array(&arena, count, 3);
		ck_abort_msg("allocated more than exists");
	}
	arena_release(&arena);
}
END_TEST

START_TEST(rewinding_frees_what_came_after_the_mark)
{
	struct arena arena;
	arena_init(&arena, 1 << 24);
	char *kept = memset(arena_alloc(&arena, 16), 7, 16);
	struct arena_mark mark = arena_mark(&arena);
	size_t held = arena.held_bytes;
	for (int i = 0; i < 1000; i++)
		(void)arena_alloc(&arena, 4096);
	arena_rewind(&arena, mark);
	ck_assert_uint_eq(arena.held_bytes, held);
	ck_assert_int_eq(kept[15], 7);
	ck_assert_ptr_eq(arena_alloc(&arena, 8), kept + 16 + POISON_GAP_BYTES);
	arena_release(&arena);
}
END_TEST

START_TEST(nothing_has_an_address_and_takes_no_room)
{
	struct arena arena;
	arena_init(&arena, 1 << 16);
	ck_assert_ptr_nonnull(arena_alloc(&arena, 0));
	size_t held = arena.held_bytes;
	for (int i = 0; i < 100000; i++)
		(void)arena_alloc(&arena, 0);
	ck_assert_uint_eq(arena.held_bytes, held);
	arena_release(&arena);
}
END_TEST

START_TEST(a_growing_array_keeps_its_elements)
{
	struct arena arena;
	arena_init(&arena, 1 << 24);
	int *numbers = NULL;
	size_t capacity = 0;
	for (size_t count = 0; count < 10000; count++) {
		if (count == capacity)
			numbers = arena_grow(&arena, numbers, count, &capacity, sizeof(int));
		numbers[count] = (int)count;
		if (count % 1000 == 0)
			(void)arena_alloc(&arena, 8);
	}
	for (int i = 0; i < 10000; i++)
		ck_assert_int_eq(numbers[i], i);
	arena_release(&arena);
}
END_TEST

static void note_release(void *object)
{
	int *number = object;
	*number = *number * 10 + 1;
}

START_TEST(duties_run_once_when_their_memory_is_freed)
{
	struct arena arena;
	arena_init(&arena, 1 << 20);
	int first = 0, second = 0;
	arena_defer(&arena, note_release, &first);
	struct arena_mark mark = arena_mark(&arena);
	arena_defer(&arena, note_release, &second);
	arena_rewind(&arena, mark);
	ck_assert_int_eq(second, 1);
	ck_assert_int_eq(first, 0);
	arena_reset(&arena);
	arena_release(&arena);
	ck_assert_int_eq(first, 1);
	ck_assert_int_eq(second, 1);
}
END_TEST

START_TEST(a_part_of_the_work_can_have_its_own_recovery_point)
{
	struct arena arena;
	arena_init(&arena, 1 << 16);
	volatile int inner = 0, outer = 0;
	if (ARENA_LIMIT_REACHED(&arena)) {
		outer++;
	} else {
		struct guard aside;
		guard_save(&arena, &aside);
		if (ARENA_LIMIT_REACHED(&arena))
			inner++;
		else
			(void)arena_alloc(&arena, 1 << 20);
		guard_restore(&arena, &aside);
		(void)arena_alloc(&arena, 1 << 20);
	}
	ck_assert_int_eq(inner, 1);
	ck_assert_int_eq(outer, 1);
	arena_release(&arena);
}
END_TEST

START_TEST(sanitizers_see_overruns_inside_a_chunk)
{
#ifdef POISON
	struct arena arena;
	arena_init(&arena, 1 << 16);
	struct arena_mark mark = arena_mark(&arena);
	char *first = arena_alloc(&arena, 13);
	char *second = arena_alloc(&arena, 8);
	ck_assert_ptr_null(__asan_region_is_poisoned(first, 13));
	ck_assert_ptr_eq(__asan_region_is_poisoned(first, 14), first + 13);
	ck_assert_ptr_eq(__asan_region_is_poisoned(second, 9), second + 8);
	arena_rewind(&arena, mark);
	ck_assert_ptr_eq(__asan_region_is_poisoned(second, 1), second);
	arena_release(&arena);
#endif
}
END_TEST

UNIT_TESTS("arena", allocations_are_aligned_and_disjoint,
	the_cap_returns_to_the_recovery_point_and_is_never_exceeded,
	an_impossible_size_reaches_the_limit, rewinding_frees_what_came_after_the_mark,
	nothing_has_an_address_and_takes_no_room, a_growing_array_keeps_its_elements,
	duties_run_once_when_their_memory_is_freed,
	a_part_of_the_work_can_have_its_own_recovery_point, sanitizers_see_overruns_inside_a_chunk)
