/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "data/print.h"
#include "programs/gabion-oci/commands.h"
#include "programs/gabion-oci/oom.h"
#include "programs/gabion-oci/running.h"
#include "programs/gabion-oci/stats.h"
#include "sys/process.h"

#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

enum { INTERVAL_MS = 5000, INTERVAL_MIN_MS = 10, INTERVAL_MAX_MS = 24 * 3600 * 1000 };

/* "5s", "500ms", "1m", as the flags of Go programs are written. */
static int read_interval(const struct invocation *invocation, int *ret_ms, struct error *err)
{
	static const struct {
		const char *unit;
		uint64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
	const char *text = invocation->options[OPTION_INTERVAL];
	*ret_ms = INTERVAL_MS;
	if (!text)
		return 0;
	size_t digits = strspn(text, "0123456789");
	uint64_t number = 0, scale = 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(text + digits, units[i].unit) == 0)
			scale = units[i].ms;
	if (digits < 10 && number_parse_uint((struct str){text, digits}, 10, &number))
		number *= scale;
	else
		number = 0;
	if (number < INTERVAL_MIN_MS || number > INTERVAL_MAX_MS)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"--interval takes a time from 10ms to 24h such as 5s, not '%s'", text);
	*ret_ms = (int)number;
	return 0;
}

static int put_event(struct running *running, struct arena *arena, const char *type)
{
	struct arena_mark mark = arena_mark(arena);
	struct buf out;
	buf_init_arena(&out, arena, 4096);
	buf_printf(&out, "{\"type\":\"%s\",\"id\":", type);
	print_json_string(str_from(running->status.id), true, &out);
	if (strcmp(type, "stats") == 0) {
		struct stats stats;
		stats_read(arena, &running->cgroups.group, &stats);
		buf_puts(&out, ",\"data\":");
		stats_put_json(&stats, &out);
	}
	buf_puts(&out, "}\n");
	int written = process_write_all(STDOUT_FILENO, buf_str(&out));
	arena_rewind(arena, mark);
	return written < 0 ? 1 : 0;
}

static int64_t now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until the container has ended, or no one reads any more. */
static int watch(struct running *running, struct arena *arena, int pidfd, struct oom_watch *oom,
	int interval_ms)
{
	struct pollfd waits[] = {{.fd = pidfd, .events = POLLIN}, {.fd = oom->fd, .events = POLLIN},
		{.fd = STDOUT_FILENO}};
	int64_t next = now_ms() + interval_ms;
	for (;;) {
		int64_t left = next - now_ms();
		int ready = poll(waits, 3, left > 0 ? (int)left : 0);
		if (ready < 0 && errno != EINTR)
			return 1;
		bool ended = waits[0].revents != 0;
		for (uint64_t kills = oom_watch_new(oom, waits[1].revents != 0 || ended); kills > 0;
			kills--)
			if (put_event(running, arena, "oom") != 0)
				return 1;
		if (ended || waits[2].revents & (POLLERR | POLLHUP))
			return 0;
		if (now_ms() < next)
			continue;
		next += interval_ms;
		if (put_event(running, arena, "stats") != 0)
			return 1;
	}
}

static int follow(struct running *running, struct arena *arena, int interval_ms, struct error *err)
{
	struct oom_watch oom;
	int pidfd = status_open_process(&running->status), result = 0;
	if (pidfd < 0)
		return 0;
	if (oom_watch_open(&oom, &running->cgroups.group, err) == 0)
		result = watch(running, arena, pidfd, &oom, interval_ms);
	else
		result = -1;
	oom_watch_close(&oom);
	(void)close(pidfd);
	return result;
}

int command_events(struct invocation *invocation, struct error *err)
{
	struct running running;
	int interval_ms, result = -1;
	invocation->step = "watching";
	if (read_interval(invocation, &interval_ms, err) < 0)
		return -1;
	if (running_open(&running, invocation, err) == 0)
		result = invocation->options[OPTION_STATS]
				 ? put_event(&running, invocation->arena, "stats")
				 : follow(&running, invocation->arena, interval_ms, err);
	running_close(&running);
	return result;
}
