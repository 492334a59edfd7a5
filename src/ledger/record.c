/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/record.h"

/* Days since 1970 to a date of the Gregorian calendar, counted in eras of 400 years that begin in
 * March. */
static void print_date(int64_t days, struct buf *out)
{
	int64_t shifted = days + 719468;
	int64_t era = shifted / 146097, day_of_era = shifted % 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t march_month = (5 * day_of_year + 2) / 153;
	int64_t day = day_of_year - (153 * march_month + 2) / 5 + 1;
	int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
	int64_t year = year_of_era + era * 400 + (month <= 2);
	buf_printf(out, "%04d-%02d-%02d", (int)year, (int)month, (int)day);
}

void record_print_time(struct record_time time, struct buf *out)
{
	const int64_t last_second = 253402300799; /* of the year 9999 */
	int64_t seconds = time.seconds < 0             ? 0
			  : time.seconds > last_second ? last_second
						       : time.seconds;
	int of_day = (int)(seconds % 86400);
	print_date(seconds / 86400, out);
	buf_printf(out, "T%02d:%02d:%02d.%09uZ", of_day / 3600, of_day / 60 % 60, of_day % 60,
		time.nanoseconds % 1000000000u);
}

void record_print_gap(struct buf *out, struct record_time time, struct str producer, uint64_t first,
	uint64_t last)
{
	buf_puts(out, "{\"apiVersion\":\"gabion.dev/v1\",\"gap\":{\"first\":");
	buf_put_uint(out, first);
	buf_puts(out, ",\"last\":");
	buf_put_uint(out, last);
	buf_puts(out, ",\"producer\":\"");
	for (size_t i = 0; i < producer.len; i++)
		buf_printf(out, "%02x", (unsigned char)producer.data[i]);
	buf_puts(out, "\"},\"kind\":\"Record\",\"time\":\"");
	record_print_time(time, out);
	buf_puts(out, "\",\"type\":\"gap\"}");
}
