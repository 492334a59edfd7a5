/* SPDX-License-Identifier: Apache-2.0 */
#include "report/lines.h"

static bool forward(struct lines *lines)
{
	struct str rest = str_slice(lines->text, lines->start, lines->text.len);
	size_t end = str_find_char(rest, '\n');
	if (end == SIZE_MAX)
		return false;
	lines->start += end + 1;
	lines->line++;
	return true;
}

static void backward(struct lines *lines)
{
	const char *data = lines->text.data;
	const char *end = lines->start > 1 ? memrchr(data, '\n', lines->start - 1) : NULL;
	lines->start = end ? (size_t)(end - data) + 1 : 0;
	lines->line--;
}

size_t lines_find(struct lines *lines, struct str text, uint32_t line)
{
	if (line == 0)
		return SIZE_MAX;
	if (lines->line == 0 || lines->text.data != text.data || lines->text.len != text.len)
		*lines = (struct lines){.text = text, .line = 1};
	if (line < lines->line / 2) {
		lines->line = 1;
		lines->start = 0;
	}
	while (lines->line > line)
		backward(lines);
	while (lines->line < line)
		if (!forward(lines))
			return SIZE_MAX;
	return lines->start;
}

size_t lines_length(struct str text, size_t start, size_t most)
{
	struct str line = str_slice(text, start, text.len);
	line = str_slice(line, 0, most);
	size_t end = str_find_char(line, '\n');
	size_t len = end == SIZE_MAX ? line.len : end;
	return len > 0 && line.data[len - 1] == '\r' ? len - 1 : len;
}
