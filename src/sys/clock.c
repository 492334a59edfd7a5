/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/clock.h"

#include <time.h>

enum { NS_PER_MS = 1000000 };

static int64_t read_ns(clockid_t clock)
{
	struct timespec now = {0};
	(void)clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_now_s(void)
{
	return (int64_t)time(NULL);
}

uint64_t clock_monotonic_ns(void)
{
	return (uint64_t)read_ns(CLOCK_MONOTONIC);
}

struct clock_reading clock_read(void)
{
	return (struct clock_reading){
		.wall_ns = read_ns(CLOCK_REALTIME), .boot_ns = read_ns(CLOCK_BOOTTIME)};
}

void clock_watch_init(struct clock_watch *watch, clock_source *source)
{
	struct clock_reading now = source();
	*watch = (struct clock_watch){
		.source = source, .offset_ns = now.wall_ns - now.boot_ns, .boot_ns = now.boot_ns};
}

int64_t clock_watch_look(struct clock_watch *watch, struct clock_reading *ret_now)
{
	struct clock_reading now = watch->source();
	int64_t away = now.wall_ns - now.boot_ns - watch->offset_ns;
	int64_t drift = (now.boot_ns - watch->boot_ns) / 1000 * CLOCK_DRIFT_PER_MILLE;
	*ret_now = now;
	watch->boot_ns = now.boot_ns;
	if (away > (int64_t)CLOCK_JUMP_MS * NS_PER_MS ||
		away < -(int64_t)CLOCK_JUMP_MS * NS_PER_MS) {
		watch->offset_ns += away;
		return away;
	}
	watch->offset_ns += away > drift ? drift : away < -drift ? -drift : away;
	return 0;
}
