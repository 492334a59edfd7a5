/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/stats.h"

#include "sys/cgroup_file.h"

#include <stdio.h>
#include <unistd.h>

enum { STAT_BYTES = 64 << 10 };

/* A file of the folder in which a controller is, by version; NULL: that version has none. */
struct source {
	const struct cgroup *group;
	int folder;
	bool second;
};

static struct source source_of(const struct cgroup *group, enum cgroup_controller controller)
{
	int index = cgroup_layout_find(group->layout, controller);
	if (index < 0)
		return (struct source){group, -1, false};
	return (struct source){group, group->folders[index], group->layout->items[index].unified};
}

static uint64_t number_of(const struct source *source, const char *file1, const char *file2)
{
	const char *file = source->second ? file2 : file1;
	uint64_t number = 0;
	if (!file || source->folder < 0 || cgroup_file_number(source->folder, file, &number) != 0)
		return 0;
	return number;
}

static struct str text_of(
	struct arena *arena, const struct source *source, const char *file1, const char *file2)
{
	const char *file = source->second ? file2 : file1;
	if (!file || source->folder < 0)
		return STR("");
	for (size_t size = 1 << 12; size <= STAT_BYTES; size *= 4) {
		struct arena_mark mark = arena_mark(arena);
		char *text = arena_alloc(arena, size);
		ssize_t length = cgroup_file_read(source->folder, file, text, size);
		if (length >= 0)
			return (struct str){text, (size_t)length};
		arena_rewind(arena, mark);
	}
	return STR("");
}

static uint64_t key_of(struct str text, const char *key)
{
	uint64_t number = 0;
	return cgroup_text_number(text, str_from(key), &number) ? number : 0;
}

static void read_cpu(struct arena *arena, const struct cgroup *group, struct stats *stats)
{
	enum { NS_PER_US = 1000 };
	struct source cpu = source_of(group, CGROUP_CPU),
		      account = source_of(group, CGROUP_CPUACCT);
	struct str stat = text_of(arena, &cpu, "cpu.stat", "cpu.stat");
	stats->cpu.periods = key_of(stat, "nr_periods");
	stats->cpu.throttled_periods = key_of(stat, "nr_throttled");
	stats->cpu.throttled_ns = cpu.second ? key_of(stat, "throttled_usec") * NS_PER_US
					     : key_of(stat, "throttled_time");
	struct str usage = text_of(arena, &account, "cpuacct.stat", "cpu.stat");
	if (account.second) {
		stats->cpu.total_ns = key_of(usage, "usage_usec") * NS_PER_US;
		stats->cpu.user_ns = key_of(usage, "user_usec") * NS_PER_US;
		stats->cpu.kernel_ns = key_of(usage, "system_usec") * NS_PER_US;
		return;
	}
	long ticks = sysconf(_SC_CLK_TCK);
	uint64_t tick_ns = 1000000000U / (uint64_t)(ticks > 0 ? ticks : 100);
	stats->cpu.total_ns = number_of(&account, "cpuacct.usage", NULL);
	stats->cpu.user_ns = key_of(usage, "user") * tick_ns;
	stats->cpu.kernel_ns = key_of(usage, "system") * tick_ns;
	stats->cpu.per_cpu_ns = str_trim(text_of(arena, &account, "cpuacct.usage_percpu", NULL));
}

static struct stats_usage usage_of(const struct source *memory, const char *stem)
{
	static const char *const parts[] = {
		"usage_in_bytes", "limit_in_bytes", "max_usage_in_bytes", "failcnt"};
	uint64_t numbers[4];
	for (int i = 0; i < 4; i++) {
		char file[64];
		(void)snprintf(file, sizeof(file), "memory.%s%s", stem, parts[i]);
		numbers[i] = number_of(memory, file, NULL);
	}
	return (struct stats_usage){numbers[0], numbers[1], numbers[2], numbers[3]};
}

/* "Swap" of events is memory and swap together, as version 1 counts it. */
static uint64_t together(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static void read_memory(struct arena *arena, const struct cgroup *group, struct stats *stats)
{
	struct source memory = source_of(group, CGROUP_MEMORY);
	stats->memory.raw = text_of(arena, &memory, "memory.stat", "memory.stat");
	stats->memory.cache = key_of(stats->memory.raw, memory.second ? "file" : "cache");
	if (!memory.second) {
		stats->memory.memory = usage_of(&memory, "");
		stats->memory.swap = usage_of(&memory, "memsw.");
		stats->memory.kernel = usage_of(&memory, "kmem.");
		stats->memory.kernel_tcp = usage_of(&memory, "kmem.tcp.");
		return;
	}
	struct str events = text_of(arena, &memory, NULL, "memory.events");
	struct stats_usage ram = {number_of(&memory, NULL, "memory.current"),
		number_of(&memory, NULL, "memory.max"), number_of(&memory, NULL, "memory.peak"),
		key_of(events, "max")};
	stats->memory.memory = ram;
	stats->memory.swap = (struct stats_usage){
		.usage = together(ram.usage, number_of(&memory, NULL, "memory.swap.current")),
		.limit = together(ram.limit, number_of(&memory, NULL, "memory.swap.max")),
	};
}

static void read_io(struct arena *arena, const struct cgroup *group, struct stats *stats)
{
	struct source io = source_of(group, CGROUP_IO);
	stats->io.unified = io.second;
	stats->io.bytes =
		text_of(arena, &io, "blkio.throttle.io_service_bytes_recursive", "io.stat");
	stats->io.operations = text_of(arena, &io, "blkio.throttle.io_serviced_recursive", NULL);
}

static uint64_t page_number(
	const struct source *source, const char *size, const char *file1, const char *file2)
{
	char name[64];
	(void)snprintf(name, sizeof(name), "hugetlb.%s.%s", size, source->second ? file2 : file1);
	return number_of(source, name, name);
}

/* Of every size there is on an architecture of Linux. */
static void read_huge(struct arena *arena, const struct cgroup *group, struct stats *stats)
{
	static const char *const sizes[] = {"64KB", "1MB", "2MB", "16MB", "32MB", "512MB", "1GB"};
	struct source pages = source_of(group, CGROUP_HUGETLB);
	struct stats_pages *next = stats->huge;
	for (size_t i = 0; pages.folder >= 0 && i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char name[64];
		(void)snprintf(name, sizeof(name), "hugetlb.%s.%s", sizes[i],
			pages.second ? "events" : "limit_in_bytes");
		if (!cgroup_file_exists(pages.folder, name))
			continue;
		*next++ = (struct stats_pages){
			.size = sizes[i],
			.usage = page_number(&pages, sizes[i], "usage_in_bytes", "current"),
			.max = pages.second
				       ? 0
				       : page_number(&pages, sizes[i], "max_usage_in_bytes", ""),
			.failcnt = pages.second ? key_of(text_of(arena, &pages, NULL, name), "max")
						: page_number(&pages, sizes[i], "failcnt", ""),
		};
	}
}

static void read_pressure(struct arena *arena, const struct cgroup *group, struct stats *stats)
{
	int index = cgroup_layout_unified(group->layout);
	if (index < 0)
		return;
	struct source any = {group, group->folders[index], true};
	stats->pressure.cpu = text_of(arena, &any, NULL, "cpu.pressure");
	stats->pressure.memory = text_of(arena, &any, NULL, "memory.pressure");
	stats->pressure.io = text_of(arena, &any, NULL, "io.pressure");
}

void stats_read(struct arena *arena, const struct cgroup *group, struct stats *ret_stats)
{
	*ret_stats = (struct stats){0};
	struct source pids = source_of(group, CGROUP_PIDS);
	ret_stats->pids.current = number_of(&pids, "pids.current", "pids.current");
	uint64_t limit = number_of(&pids, "pids.max", "pids.max");
	ret_stats->pids.limit = limit == UINT64_MAX ? 0 : limit;
	read_cpu(arena, group, ret_stats);
	read_memory(arena, group, ret_stats);
	read_io(arena, group, ret_stats);
	read_huge(arena, group, ret_stats);
	read_pressure(arena, group, ret_stats);
}

uint64_t stats_oom_kills(const struct cgroup *group)
{
	struct source memory = source_of(group, CGROUP_MEMORY);
	const char *file = memory.second ? "memory.events" : "memory.oom_control";
	char text[512];
	ssize_t length =
		memory.folder < 0 ? -1 : cgroup_file_read(memory.folder, file, text, sizeof(text));
	return length < 0 ? 0 : key_of((struct str){text, (size_t)length}, "oom_kill");
}
