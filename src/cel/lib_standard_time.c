/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/lib_standard.h"

#include "cel/datetime.h"
#include "cel/library.h"
#include "cel/zone.h"

/* The selectors of timestamps, in UTC or a zone, and of durations. */

static bool load_offset(
	struct cel_run *run, const struct value *zone, int64_t seconds, int64_t *ret_offset)
{
	const struct cel_options *options = cel_run_options(run);
	struct str name = value_str(zone), tzif;
	if (!zone_name_is_safe(name) || !options || !options->load_zone)
		return false;
	return options->load_zone(options->zone_context, name, &tzif) &&
	       zone_offset(tzif, seconds, ret_offset);
}

/* The calendar of a timestamp in the zone of the second argument, if there is one. */
static bool local_time(struct cel_run *run, const struct value *arguments, size_t count,
	struct time_civil *ret_civil, struct value *ret_error)
{
	int64_t seconds = arguments[0].integer, offset = 0;
	if (count > 1 && !str_equal(value_str(&arguments[1]), STR("UTC"))) {
		const struct value *zone = &arguments[1];
		if (!zone_parse_offset(value_str(zone), &offset) &&
			!load_offset(run, zone, seconds, &offset)) {
			*ret_error = cel_fail_at(run, zone, "unknown time zone \"%.*s\"",
				(int)(zone->count < 64 ? zone->count : 64), zone->text);
			return false;
		}
	}
	*ret_civil = time_civil_from_seconds(seconds + offset);
	return true;
}

#define SELECTOR(function, expression) \
	struct value function(struct cel_run *run, const struct value *arguments, size_t count) \
	{ \
		struct time_civil civil; \
		struct value error; \
		if (!local_time(run, arguments, count, &civil, &error)) \
			return error; \
		return value_at(value_int((int64_t)(expression)), arguments[0].origin); \
	}

SELECTOR(cel_get_full_year, civil.year)
SELECTOR(cel_get_month, civil.month - 1)
SELECTOR(cel_get_date, civil.day)
SELECTOR(cel_get_day_of_month, civil.day - 1)
SELECTOR(cel_get_day_of_week, civil.weekday)
SELECTOR(cel_get_day_of_year, civil.year_day)
SELECTOR(cel_get_hours, civil.hour)
SELECTOR(cel_get_minutes, civil.minute)
SELECTOR(cel_get_seconds, civil.second)
SELECTOR(cel_get_milliseconds, arguments[0].count / 1000000)

static struct value whole(const struct value *duration, int64_t unit_seconds)
{
	return value_at(value_int(duration->integer / unit_seconds), duration->origin);
}

struct value cel_duration_hours(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return whole(arguments, 3600);
}

struct value cel_duration_minutes(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return whole(arguments, 60);
}

struct value cel_duration_seconds(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)run, (void)count;
	return whole(arguments, 1);
}

/* The specification means the part below a second, cel-go the whole duration. */
struct value cel_duration_milliseconds(
	struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	int64_t part = (int32_t)arguments[0].count / 1000000;
	int64_t seconds = cel_run_kubernetes(run) ? arguments[0].integer : 0;
	return value_at(value_int(seconds * 1000 + part), arguments[0].origin);
}
