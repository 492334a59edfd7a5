/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/kind.h"

enum { TIME_NANOS_PER_SECOND = 1000000000 };

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z in seconds since 1970; cel-spec, "Timestamp". */
#define TIME_SECONDS_MIN (-62135596800)
#define TIME_SECONDS_MAX 253402300799
/* About 10,000 years; google.protobuf.Duration. */
#define TIME_DURATION_SECONDS_MAX 315576000000

/** Make a timestamp, or a duration whose nanoseconds have the sign of its seconds, out of seconds
 * and 0..999,999,999 nanoseconds to be added to them; false when out of range. */
bool time_make_timestamp(int64_t seconds, uint32_t nanos, struct value *ret_timestamp);
bool time_make_duration(int64_t seconds, uint32_t nanos, struct value *ret_duration);

/** Whether a duration fits a signed 64-bit count of nanoseconds, and that count. Arithmetic and the
 * kubernetes profile are held to that range. */
bool time_duration_nanos(const struct value *duration, int64_t *ret_nanos);

/** RFC 3339 `YYYY-MM-DDTHH:MM:SS[.fraction](Z|+hh:mm|-hh:mm)`; false when malformed or out of
 * range. Digits of a fraction behind the ninth are ignored. */
bool time_parse_timestamp(struct str text, struct value *ret_timestamp);

/** The grammar of Go's ParseDuration: a sign, then numbers with units h m s ms us µs ns, or "0". */
bool time_parse_duration(struct str text, struct value *ret_duration);

/** RFC 3339 in UTC with as many digits of fraction as needed; seconds with a fraction and "s". */
void time_print_timestamp(const struct value *timestamp, struct buf *out);
void time_print_duration(const struct value *duration, struct buf *out);

/* A point of time on the calendar of some zone. */
struct time_civil {
	int64_t year;
	unsigned month;    /* 1..12 */
	unsigned day;      /* 1..31 */
	unsigned weekday;  /* 0 = Sunday */
	unsigned year_day; /* 0..365 */
	unsigned hour, minute, second;
};

/** The proleptic Gregorian calendar; seconds since 1970 in the zone's own time. */
struct time_civil time_civil_from_seconds(int64_t seconds);

/** Days from 1970-01-01 to a date. */
int64_t time_days_from_civil(int64_t year, unsigned month, unsigned day);

/** Whether February has 29 days. */
bool time_is_leap_year(int64_t year);

/** a / b rounded down, for b > 0. */
static inline int64_t time_floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}
