/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/** Seconds since 1970, as the machine believes. */
int64_t clock_now_s(void);

/** Nanoseconds of a clock that only runs forward; for durations. */
uint64_t clock_monotonic_ns(void);

/* The clock that can be set, and the one since boot, which runs on while the machine sleeps. */
struct clock_reading {
	int64_t wall_ns;
	int64_t boot_ns;
};

/** Where readings come from: clock_read(), or a test's own. */
typedef struct clock_reading clock_source(void);

/** Both clocks of the machine. Source: clock_gettime(2), CLOCK_REALTIME and CLOCK_BOOTTIME. */
struct clock_reading clock_read(void);

enum {
	CLOCK_JUMP_MS = 2000,      /* above a leap second */
	CLOCK_DRIFT_PER_MILLE = 1, /* twice what the kernel lets a clock be slewed by */
};

/* Notices when somebody sets the clock. */
struct clock_watch {
	clock_source *source;
	int64_t offset_ns; /* of the wall clock to the other, as far as it could drift there */
	int64_t boot_ns;   /* at the last look */
};

/** Begin to watch. */
void clock_watch_init(struct clock_watch *watch, clock_source *source);

/**
 * How far the wall clock has jumped since it was last told, in nanoseconds: 0 while it runs with
 * CLOCK_DRIFT_PER_MILLE of the other and within CLOCK_JUMP_MS of it. Small steps add up.
 */
int64_t clock_watch_look(struct clock_watch *watch, struct clock_reading *ret_now);
