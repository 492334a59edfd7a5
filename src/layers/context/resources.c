/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/resources.h"

#include "base/number.h"

enum { MEBIBYTE = 1 << 20, QUOTA_MIN_US = 1000, US_PER_MILLI = RESOURCES_PERIOD_US / 1000 };

/* What each class means. Percentages are of the request's own limits; 0: not set. */
static const struct class
{
	struct str name;
	int64_t cpu_shares, io_weight, oom_score;
	int64_t burst_percent; /* of its quota that it may save up */
	int64_t kept_percent;  /* memory the kernel leaves it under pressure */
	int64_t high_percent;  /* memory from which on it is slowed down and reclaimed from */
	unsigned yields_above; /* pressure on others, hundredths of a percent */
	unsigned percent_min;  /* of its time that is never taken */
} classes[RESOURCES_CLASSES] = {
	[RESOURCES_GUARANTEED] = {STR_INIT("guaranteed"), 4096, 800, 0, 0, 100, 0, 0, 100},
	[RESOURCES_BURSTABLE] = {STR_INIT("burstable"), 1024, 400, 500, 100, 50, 90, 4000, 20},
	[RESOURCES_BEST_EFFORT] = {STR_INIT("best-effort"), 2, 10, 1000, 0, 0, 75, 1000, 5},
};

bool resources_class_named(struct str word, enum resources_class *ret_class)
{
	for (unsigned i = 0; i < RESOURCES_CLASSES; i++)
		if (str_equal(classes[i].name, word)) {
			*ret_class = i;
			return true;
		}
	return false;
}

/* Without overflow for anything a machine has. */
static int64_t percent_of(int64_t number, int64_t percent)
{
	return number / 100 * percent + number % 100 * percent / 100;
}

static void put(struct resources_setting *settings, size_t *count, const char *pointer,
	int64_t number, bool as_text)
{
	if (number != 0)
		settings[(*count)++] = (struct resources_setting){pointer, number, as_text};
}

size_t resources_settings(const struct resources_request *request,
	struct resources_setting ret_settings[RESOURCES_SETTINGS])
{
	const struct class *class = &classes[request->class];
	int64_t quota_us = request->cpu_milli * US_PER_MILLI;
	int64_t memory = request->memory_bytes;
	if (quota_us > 0 && quota_us < QUOTA_MIN_US)
		quota_us = QUOTA_MIN_US;
	size_t count = 0;
	put(ret_settings, &count, "/linux/resources/cpu/shares", class->cpu_shares, false);
	put(ret_settings, &count, "/linux/resources/cpu/period",
		quota_us > 0 ? RESOURCES_PERIOD_US : 0, false);
	put(ret_settings, &count, "/linux/resources/cpu/quota", quota_us, false);
	put(ret_settings, &count, "/linux/resources/cpu/burst",
		percent_of(quota_us, class->burst_percent), false);
	put(ret_settings, &count, "/linux/resources/memory/limit", memory, false);
	put(ret_settings, &count, "/linux/resources/memory/swap", memory, false);
	put(ret_settings, &count, "/linux/resources/memory/reservation",
		percent_of(memory, class->kept_percent), false);
	if (request->unified)
		put(ret_settings, &count, "/linux/resources/unified/memory.high",
			percent_of(memory, class->high_percent), true);
	if (request->io_weights)
		put(ret_settings, &count, "/linux/resources/blockIO/weight", class->io_weight,
			false);
	put(ret_settings, &count, "/linux/resources/pids/limit", request->processes, false);
	put(ret_settings, &count, "/process/oomScoreAdj", class->oom_score, false);
	return count;
}

static int64_t margin_percent(size_t runs)
{
	static const struct {
		size_t runs;
		int64_t percent;
	} steps[] = {{10, 25}, {5, 35}, {3, 50}, {2, 75}};
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (runs >= steps[i].runs)
			return steps[i].percent;
	return 100;
}

/* Peaks of one kind. */
struct range {
	int64_t least, most;
};

static void widen(struct range *range, int64_t number, bool first)
{
	if (first || number < range->least)
		range->least = number;
	if (first || number > range->most)
		range->most = number;
}

static int64_t with_room(struct range range, size_t runs, int64_t step)
{
	int64_t most = range.most > 0 ? range.most : 0;
	int64_t room = percent_of(most, margin_percent(runs));
	int64_t spread = most - (range.least > 0 ? range.least : 0);
	if (runs > 1 && room < 2 * spread)
		room = 2 * spread;
	return (most + room + step) / step * step;
}

struct resources_request resources_with_room(const struct resources_peak *peaks, size_t count)
{
	enum { CPU_STEP = 50, MEMORY_STEP = 4 * MEBIBYTE, PROCESS_STEP = 8 };
	struct range cpu = {0}, memory = {0}, processes = {0};
	for (size_t i = 0; i < count; i++) {
		widen(&cpu, peaks[i].cpu_milli, i == 0);
		widen(&memory, peaks[i].memory_bytes, i == 0);
		widen(&processes, peaks[i].processes, i == 0);
	}
	return (struct resources_request){
		.class = RESOURCES_BURSTABLE,
		.cpu_milli = with_room(cpu, count, CPU_STEP),
		.memory_bytes = with_room(memory, count, MEMORY_STEP),
		.processes = with_room(processes, count, PROCESS_STEP),
	};
}

/* "12.34" with at most two decimals, in hundredths. */
static bool read_hundredths(struct str text, unsigned *ret_hundredths)
{
	struct str rest = text, whole;
	uint64_t units, parts = 0;
	if (!str_next_part(&rest, '.', &whole) || !number_parse_uint(whole, 10, &units) ||
		units > 100)
		return false;
	if (rest.data && (rest.len != 2 || !number_parse_uint(rest, 10, &parts)))
		return false;
	*ret_hundredths = (unsigned)(units * 100 + parts);
	return true;
}

bool resources_pressure(struct str text, struct str kind, unsigned *ret_avg10)
{
	struct str line, word;
	while (str_next_part(&text, '\n', &line)) {
		if (!str_next_part(&line, ' ', &word) || !str_equal(word, kind))
			continue;
		if (!str_next_part(&line, ' ', &word) || !str_starts_with(word, STR("avg10=")))
			return false;
		return read_hundredths(str_slice(word, STR("avg10=").len, word.len), ret_avg10);
	}
	return false;
}

struct resources_throttle resources_throttle_next(
	struct resources_throttle now, enum resources_class class, unsigned pressure)
{
	enum { CALM_SAMPLES = 3, STEP_PERCENT = 10 };
	const struct class *its = &classes[class];
	if (its->percent_min >= 100)
		return RESOURCES_UNTHROTTLED;
	if (pressure > its->yields_above) {
		unsigned half = now.percent / 2;
		return (struct resources_throttle){
			half > its->percent_min ? half : its->percent_min, 0};
	}
	/* Between half the threshold and the threshold nothing changes, or it would swing. */
	if (pressure > its->yields_above / 2)
		return (struct resources_throttle){now.percent, 0};
	if (now.calm + 1 < CALM_SAMPLES)
		return (struct resources_throttle){now.percent, now.calm + 1};
	unsigned more = now.percent + STEP_PERCENT;
	return (struct resources_throttle){more < 100 ? more : 100, 0};
}

int64_t resources_quota_us(const struct resources_request *request,
	const struct resources_throttle *throttle, unsigned processors)
{
	int64_t quota_us = request->cpu_milli * US_PER_MILLI;
	if (quota_us == 0 && throttle->percent >= 100)
		return -1;
	if (quota_us == 0)
		quota_us = (int64_t)processors * RESOURCES_PERIOD_US;
	quota_us = percent_of(quota_us, throttle->percent < 100 ? throttle->percent : 100);
	return quota_us > QUOTA_MIN_US ? quota_us : QUOTA_MIN_US;
}
