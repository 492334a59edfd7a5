/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/settings.h"
#include "unit.h"

#include <math.h>

enum { ARENA_BYTES = 4 << 20 };

static struct arena arena;
static struct error err;

/* Everything mounted as one version. */
static struct settings_host all_of(uint8_t version)
{
	struct settings_host host;
	memset(host.version, version, sizeof(host.version));
	return host;
}

static int make(const char *json, const struct settings_host *host, struct settings *ret_settings)
{
	static struct spec_resources resources;
	arena_reset(&arena);
	err = (struct error){0};
	resources = (struct spec_resources){0};
	ck_assert_msg(spec_read_resources(&arena, str_from(json), &resources, &err) == 0, "%s: %s",
		json, err.message);
	return settings_make(&arena, &resources, host, ret_settings, &err);
}

/* "file=text;file|other=text|other text;" */
static struct str printed(const struct settings *settings)
{
	struct buf out;
	buf_init_arena(&out, &arena, 1024);
	for (size_t i = 0; i < settings->count; i++) {
		const struct setting *s = &settings->items[i];
		buf_printf(&out, "%s=%.*s", s->file, STR_ARGS(s->text));
		if (s->other_file)
			buf_printf(&out, "|%s=%.*s", s->other_file, STR_ARGS(s->other_text));
		buf_puts(&out, ";");
	}
	return buf_str(&out);
}

static const struct {
	const char *json, *version1, *version2; /* NULL: refused */
} translations[] = {
	{"{}", "", ""},
	{"{\"memory\": {\"limit\": 1048576}}", "memory.limit_in_bytes=1048576;",
		"memory.max=1048576;"},
	{"{\"memory\": {\"limit\": -1}}", "memory.limit_in_bytes=-1;", "memory.max=max;"},
	{"{\"memory\": {\"limit\": 0, \"swap\": 0, \"reservation\": 0}}", "", ""},
	{"{\"memory\": {\"limit\": 100, \"swap\": 300}}",
		"memory.limit_in_bytes=100;memory.memsw.limit_in_bytes=300;",
		"memory.max=100;memory.swap.max=200;"},
	{"{\"memory\": {\"limit\": 100, \"swap\": 100}}",
		"memory.limit_in_bytes=100;memory.memsw.limit_in_bytes=100;",
		"memory.max=100;memory.swap.max=0;"},
	{"{\"memory\": {\"limit\": 100, \"swap\": -1}}",
		"memory.limit_in_bytes=100;memory.memsw.limit_in_bytes=-1;",
		"memory.max=100;memory.swap.max=max;"},
	{"{\"memory\": {\"limit\": 100, \"swap\": 99}}",
		"memory.limit_in_bytes=100;memory.memsw.limit_in_bytes=99;", NULL},
	{"{\"memory\": {\"swap\": 99}}", "memory.memsw.limit_in_bytes=99;", NULL},
	{"{\"memory\": {\"reservation\": 7}}", "memory.soft_limit_in_bytes=7;", "memory.low=7;"},
	{"{\"memory\": {\"kernel\": 7}}", "", ""},
	{"{\"memory\": {\"kernelTCP\": 7}}", "memory.kmem.tcp.limit_in_bytes=7;", NULL},
	{"{\"memory\": {\"swappiness\": 0}}", "memory.swappiness=0;", NULL},
	{"{\"memory\": {\"disableOOMKiller\": true}}", "memory.oom_control=1;", NULL},
	{"{\"memory\": {\"disableOOMKiller\": false}}", "memory.oom_control=0;", ""},
	{"{\"memory\": {\"useHierarchy\": true}}", "memory.use_hierarchy=1;", ""},
	{"{\"memory\": {\"useHierarchy\": false}}", "memory.use_hierarchy=0;", NULL},
	{"{\"cpu\": {\"shares\": 1024}}", "cpu.shares=1024;", "cpu.weight=100;"},
	{"{\"cpu\": {\"shares\": 0, \"quota\": 0, \"period\": 0}}", "", ""},
	{"{\"cpu\": {\"quota\": 50000}}", "cpu.cfs_quota_us=50000;", "cpu.max=50000;"},
	{"{\"cpu\": {\"quota\": -1}}", "cpu.cfs_quota_us=-1;", "cpu.max=max;"},
	{"{\"cpu\": {\"period\": 10000}}", "cpu.cfs_period_us=10000;", "cpu.max=10000;"},
	{"{\"cpu\": {\"quota\": 5000, \"period\": 10000, \"burst\": 1000}}",
		"cpu.cfs_period_us=10000;cpu.cfs_quota_us=5000;cpu.cfs_burst_us=1000;",
		"cpu.max=5000 10000;cpu.max.burst=1000;"},
	{"{\"cpu\": {\"idle\": 1, \"shares\": 2}}", "cpu.shares=2;cpu.idle=1;",
		"cpu.weight=1;cpu.idle=1;"},
	{"{\"cpu\": {\"idle\": 0, \"shares\": 2}}", "cpu.idle=0;cpu.shares=2;",
		"cpu.idle=0;cpu.weight=1;"},
	{"{\"cpu\": {\"cpus\": \"0-1,3\", \"mems\": \"0\"}}", "cpuset.cpus=0-1,3;cpuset.mems=0;",
		"cpuset.cpus=0-1,3;cpuset.mems=0;"},
	{"{\"cpu\": {\"realtimePeriod\": 1000, \"realtimeRuntime\": 500}}",
		"cpu.rt_period_us=1000;cpu.rt_runtime_us=500;", NULL},
	{"{\"pids\": {\"limit\": 10}}", "pids.max=10;", "pids.max=10;"},
	{"{\"pids\": {\"limit\": -1}}", "pids.max=max;", "pids.max=max;"},
	{"{\"pids\": {\"limit\": 0}}", "", ""},
	{"{\"blockIO\": {\"weight\": 500}}", "blkio.bfq.weight=500|blkio.weight=500;",
		"io.bfq.weight=500|io.weight=default 4950;"},
	{"{\"blockIO\": {\"leafWeight\": 500}}", "blkio.leaf_weight=500;", NULL},
	{"{\"blockIO\": {\"weightDevice\": [{\"major\": 8, \"minor\": 0, \"weight\": 10}]}}",
		"blkio.bfq.weight_device=8:0 10|blkio.weight_device=8:0 10;",
		"io.bfq.weight=8:0 10|io.weight=8:0 1;"},
	{"{\"blockIO\": {\"throttleReadBpsDevice\": [{\"major\": 8, \"minor\": 0, \"rate\": 5}],"
	 "\"throttleWriteIOPSDevice\": [{\"major\": 8, \"minor\": 1, \"rate\": 0}]}}",
		"blkio.throttle.read_bps_device=8:0 5;blkio.throttle.write_iops_device=8:1 0;",
		"io.max=8:0 rbps=5;io.max=8:1 wiops=max;"},
	{"{\"hugepageLimits\": [{\"pageSize\": \"2MB\", \"limit\": 9}]}",
		"hugetlb.2MB.limit_in_bytes=9;hugetlb.2MB.rsvd.limit_in_bytes=9;",
		"hugetlb.2MB.max=9;hugetlb.2MB.rsvd.max=9;"},
	{"{\"hugepageLimits\": [{\"pageSize\": \"2MB.x/\", \"limit\": 9}]}", NULL, NULL},
	{"{\"network\": {\"classID\": 1048577, \"priorities\": [{\"name\": \"eth0\", "
	 "\"priority\": 5}]}}",
		"net_cls.classid=1048577;net_prio.ifpriomap=eth0 5;", NULL},
	{"{\"rdma\": {\"mlx5_1\": {\"hcaHandles\": 3, \"hcaObjects\": 10000}}}",
		"rdma.max=mlx5_1 hca_handle=3 hca_object=10000;",
		"rdma.max=mlx5_1 hca_handle=3 hca_object=10000;"},
	{"{\"unified\": {\"memory.high\": \"5\", \"cgroup.max.depth\": \"2\"}}", NULL,
		"memory.high=5;cgroup.max.depth=2;"},
	{"{\"unified\": {\"cpu.weight\": \"100\"}}", "cpu.shares=1024;", "cpu.weight=100;"},
	{"{\"unified\": {\"cpu.weight\": \"0\"}}", NULL, "cpu.weight=0;"},
	{"{\"unified\": {\"cgroup.procs\": \"1\"}}", NULL, NULL},
	{"{\"unified\": {\"cgroup.kill\": \"1\"}}", NULL, NULL},
	{"{\"unified\": {\"cgroup.subtree_control\": \"+cpu\"}}", NULL, NULL},
	{"{\"unified\": {\"memory\": \"1\"}}", NULL, NULL},
	{"{\"unified\": {\"devices.allow\": \"a\"}}", NULL, NULL},
	{"{\"unified\": {\"what.max\": \"1\"}}", NULL, NULL},
	{"{\"unified\": {\"memory.max\\u001b\": \"1\"}}", NULL, NULL},
};

static void check_translation(const char *json, uint8_t version, const char *expected)
{
	struct settings_host host = all_of(version);
	struct settings settings;
	int result = make(json, &host, &settings);
	ck_assert_msg((result == 0) == (expected != NULL), "%s for version %d: %s", json, version,
		result == 0 ? "taken" : err.message);
	if (expected)
		ASSERT_STR(printed(&settings), str_from(expected));
	else
		ck_assert_msg(err.remedy[0] && err.origin.line > 0, "%s: %s", json, err.message);
}

START_TEST(every_setting_is_translated_for_both_versions)
{
	arena_init(&arena, ARENA_BYTES);
	for (size_t i = 0; i < sizeof(translations) / sizeof(translations[0]); i++) {
		check_translation(translations[i].json, 1, translations[i].version1);
		check_translation(translations[i].json, 2, translations[i].version2);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(a_setting_without_its_controller_is_refused)
{
	struct settings_host host = all_of(0);
	struct settings settings;
	arena_init(&arena, ARENA_BYTES);
	for (size_t i = 0; i < sizeof(translations) / sizeof(translations[0]); i++) {
		int result = make(translations[i].json, &host, &settings);
		ck_assert_msg(result == -1 || settings.count == 0, "%s", translations[i].json);
	}
	ck_assert_int_eq(make("{\"pids\": {\"limit\": 5}}", &host, &settings), -1);
	ck_assert_str_eq(err.message, "linux.resources.pids.limit needs the cgroup controller "
				      "'pids', which is not mounted");
	host.version[CGROUP_PIDS] = 1;
	ck_assert_int_eq(make("{\"pids\": {\"limit\": 5}}", &host, &settings), 0);
	ck_assert_uint_eq(settings.controllers, CGROUP_BIT(CGROUP_PIDS));
	arena_release(&arena);
}
END_TEST

START_TEST(shares_and_weights_meet_at_ends_and_defaults)
{
	static const struct {
		uint64_t shares, weight;
	} cases[] = {{0, 1}, {2, 1}, {3, 2}, {10, 4}, {100, 17}, {512, 59}, {1024, 100},
		{2000, 170}, {2048, 174}, {102400, 4429}, {262143, 10000}, {262144, 10000},
		{UINT64_MAX, 10000}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(settings_weight_of_shares(cases[i].shares) == cases[i].weight,
			"%llu: %llu", (unsigned long long)cases[i].shares,
			(unsigned long long)settings_weight_of_shares(cases[i].shares));
	ck_assert_uint_eq(settings_shares_of_weight(1), 2);
	ck_assert_uint_eq(settings_shares_of_weight(100), 1024);
	ck_assert_uint_eq(settings_shares_of_weight(10000), 262144);
	ck_assert_uint_eq(settings_shares_of_weight(20000), 262144);
	for (uint64_t shares = 3; shares < 262144; shares++) {
		double l = log2((double)shares);
		double weight = ceil(pow(10, (l * l + 125 * l - 126) / 612) - 1e-9);
		if (settings_weight_of_shares(shares) != (uint64_t)weight)
			ck_abort_msg("%llu", (unsigned long long)shares);
	}
	uint64_t before = 0;
	for (uint64_t weight = 1; weight <= 10000; weight++) {
		uint64_t shares = settings_shares_of_weight(weight);
		if (shares < before || settings_weight_of_shares(shares) > weight ||
			settings_weight_of_shares(shares) + 1 < weight)
			ck_abort_msg("%llu", (unsigned long long)weight);
		before = shares;
	}
}
END_TEST

START_TEST(io_weights_cover_both_ranges)
{
	ck_assert_uint_eq(settings_io_weight(1), 1);
	ck_assert_uint_eq(settings_io_weight(10), 1);
	ck_assert_uint_eq(settings_io_weight(100), 910);
	ck_assert_uint_eq(settings_io_weight(1000), 10000);
	ck_assert_uint_eq(settings_io_weight(5000), 10000);
}
END_TEST

UNIT_TESTS("settings", every_setting_is_translated_for_both_versions,
	a_setting_without_its_controller_is_refused, shares_and_weights_meet_at_ends_and_defaults,
	io_weights_cover_both_ranges)
