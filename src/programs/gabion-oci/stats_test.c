/* SPDX-License-Identifier: Apache-2.0 */
#include "data/json.h"
#include "data/map.h"
#include "programs/gabion-oci/stats.h"
#include "unit.h"

enum { ARENA_BYTES = 1 << 20 };

static struct str printed(struct arena *arena, const struct stats *stats)
{
	struct buf out;
	struct value document;
	struct error err = {0};
	buf_init_arena(&out, arena, 1024);
	stats_put_json(stats, &out);
	ck_assert_msg(json_read(arena, buf_str(&out), DOCUMENT_CEL, &document, &err) == 0,
		"%s: %.*s", err.message, STR_ARGS(buf_str(&out)));
	return buf_str(&out);
}

static void assert_holds(struct str text, const char *part)
{
	ck_assert_msg(str_find(text, str_from(part), 0) != SIZE_MAX, "%s is not in %.*s", part,
		STR_ARGS(text));
}

START_TEST(figures_have_the_names_of_runc)
{
	struct arena arena;
	arena_init(&arena, ARENA_BYTES);
	struct stats stats = {
		.cpu = {.total_ns = 5,
			.user_ns = 3,
			.kernel_ns = 2,
			.per_cpu_ns = STR("4 1"),
			.periods = 7,
			.throttled_periods = 6,
			.throttled_ns = 9},
		.memory = {.cache = 11,
			.memory = {1, UINT64_MAX, 3, 4},
			.raw = STR("cache 11\nrss 0\nbroken\nodd x\n")},
		.pids = {.current = 2, .limit = 9},
		.huge = {{"2MB", 4, 5, 6}, {"1GB", 7, 8, 9}},
		.io = {.bytes = STR("8:0 Read 4096\n8:0 Write 1\n8:0 Total 4097\nTotal 4097\n"),
			.operations = STR("8:0 Read 1\n")},
	};
	struct str text = printed(&arena, &stats);
	assert_holds(text,
		"\"cpu\":{\"usage\":{\"total\":5,\"percpu\":[4,1],\"kernel\":2,\"user\":3},"
		"\"throttling\":{\"periods\":7,\"throttledPeriods\":6,\"throttledTime\":9}}");
	assert_holds(text, "\"memory\":{\"cache\":11,\"usage\":{\"limit\":18446744073709551615,"
			   "\"usage\":1,\"max\":3,\"failcnt\":4}");
	assert_holds(text, "\"raw\":{\"cache\":11,\"rss\":0}");
	assert_holds(text, "\"hugetlb\":{\"2MB\":{\"usage\":4,\"max\":5,\"failcnt\":6},\"1GB\":"
			   "{\"usage\":7,\"max\":8,\"failcnt\":9}}");
	assert_holds(text, "\"pids\":{\"current\":2,\"limit\":9}");
	assert_holds(text, "\"ioServiceBytesRecursive\":[{\"major\":8,\"minor\":0,\"op\":\"Read\","
			   "\"value\":4096},{\"major\":8,\"minor\":0,\"op\":\"Write\",\"value\":1},"
			   "{\"major\":8,\"minor\":0,\"op\":\"Total\",\"value\":4097}]");
	assert_holds(text, "\"ioServicedRecursive\":[{\"major\":8,");
	arena_release(&arena);
}
END_TEST

START_TEST(version_2_tells_the_same_and_pressure)
{
	struct arena arena;
	arena_init(&arena, ARENA_BYTES);
	struct stats stats = {
		.io = {.unified = true,
			.bytes = STR("254:0 rbytes=4096 wbytes=7 rios=1 wios=2 dbytes=0 dios=3\n")},
		.pressure = {.cpu = STR("some avg10=0.12 avg60=0.00 avg300=1.00 total=345\n"
					"full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")},
	};
	struct str text = printed(&arena, &stats);
	assert_holds(text,
		"\"ioServiceBytesRecursive\":[{\"major\":254,\"minor\":0,\"op\":\"Read\","
		"\"value\":4096},{\"major\":254,\"minor\":0,\"op\":\"Write\",\"value\":7},"
		"{\"major\":254,\"minor\":0,\"op\":\"Discard\",\"value\":0}]");
	assert_holds(text, "\"op\":\"Discard\",\"value\":3}]");
	assert_holds(text, "\"psi\":{\"some\":{\"avg10\":0.12,\"avg60\":0.00,\"avg300\":1.00,"
			   "\"total\":345},\"full\":{");
	arena_release(&arena);
}
END_TEST

START_TEST(nothing_known_is_still_a_document)
{
	struct arena arena;
	struct stats stats = {0};
	arena_init(&arena, ARENA_BYTES);
	assert_holds(printed(&arena, &stats), "\"percpu\":[]");
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("stats", figures_have_the_names_of_runc, version_2_tells_the_same_and_pressure,
	nothing_known_is_still_a_document)
