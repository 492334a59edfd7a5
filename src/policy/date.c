/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/date.h"

#include "base/number.h"

#include <stdio.h>

enum { DAY_S = 86400 };

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from 0000-01-01 to the first of January of a year that is not negative. */
static int64_t days_before_year(int64_t year)
{
	int64_t leap_years = (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
	return year * 365 + leap_years;
}

static int64_t days_of_month(int64_t year, int64_t month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return days[month - 1] + (month == 2 && is_leap(year));
}

static int64_t days_since_1970(int64_t year, int64_t month, int64_t day)
{
	int64_t days = days_before_year(year) - days_before_year(1970) + day - 1;
	for (int64_t before = 1; before < month; before++)
		days += days_of_month(year, before);
	return days;
}

/* Exactly `digits` digits at the front of *rest, and the byte `after` behind them unless it is 0.
 */
static bool take(struct str *rest, size_t digits, char after, int64_t *ret_number)
{
	size_t used = digits + (after != '\0');
	uint64_t number;
	if (rest->len < used || (after != '\0' && rest->data[digits] != after) ||
		!number_parse_uint(str_slice(*rest, 0, digits), 10, &number))
		return false;
	*ret_number = (int64_t)number;
	*rest = str_slice(*rest, used, rest->len);
	return true;
}

static bool take_date(struct str *rest, int64_t *ret_days)
{
	int64_t year, month, day;
	if (!take(rest, 4, '-', &year) || !take(rest, 2, '-', &month) || !take(rest, 2, '\0', &day))
		return false;
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
		return false;
	*ret_days = days_since_1970(year, month, day);
	return true;
}

/* Z, z, +HH:MM or -HH:MM and nothing behind it. */
static bool take_offset(struct str rest, int64_t *ret_s)
{
	*ret_s = 0;
	if (rest.len == 1 && (rest.data[0] == 'Z' || rest.data[0] == 'z'))
		return true;
	if (rest.len != 6 || (rest.data[0] != '+' && rest.data[0] != '-'))
		return false;
	int64_t sign = rest.data[0] == '-' ? -1 : 1, hours, minutes;
	rest = str_slice(rest, 1, rest.len);
	if (!take(&rest, 2, ':', &hours) || !take(&rest, 2, '\0', &minutes) || hours > 23 ||
		minutes > 59)
		return false;
	*ret_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

static struct str skip_fraction(struct str rest)
{
	size_t digits = 1;
	if (rest.len == 0 || rest.data[0] != '.')
		return rest;
	while (digits < rest.len && rest.data[digits] >= '0' && rest.data[digits] <= '9')
		digits++;
	return digits > 1 ? str_slice(rest, digits, rest.len) : rest;
}

bool date_parse_end(struct str text, int64_t *ret_s)
{
	int64_t days, hours, minutes, seconds, offset_s;
	if (!take_date(&text, &days))
		return false;
	*ret_s = (days + 1) * DAY_S;
	if (text.len == 0)
		return true;
	if (text.data[0] != 'T' && text.data[0] != 't' && text.data[0] != ' ')
		return false;
	text = str_slice(text, 1, text.len);
	if (!take(&text, 2, ':', &hours) || !take(&text, 2, ':', &minutes) ||
		!take(&text, 2, '\0', &seconds) || hours > 23 || minutes > 59 || seconds > 60)
		return false;
	if (!take_offset(skip_fraction(text), &offset_s))
		return false;
	*ret_s = days * DAY_S + hours * 3600 + minutes * 60 + seconds - offset_s;
	return true;
}

size_t date_print(int64_t moment_s, char ret_text[DATE_BYTES])
{
	ret_text[0] = '\0';
	int64_t first_s = -days_before_year(1970) * DAY_S;
	int64_t end_s = (days_before_year(10000) - days_before_year(1970)) * DAY_S;
	if (moment_s < first_s || moment_s >= end_s)
		return 0;
	int64_t days = (moment_s - first_s) / DAY_S, second = (moment_s - first_s) % DAY_S;
	int64_t year = days / 366, month = 1;
	while (days_before_year(year + 1) <= days)
		year++;
	days -= days_before_year(year);
	while (days >= days_of_month(year, month))
		days -= days_of_month(year, month++);
	int len = snprintf(ret_text, DATE_BYTES, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)year,
		(int)month, (int)days + 1, (int)(second / 3600), (int)(second / 60 % 60),
		(int)(second % 60));
	return len > 0 && len < DATE_BYTES ? (size_t)len : 0;
}
