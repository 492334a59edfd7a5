/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/datetime.h"

#include "base/number.h"

#define SECONDS_PER_DAY 86400

/* Nanoseconds of all durations need 69 bits. */
__extension__ typedef __int128 wide;

bool time_make_timestamp(int64_t seconds, uint32_t nanos, struct value *ret_timestamp)
{
	if (seconds < TIME_SECONDS_MIN || seconds > TIME_SECONDS_MAX)
		return false;
	*ret_timestamp = (struct value){.kind = CEL_TIMESTAMP, .count = nanos, .integer = seconds};
	return true;
}

bool time_make_duration(int64_t seconds, uint32_t nanos, struct value *ret_duration)
{
	int32_t part = (int32_t)nanos;
	if (seconds < 0 && part > 0) {
		seconds++;
		part -= TIME_NANOS_PER_SECOND;
	}
	if (seconds < -TIME_DURATION_SECONDS_MAX || seconds > TIME_DURATION_SECONDS_MAX)
		return false;
	if ((seconds == TIME_DURATION_SECONDS_MAX && part > 0) ||
		(seconds == -TIME_DURATION_SECONDS_MAX && part < 0))
		return false;
	*ret_duration =
		(struct value){.kind = CEL_DURATION, .count = (uint32_t)part, .integer = seconds};
	return true;
}

bool time_duration_nanos(const struct value *duration, int64_t *ret_nanos)
{
	wide nanos = (wide)duration->integer * TIME_NANOS_PER_SECOND + (int32_t)duration->count;
	*ret_nanos = (int64_t)nanos;
	return nanos == *ret_nanos;
}

bool time_is_leap_year(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Years are counted from March here, so that the leap day is a year's last. */
int64_t time_days_from_civil(int64_t year, unsigned month, unsigned day)
{
	year -= month <= 2;
	int64_t era = time_floor_div(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

static void set_date(struct time_civil *civil, int64_t days)
{
	days += 719468;
	int64_t era = time_floor_div(days, 146097);
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;
	civil->day = (unsigned)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	civil->month =
		(unsigned)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
	civil->year = year_of_era + era * 400 + (civil->month <= 2);
}

struct time_civil time_civil_from_seconds(int64_t seconds)
{
	struct time_civil civil = {0};
	int64_t days = time_floor_div(seconds, SECONDS_PER_DAY);
	unsigned second_of_day = (unsigned)(seconds - days * SECONDS_PER_DAY);
	set_date(&civil, days);
	civil.weekday = (unsigned)(days + 4 - time_floor_div(days + 4, 7) * 7);
	civil.year_day = (unsigned)(days - time_days_from_civil(civil.year, 1, 1));
	civil.hour = second_of_day / 3600;
	civil.minute = second_of_day / 60 % 60;
	civil.second = second_of_day % 60;
	return civil;
}

/* Exactly `digits` digits at *at, of a value within [low, high]. */
static bool read_number(struct str text, size_t *at, size_t digits, unsigned low, unsigned high,
	unsigned *ret_number)
{
	if (text.len - *at < digits)
		return false;
	uint64_t number;
	if (!number_parse_uint(str_slice(text, *at, *at + digits), 10, &number))
		return false;
	*at += digits;
	*ret_number = (unsigned)number;
	return number >= low && number <= high;
}

static bool read_char(struct str text, size_t *at, char c)
{
	if (*at >= text.len || text.data[*at] != c)
		return false;
	++*at;
	return true;
}

static bool is_digit_at(struct str text, size_t at)
{
	return at < text.len && text.data[at] >= '0' && text.data[at] <= '9';
}

static bool read_fraction(struct str text, size_t *at, uint32_t *ret_nanos)
{
	*ret_nanos = 0;
	if (!read_char(text, at, '.'))
		return true;
	if (!is_digit_at(text, *at))
		return false;
	uint32_t weight = TIME_NANOS_PER_SECOND / 10;
	for (; is_digit_at(text, *at); ++*at, weight /= 10)
		*ret_nanos += weight * (uint32_t)(text.data[*at] - '0');
	return true;
}

static bool read_offset(struct str text, size_t *at, int64_t *ret_seconds)
{
	*ret_seconds = 0;
	if (read_char(text, at, 'Z'))
		return true;
	bool west = *at < text.len && text.data[*at] == '-';
	if (!west && !(*at < text.len && text.data[*at] == '+'))
		return false;
	++*at;
	unsigned hours, minutes;
	if (!read_number(text, at, 2, 0, 23, &hours) || !read_char(text, at, ':') ||
		!read_number(text, at, 2, 0, 59, &minutes))
		return false;
	int64_t seconds = (int64_t)hours * 3600 + minutes * 60;
	*ret_seconds = west ? -seconds : seconds;
	return true;
}

static unsigned days_of_month(unsigned year, unsigned month)
{
	if (month == 2)
		return time_is_leap_year(year) ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static bool read_date(struct str text, size_t *at, int64_t *ret_days)
{
	unsigned year, month, day;
	if (!read_number(text, at, 4, 0, 9999, &year) || !read_char(text, at, '-') ||
		!read_number(text, at, 2, 1, 12, &month) || !read_char(text, at, '-') ||
		!read_number(text, at, 2, 1, days_of_month(year, month), &day))
		return false;
	*ret_days = time_days_from_civil(year, month, day);
	return true;
}

bool time_parse_timestamp(struct str text, struct value *ret_timestamp)
{
	size_t at = 0;
	int64_t days, offset;
	unsigned hour, minute, second;
	uint32_t nanos;
	if (!read_date(text, &at, &days) || !read_char(text, &at, 'T') ||
		!read_number(text, &at, 2, 0, 23, &hour) || !read_char(text, &at, ':') ||
		!read_number(text, &at, 2, 0, 59, &minute) || !read_char(text, &at, ':') ||
		!read_number(text, &at, 2, 0, 59, &second) || !read_fraction(text, &at, &nanos) ||
		!read_offset(text, &at, &offset) || at != text.len)
		return false;
	int64_t seconds = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - offset;
	return time_make_timestamp(seconds, nanos, ret_timestamp);
}

static const struct unit {
	struct str name;
	int64_t nanos;
} units[] = {
	{STR_INIT("ns"), 1},
	{STR_INIT("us"), 1000},
	{STR_INIT("\xC2\xB5s"), 1000}, /* U+00B5 micro sign */
	{STR_INIT("\xCE\xBCs"), 1000}, /* U+03BC Greek letter mu */
	{STR_INIT("ms"), 1000000},
	{STR_INIT("s"), TIME_NANOS_PER_SECOND},
	{STR_INIT("m"), 60LL * TIME_NANOS_PER_SECOND},
	{STR_INIT("h"), 3600LL * TIME_NANOS_PER_SECOND},
};

/* The unit is everything up to the next digit or point. */
static const struct unit *read_unit(struct str text, size_t *at)
{
	size_t from = *at;
	while (*at < text.len && text.data[*at] != '.' && !is_digit_at(text, *at))
		++*at;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (str_equal(units[i].name, str_slice(text, from, *at)))
			return &units[i];
	return NULL;
}

#define NANOS_LIMIT ((wide)(TIME_DURATION_SECONDS_MAX + 1) * TIME_NANOS_PER_SECOND)

static bool read_whole(struct str text, size_t *at, wide *ret_whole)
{
	*ret_whole = 0;
	for (; is_digit_at(text, *at); ++*at) {
		*ret_whole = *ret_whole * 10 + (text.data[*at] - '0');
		if (*ret_whole > NANOS_LIMIT)
			return false;
	}
	return true;
}

/* The fraction as numerator over *ret_scale; digits behind the 18th are worth less than a
 * nanosecond of any unit and are ignored. */
static void read_unit_fraction(struct str text, size_t *at, wide *ret_numerator, wide *ret_scale)
{
	*ret_numerator = 0;
	*ret_scale = 1;
	for (unsigned digits = 0; is_digit_at(text, *at); ++*at, digits++) {
		if (digits >= 18)
			continue;
		*ret_numerator = *ret_numerator * 10 + (text.data[*at] - '0');
		*ret_scale *= 10;
	}
}

/* One number with its unit, added to *nanos. */
static bool read_part(struct str text, size_t *at, wide *nanos)
{
	size_t from = *at;
	wide whole, numerator = 0, scale = 1;
	if (!read_whole(text, at, &whole))
		return false;
	size_t digits = *at - from;
	if (read_char(text, at, '.')) {
		size_t point = *at;
		read_unit_fraction(text, at, &numerator, &scale);
		digits += *at - point;
	}
	if (digits == 0)
		return false;
	const struct unit *unit = read_unit(text, at);
	if (!unit)
		return false;
	*nanos += whole * unit->nanos + numerator * unit->nanos / scale;
	return *nanos <= NANOS_LIMIT;
}

bool time_parse_duration(struct str text, struct value *ret_duration)
{
	size_t at = 0;
	bool negative = read_char(text, &at, '-');
	if (!negative)
		(void)read_char(text, &at, '+');
	if (str_equal(str_slice(text, at, text.len), STR("0")))
		return time_make_duration(0, 0, ret_duration);
	if (at == text.len)
		return false;
	wide nanos = 0;
	while (at < text.len)
		if (!read_part(text, &at, &nanos))
			return false;
	if (negative)
		nanos = -nanos;
	int64_t seconds = (int64_t)(nanos / TIME_NANOS_PER_SECOND);
	int64_t rest = (int64_t)(nanos % TIME_NANOS_PER_SECOND);
	if (rest < 0) {
		rest += TIME_NANOS_PER_SECOND;
		seconds--;
	}
	return time_make_duration(seconds, (uint32_t)rest, ret_duration);
}

/* The last `digits` digits of a number. */
static void print_padded(struct buf *out, uint64_t number, unsigned digits)
{
	char text[20];
	for (unsigned i = digits; i-- > 0; number /= 10)
		text[i] = (char)('0' + number % 10);
	buf_put(out, (struct str){text, digits});
}

static void print_fraction(struct buf *out, uint32_t nanos)
{
	if (nanos == 0)
		return;
	unsigned digits = 9;
	for (; nanos % 10 == 0; nanos /= 10)
		digits--;
	buf_put_char(out, '.');
	print_padded(out, nanos, digits);
}

void time_print_timestamp(const struct value *timestamp, struct buf *out)
{
	struct time_civil civil = time_civil_from_seconds(timestamp->integer);
	print_padded(out, (uint64_t)civil.year, 4);
	const unsigned parts[] = {civil.month, civil.day, civil.hour, civil.minute, civil.second};
	for (size_t i = 0; i < 5; i++) {
		buf_put_char(out, "--T::"[i]);
		print_padded(out, parts[i], 2);
	}
	print_fraction(out, timestamp->count);
	buf_put_char(out, 'Z');
}

void time_print_duration(const struct value *duration, struct buf *out)
{
	int32_t nanos = (int32_t)duration->count;
	if (duration->integer < 0 || nanos < 0)
		buf_put_char(out, '-');
	buf_put_uint(
		out, (uint64_t)(duration->integer < 0 ? -duration->integer : duration->integer));
	print_fraction(out, (uint32_t)(nanos < 0 ? -nanos : nanos));
	buf_put_char(out, 's');
}
