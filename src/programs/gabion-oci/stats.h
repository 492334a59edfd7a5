/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "sys/cgroup.h"

/* What a cgroup has used, whatever the version. */

enum { STATS_PAGE_SIZES = 8 };

struct stats_pages {
	const char *size;             /* "2MB"; NULL behind the last */
	uint64_t usage, max, failcnt; /* bytes, and how often the limit was met */
};

struct stats_usage {
	uint64_t usage, limit, max, failcnt; /* bytes, and how often the limit was met */
};

struct stats {
	struct {
		uint64_t total_ns, user_ns, kernel_ns;
		struct str per_cpu_ns; /* numbers with spaces between them; version 1 only */
		uint64_t periods, throttled_periods, throttled_ns;
	} cpu;
	struct {
		uint64_t cache; /* bytes */
		struct stats_usage memory, swap /* with memory */, kernel, kernel_tcp;
		struct str raw; /* memory.stat as it is */
	} memory;
	struct {
		uint64_t current, limit; /* 0: no limit */
	} pids;
	struct {
		struct str bytes,
			operations; /* "8:0 Read 4096" lines; of version 2 io.stat itself */
		bool unified;
	} io;
	struct stats_pages huge[STATS_PAGE_SIZES];
	struct {
		struct str cpu, memory, io; /* *.pressure of version 2; empty without */
	} pressure;
};

/** Read all there is, into the arena; what a controller does not tell is 0 or empty. */
void stats_read(struct arena *arena, const struct cgroup *group, struct stats *ret_stats);

/** How many processes the kernel has killed for want of memory; 0 when that is unknown. */
uint64_t stats_oom_kills(const struct cgroup *group);

/** Write them as the "data" of runc's events, on one line. Pure. */
void stats_put_json(const struct stats *stats, struct buf *out);
