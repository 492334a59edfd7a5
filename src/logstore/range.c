/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/range.h"

#include "base/number.h"
#include "ledger/tile.h"

void log_range_print(const struct log_range *range, struct buf *out)
{
	if (range->archived)
		buf_puts(out, "first ");
	else
		buf_puts(out, "minimum ");
	buf_put_uint(out, range->first);
	if (range->archived)
		buf_puts(out, "\nend ");
	else
		buf_puts(out, "\nrecord ");
	buf_put_uint(out, range->archived ? range->end : range->pruned_by);
	buf_put_char(out, '\n');
}

/* "<word> <decimal>" and a line feed. */
static bool next_number(struct str *rest, struct str word, uint64_t *ret_number)
{
	struct str line, name;
	if (!str_next_part(rest, '\n', &line) || !rest->data || !str_next_part(&line, ' ', &name) ||
		!line.data)
		return false;
	bool padded = line.len > 1 && line.data[0] == '0';
	return str_equal(name, word) && !padded && number_parse_uint(line, 10, ret_number);
}

static bool fits(const struct log_range *range, uint64_t size)
{
	if (range->first % TILE_WIDTH != 0 || range->first > range->end || range->end > size)
		return false;
	if (range->archived)
		return range->end % TILE_WIDTH == 0;
	return range->pruned_by >= range->first && range->pruned_by < size;
}

int log_range_parse(struct str text, uint64_t size, struct log_range *range, struct error *err)
{
	uint64_t second;
	bool archived = range->archived;
	bool whole = next_number(&text, archived ? STR("first") : STR("minimum"), &range->first) &&
		     next_number(&text, archived ? STR("end") : STR("record"), &second) &&
		     text.len == 0;
	if (whole) {
		range->end = archived ? second : size;
		range->pruned_by = archived ? 0 : second;
	}
	if (whole && fits(range, size))
		return 0;
	return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"the file '%s' does not say which of the %llu records are here",
		archived ? ARCHIVE_FILE : MINIMUM_FILE, (unsigned long long)size);
}
