/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/record.h"

#include "cel/datetime.h"
#include "data/canonical.h"

void record_print_time(struct record_time time, struct buf *out)
{
	const int64_t last_second = 253402300799; /* of the year 9999 */
	int64_t seconds = time.seconds < 0             ? 0
			  : time.seconds > last_second ? last_second
						       : time.seconds;
	struct time_civil at = time_civil_from_seconds(seconds);
	buf_printf(out, "%04d-%02u-%02uT%02u:%02u:%02u.%09uZ", (int)at.year, at.month, at.day,
		at.hour, at.minute, at.second, time.nanoseconds % 1000000000u);
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

void record_print_prune(struct arena *arena, struct buf *out, struct record_time time,
	const struct record_prune *prune)
{
	struct value archive = value_string(prune->archive);
	struct error never = {0}; /* a string has a text */
	buf_puts(out, "{\"apiVersion\":\"gabion.dev/v1\",\"kind\":\"Record\",\"prune\":{"
		      "\"archive\":");
	(void)canonical_put(arena, &archive, out, &never);
	buf_puts(out, ",\"first\":");
	buf_put_uint(out, prune->first);
	buf_printf(out, ",\"forced\":%s,\"minimum\":", prune->forced ? "true" : "false");
	buf_put_uint(out, prune->minimum);
	buf_printf(out, ",\"user\":\"%u\"},\"time\":\"", prune->user);
	record_print_time(time, out);
	buf_puts(out, "\",\"type\":\"prune\"}");
}

void record_print_clock(struct buf *out, struct record_time expected, struct record_time found)
{
	buf_puts(out, "{\"actor\":{\"program\":\"gabion-notary\"},"
		      "\"apiVersion\":\"gabion.dev/v1\",\"clock\":{\"expected\":\"");
	record_print_time(expected, out);
	buf_puts(out, "\",\"found\":\"");
	record_print_time(found, out);
	buf_puts(out, "\"},\"kind\":\"Record\",\"time\":\"");
	record_print_time(found, out);
	buf_puts(out, "\",\"type\":\"clock\"}");
}
