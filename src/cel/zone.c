/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/zone.h"

#include "base/number.h"
#include "cel/datetime.h"

bool zone_name_is_safe(struct str name)
{
	if (name.len == 0 || name.len > 255 || name.data[0] == '/' ||
		name.data[name.len - 1] == '/' || str_find(name, STR(".."), 0) != SIZE_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '+' && c != '-' &&
			c != '/')
			return false;
	}
	return true;
}

bool zone_parse_offset(struct str text, int64_t *ret_seconds)
{
	bool west = text.len > 0 && text.data[0] == '-';
	if (west || (text.len > 0 && text.data[0] == '+'))
		text = str_slice(text, 1, text.len);
	uint64_t hours, minutes;
	if (text.len != 5 || text.data[2] != ':' ||
		!number_parse_uint(str_slice(text, 0, 2), 10, &hours) ||
		!number_parse_uint(str_slice(text, 3, 5), 10, &minutes) || hours > 14 ||
		minutes > 59)
		return false;
	int64_t seconds = (int64_t)(hours * 3600 + minutes * 60);
	*ret_seconds = west ? -seconds : seconds;
	return true;
}

enum { TZIF_HEADER_BYTES = 44, TZIF_TYPE_BYTES = 6 };

/* One data block of a TZif file. */
struct block {
	uint32_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
	size_t time_bytes; /* 4 in version 1, else 8 */
	const unsigned char *times, *indices, *types;
	size_t end; /* byte behind the block */
};

static uint32_t read_u32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_time(const struct block *block, uint32_t i)
{
	const unsigned char *at = block->times + i * block->time_bytes;
	if (block->time_bytes == 4)
		return (int32_t)read_u32(at);
	return (int64_t)((uint64_t)read_u32(at) << 32 | read_u32(at + 4));
}

/* The block whose header begins at byte `from`. */
static bool read_block(struct str tzif, size_t from, size_t time_bytes, struct block *ret_block)
{
	if (tzif.len < from + TZIF_HEADER_BYTES || memcmp(tzif.data + from, "TZif", 4) != 0)
		return false;
	const unsigned char *header = (const unsigned char *)tzif.data + from;
	struct block block = {.isutcnt = read_u32(header + 20),
		.isstdcnt = read_u32(header + 24),
		.leapcnt = read_u32(header + 28),
		.timecnt = read_u32(header + 32),
		.typecnt = read_u32(header + 36),
		.charcnt = read_u32(header + 40),
		.time_bytes = time_bytes};
	/* Counts are 32 bits: the sum cannot overflow 64. */
	size_t times = from + TZIF_HEADER_BYTES;
	size_t indices = times + block.timecnt * time_bytes;
	size_t types = indices + block.timecnt;
	block.end = types + (size_t)block.typecnt * TZIF_TYPE_BYTES + block.charcnt +
		    block.leapcnt * (time_bytes + 4) + block.isstdcnt + block.isutcnt;
	if (block.end > tzif.len || block.typecnt == 0)
		return false;
	const unsigned char *data = (const unsigned char *)tzif.data;
	block.times = data + times;
	block.indices = data + indices;
	block.types = data + types;
	*ret_block = block;
	return true;
}

/* Number of transitions at or before the time. */
static uint32_t transitions_until(const struct block *block, int64_t seconds)
{
	uint32_t low = 0, high = block->timecnt;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (read_time(block, middle) <= seconds)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool block_offset(const struct block *block, uint32_t transitions, int64_t *ret_offset)
{
	/* Before the first transition the first type holds. */
	uint32_t type = transitions == 0 ? 0 : block->indices[transitions - 1];
	if (type >= block->typecnt)
		return false;
	*ret_offset = (int32_t)read_u32(block->types + type * TZIF_TYPE_BYTES);
	return true;
}

bool zone_offset(struct str tzif, int64_t seconds, int64_t *ret_offset)
{
	struct block block;
	if (!read_block(tzif, 0, 4, &block))
		return false;
	if (tzif.data[4] < '2')
		return block_offset(&block, transitions_until(&block, seconds), ret_offset);
	if (!read_block(tzif, block.end, 8, &block))
		return false;
	uint32_t transitions = transitions_until(&block, seconds);
	struct str footer = str_slice(tzif, block.end, tzif.len);
	if (transitions == block.timecnt && footer.len > 2 && footer.data[0] == '\n') {
		footer = str_slice(footer, 1, footer.len);
		size_t end = str_find_char(footer, '\n');
		return zone_posix_offset(str_slice(footer, 0, end), seconds, ret_offset);
	}
	return block_offset(&block, transitions, ret_offset);
}

/* When daylight saving begins or ends within a year. */
struct rule {
	char form; /* 'M' month.week.day, 'J' day 1..365 without leap days, 0 day 0..365 */
	unsigned month, week, day;
	int64_t second; /* of the day, may lie outside it */
};

static bool take(struct str *rest, char c)
{
	if (rest->len == 0 || rest->data[0] != c)
		return false;
	*rest = str_slice(*rest, 1, rest->len);
	return true;
}

static bool take_number(struct str *rest, unsigned high, unsigned *ret_number)
{
	size_t digits = 0;
	while (digits < rest->len && digits < 4 && rest->data[digits] >= '0' &&
		rest->data[digits] <= '9')
		digits++;
	uint64_t number;
	if (!number_parse_uint(str_slice(*rest, 0, digits), 10, &number) || number > high)
		return false;
	*rest = str_slice(*rest, digits, rest->len);
	*ret_number = (unsigned)number;
	return true;
}

/* A zone's abbreviation: letters, or anything between < and >. */
static bool take_name(struct str *rest)
{
	if (take(rest, '<')) {
		size_t end = str_find_char(*rest, '>');
		*rest = str_slice(*rest, end == SIZE_MAX ? rest->len : end, rest->len);
		return take(rest, '>');
	}
	size_t letters = 0;
	while (letters < rest->len && (rest->data[letters] | 32) >= 'a' &&
		(rest->data[letters] | 32) <= 'z')
		letters++;
	*rest = str_slice(*rest, letters, rest->len);
	return letters >= 3;
}

/* [+-]hh[:mm[:ss]] in seconds; hours up to 167 (RFC 8536, 3.3.1). */
static bool take_time(struct str *rest, int64_t *ret_seconds)
{
	bool negative = take(rest, '-');
	if (!negative)
		(void)take(rest, '+');
	unsigned hours, minutes = 0, seconds = 0;
	if (!take_number(rest, 167, &hours))
		return false;
	if (take(rest, ':') && !take_number(rest, 59, &minutes))
		return false;
	if (take(rest, ':') && !take_number(rest, 59, &seconds))
		return false;
	int64_t total = (int64_t)hours * 3600 + minutes * 60 + seconds;
	*ret_seconds = negative ? -total : total;
	return true;
}

static bool take_rule(struct str *rest, struct rule *ret_rule)
{
	struct rule rule = {.second = 2 * 3600};
	bool valid;
	if (take(rest, 'M')) {
		rule.form = 'M';
		valid = take_number(rest, 12, &rule.month) && rule.month >= 1 && take(rest, '.') &&
			take_number(rest, 5, &rule.week) && rule.week >= 1 && take(rest, '.') &&
			take_number(rest, 6, &rule.day);
	} else if (take(rest, 'J')) {
		rule.form = 'J';
		valid = take_number(rest, 365, &rule.day) && rule.day >= 1;
	} else {
		valid = take_number(rest, 365, &rule.day);
	}
	if (!valid || (take(rest, '/') && !take_time(rest, &rule.second)))
		return false;
	*ret_rule = rule;
	return true;
}

/* The day of the week-th given weekday of a month; week 5 is the last. */
static int64_t weekday_of_month(int64_t year, const struct rule *rule)
{
	int64_t first = time_days_from_civil(year, rule->month, 1);
	int64_t weekday = first + 4 - time_floor_div(first + 4, 7) * 7;
	int64_t day =
		first + ((int64_t)rule->day - weekday + 7) % 7 + 7 * (int64_t)(rule->week - 1);
	int64_t next = rule->month == 12 ? time_days_from_civil(year + 1, 1, 1)
					 : time_days_from_civil(year, rule->month + 1, 1);
	return day >= next ? day - 7 : day;
}

/* The local second (since 1970) at which the rule takes effect in a year. */
static int64_t rule_second(int64_t year, const struct rule *rule)
{
	int64_t day;
	if (rule->form == 'M') {
		day = weekday_of_month(year, rule);
	} else {
		day = time_days_from_civil(year, 1, 1) + rule->day;
		if (rule->form == 'J')
			day -= !(time_is_leap_year(year) && rule->day >= 60);
	}
	return day * 86400 + rule->second;
}

static bool is_daylight_time(int64_t seconds, int64_t standard, int64_t daylight,
	const struct rule *begin, const struct rule *end)
{
	int64_t year = time_civil_from_seconds(seconds + standard).year;
	int64_t begins = rule_second(year, begin) - standard;
	int64_t ends = rule_second(year, end) - daylight;
	if (begins <= ends)
		return seconds >= begins && seconds < ends;
	return seconds < ends || seconds >= begins; /* south of the equator */
}

bool zone_posix_offset(struct str rest, int64_t seconds, int64_t *ret_offset)
{
	int64_t standard, daylight;
	struct rule begin, end;
	if (!take_name(&rest) || !take_time(&rest, &standard))
		return false;
	standard = -standard; /* POSIX counts west of Greenwich */
	*ret_offset = standard;
	if (rest.len == 0)
		return true;
	daylight = standard + 3600;
	if (!take_name(&rest))
		return false;
	if (rest.len > 0 && rest.data[0] != ',') {
		if (!take_time(&rest, &daylight))
			return false;
		daylight = -daylight;
	}
	if (!take(&rest, ',') || !take_rule(&rest, &begin) || !take(&rest, ',') ||
		!take_rule(&rest, &end) || rest.len != 0)
		return false;
	if (is_daylight_time(seconds, standard, daylight, &begin, &end))
		*ret_offset = daylight;
	return true;
}
