/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/resources.h"
#include "unit.h"

enum { MIB = 1 << 20 };

static int64_t value_of(const struct resources_request *request, const char *pointer)
{
	struct resources_setting settings[RESOURCES_SETTINGS];
	size_t count = resources_settings(request, settings);
	ck_assert_uint_le(count, RESOURCES_SETTINGS);
	for (size_t i = 0; i < count; i++)
		if (strcmp(settings[i].pointer, pointer) == 0)
			return settings[i].number;
	return 0;
}

START_TEST(classes_have_names)
{
	enum resources_class class;
	ck_assert(
		resources_class_named(STR("guaranteed"), &class) && class == RESOURCES_GUARANTEED);
	ck_assert(resources_class_named(STR("burstable"), &class) && class == RESOURCES_BURSTABLE);
	ck_assert(resources_class_named(STR("best-effort"), &class) &&
		  class == RESOURCES_BEST_EFFORT);
	ck_assert(!resources_class_named(STR("Guaranteed"), &class));
	ck_assert(!resources_class_named(STR(""), &class));
}
END_TEST

START_TEST(a_class_decides_who_yields)
{
	static const struct {
		const char *pointer;
		int64_t guaranteed, burstable, best_effort;
	} cases[] = {
		{"/linux/resources/cpu/shares", 4096, 1024, 2},
		{"/linux/resources/cpu/period", 100000, 100000, 100000},
		{"/linux/resources/cpu/quota", 150000, 150000, 150000},
		{"/linux/resources/cpu/burst", 0, 150000, 0},
		{"/linux/resources/memory/limit", 100 * MIB, 100 * MIB, 100 * MIB},
		{"/linux/resources/memory/swap", 100 * MIB, 100 * MIB, 100 * MIB},
		{"/linux/resources/memory/reservation", 100 * MIB, 50 * MIB, 0},
		{"/linux/resources/unified/memory.high", 0, 90 * MIB, 75 * MIB},
		{"/linux/resources/blockIO/weight", 800, 400, 10},
		{"/linux/resources/pids/limit", 64, 64, 64},
		{"/process/oomScoreAdj", 0, 500, 1000},
	};
	struct resources_request request = {.cpu_milli = 1500,
		.memory_bytes = 100 * MIB,
		.processes = 64,
		.unified = true,
		.io_weights = true};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		request.class = RESOURCES_GUARANTEED;
		ck_assert_int_eq(value_of(&request, cases[i].pointer), cases[i].guaranteed);
		request.class = RESOURCES_BURSTABLE;
		ck_assert_int_eq(value_of(&request, cases[i].pointer), cases[i].burstable);
		request.class = RESOURCES_BEST_EFFORT;
		ck_assert_int_eq(value_of(&request, cases[i].pointer), cases[i].best_effort);
	}
}
END_TEST

START_TEST(what_was_not_asked_for_and_what_the_host_lacks_is_not_set)
{
	struct resources_request request = {.class = RESOURCES_BEST_EFFORT};
	struct resources_setting settings[RESOURCES_SETTINGS];
	ck_assert_uint_eq(resources_settings(&request, settings), 2);
	request.memory_bytes = MIB;
	ck_assert_int_eq(value_of(&request, "/linux/resources/unified/memory.high"), 0);
	ck_assert_int_eq(value_of(&request, "/linux/resources/blockIO/weight"), 0);
	request.cpu_milli = 1;
	ck_assert_int_eq(value_of(&request, "/linux/resources/cpu/quota"), 1000);
}
END_TEST

START_TEST(room_shrinks_with_the_number_of_runs_and_grows_with_their_spread)
{
	struct resources_peak same[10], apart[] = {{100, 10 * MIB, 5}, {900, 40 * MIB, 6}};
	for (int i = 0; i < 10; i++)
		same[i] = (struct resources_peak){400, 100 * MIB, 100};
	static const struct {
		size_t runs;
		int64_t cpu, memory, processes;
	} cases[] = {{1, 850, 204, 208}, {2, 750, 176, 176}, {3, 650, 152, 152}, {5, 550, 136, 136},
		{10, 550, 128, 128}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct resources_request request = resources_with_room(same, cases[i].runs);
		ck_assert_int_eq(request.cpu_milli, cases[i].cpu);
		ck_assert_int_eq(request.memory_bytes, cases[i].memory * MIB);
		ck_assert_int_eq(request.processes, cases[i].processes);
		ck_assert_int_eq(request.class, RESOURCES_BURSTABLE);
	}
	struct resources_request request = resources_with_room(apart, 2);
	ck_assert_int_eq(request.cpu_milli, 2550);
	ck_assert_int_eq(request.memory_bytes, 104 * MIB);
	ck_assert_int_eq(request.processes, 16);
}
END_TEST

START_TEST(pressure_is_read_as_the_kernel_prints_it)
{
	static const char text[] = "some avg10=12.34 avg60=0.00 avg300=0.00 total=345\n"
				   "full avg10=0.05 avg60=0.00 avg300=0.00 total=0\n";
	static const char *const bad[] = {"", "some", "some avg60=1.00",
		"some avg10=", "some avg10=x", "some avg10=1.2", "some avg10=101.00",
		"some avg10=1.234", "full avg10=1.00", "some avg10=-1.00"};
	unsigned avg10 = 0;
	ck_assert(resources_pressure(str_from(text), STR("some"), &avg10) && avg10 == 1234);
	ck_assert(resources_pressure(str_from(text), STR("full"), &avg10) && avg10 == 5);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(
			!resources_pressure(str_from(bad[i]), STR("some"), &avg10), "%s", bad[i]);
}
END_TEST

START_TEST(pressure_on_others_halves_and_calm_gives_back)
{
	struct resources_throttle at = RESOURCES_UNTHROTTLED;
	static const unsigned falls[] = {50, 25, 12, 6, 5, 5};
	for (size_t i = 0; i < sizeof(falls) / sizeof(falls[0]); i++) {
		at = resources_throttle_next(at, RESOURCES_BEST_EFFORT, 1001);
		ck_assert_uint_eq(at.percent, falls[i]);
	}
	at = resources_throttle_next(at, RESOURCES_BEST_EFFORT, 700);
	ck_assert_msg(at.percent == 5 && at.calm == 0, "between the thresholds nothing changes");
	for (int i = 0; i < 3; i++)
		at = resources_throttle_next(at, RESOURCES_BEST_EFFORT, 100);
	ck_assert_uint_eq(at.percent, 15);
	for (int i = 0; i < 100; i++)
		at = resources_throttle_next(at, RESOURCES_BEST_EFFORT, 0);
	ck_assert_uint_eq(at.percent, 100);
}
END_TEST

START_TEST(better_classes_yield_later_or_never)
{
	struct resources_throttle at = RESOURCES_UNTHROTTLED;
	ck_assert_uint_eq(resources_throttle_next(at, RESOURCES_BURSTABLE, 1001).percent, 100);
	ck_assert_uint_eq(resources_throttle_next(at, RESOURCES_BURSTABLE, 4001).percent, 50);
	ck_assert_uint_eq(resources_throttle_next(at, RESOURCES_GUARANTEED, 10000).percent, 100);
}
END_TEST

START_TEST(a_throttled_context_gets_a_part_of_its_quota_or_of_the_machine)
{
	struct resources_request limited = {.cpu_milli = 2000}, free = {0};
	struct resources_throttle half = {50, 0}, none = RESOURCES_UNTHROTTLED, floor = {5, 0};
	struct resources_request tiny = {.cpu_milli = 10};
	ck_assert_int_eq(resources_quota_us(&limited, &none, 8), 200000);
	ck_assert_int_eq(resources_quota_us(&limited, &half, 8), 100000);
	ck_assert_int_eq(resources_quota_us(&free, &none, 8), -1);
	ck_assert_int_eq(resources_quota_us(&free, &half, 8), 400000);
	ck_assert_int_eq(resources_quota_us(&tiny, &floor, 8), 1000);
}
END_TEST

UNIT_TESTS("resources", classes_have_names, a_class_decides_who_yields,
	what_was_not_asked_for_and_what_the_host_lacks_is_not_set,
	room_shrinks_with_the_number_of_runs_and_grows_with_their_spread,
	pressure_is_read_as_the_kernel_prints_it, pressure_on_others_halves_and_calm_gives_back,
	better_classes_yield_later_or_never,
	a_throttled_context_gets_a_part_of_its_quota_or_of_the_machine)
