/* SPDX-License-Identifier: Apache-2.0 */
#include "report/columns.h"

#include "base/utf8.h"

struct columns_range columns_find(struct columns *columns, struct lines *lines, struct str text,
	struct origin origin, uint32_t length)
{
	size_t start = lines_find(lines, text, origin.line);
	size_t column = origin.column > 0 ? origin.column : 1;
	if (start == SIZE_MAX)
		return (struct columns_range){column, column + (length > 0 ? length : 1)};
	size_t bytes = column - 1 < text.len - start ? column - 1 : text.len - start;
	if (columns->start != start || columns->bytes > bytes)
		*columns = (struct columns){.start = start};
	columns->runes += utf8_count(str_slice(text, start + columns->bytes, start + bytes));
	columns->bytes = bytes;
	size_t marked = lines_length(text, start + bytes, length);
	size_t wide = utf8_count(str_slice(text, start + bytes, start + bytes + marked));
	return (struct columns_range){
		columns->runes + 1, columns->runes + 1 + (wide > 0 ? wide : 1)};
}
