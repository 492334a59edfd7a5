/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/clock.h"
#include "unit.h"

#define MS 1000000ll

static struct clock_reading now;

static struct clock_reading ours(void)
{
	return now;
}

/* What happens between two looks, in milliseconds, and the jump that is told. */
struct step {
	int64_t boot_ms, wall_ms, told_ms;
};

static void check_steps(const struct step *steps, size_t count, unsigned rounds)
{
	struct clock_watch watch;
	struct clock_reading seen;
	now = (struct clock_reading){.wall_ns = 1700000000000 * MS, .boot_ns = 5000ll * MS};
	clock_watch_init(&watch, ours);
	for (size_t i = 0; i < count * rounds; i++) {
		const struct step *step = &steps[i % count];
		now.boot_ns += step->boot_ms * MS;
		now.wall_ns += step->wall_ms * MS;
		int64_t told = clock_watch_look(&watch, &seen);
		ck_assert_msg(told == step->told_ms * MS, "step %zu: %lld", i, (long long)told);
		ck_assert_int_eq(seen.wall_ns, now.wall_ns);
	}
}

START_TEST(a_clock_that_is_set_is_told_once)
{
	static const struct step steps[] = {
		{1000, 1000, 0},
		{1000, 3601000, 3600000}, /* forward */
		{1000, 1000, 0},
		{1000, -86399000, -86400000}, /* and back */
		{0, 0, 0},
		{0, -2001, -2001},
		{1000, 1000, 0},
		{28800000, 28800000, 0}, /* a night's sleep is no jump */
		{28800000, 0, -28800000},
	};
	check_steps(steps, sizeof(steps) / sizeof(steps[0]), 3);
}
END_TEST

START_TEST(a_slewed_clock_and_a_leap_second_are_no_jumps)
{
	static const struct step slewed[] = {{10000, 10005, 0}, {1000, 1000, 0}};
	static const struct step leap[] = {{1000, 0, 0}, {10000000, 10000000, 0}};
	check_steps(slewed, 2, 20000);
	check_steps(leap, 2, 3);
}
END_TEST

START_TEST(many_small_steps_are_a_jump_together)
{
	struct clock_watch watch;
	struct clock_reading seen;
	int64_t told = 0;
	now = (struct clock_reading){.wall_ns = 1700000000000 * MS};
	clock_watch_init(&watch, ours);
	for (int i = 0; i < 100; i++) {
		now.boot_ns += 100 * MS;
		now.wall_ns += 150 * MS;
		told += clock_watch_look(&watch, &seen);
	}
	ck_assert_int_gt(told, 4000ll * MS);
	ck_assert_int_le(told, 5000ll * MS);
}
END_TEST

START_TEST(the_clocks_of_the_machine_run_together)
{
	struct clock_watch watch;
	struct clock_reading seen;
	clock_watch_init(&watch, clock_read);
	ck_assert_int_eq(clock_watch_look(&watch, &seen), 0);
	ck_assert_int_gt(seen.wall_ns, 1700000000000 * MS);
}
END_TEST

UNIT_TESTS("clock", a_clock_that_is_set_is_told_once, a_slewed_clock_and_a_leap_second_are_no_jumps,
	many_small_steps_are_a_jump_together, the_clocks_of_the_machine_run_together)
