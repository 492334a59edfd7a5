/* SPDX-License-Identifier: Apache-2.0 */
#include "data/excerpt.h"

#include "base/utf8.h"

void excerpts_init(struct excerpts *excerpts, struct str text)
{
	if (str_starts_with(text, STR("\xEF\xBB\xBF")))
		text = str_slice(text, 3, text.len);
	*excerpts = (struct excerpts){.text = text, .line = 1};
}

static bool find_line(struct excerpts *excerpts, uint32_t line, struct str *ret_line)
{
	struct str text = excerpts->text;
	if (line < excerpts->line)
		*excerpts = (struct excerpts){.text = text, .line = 1};
	while (excerpts->line < line) {
		struct str rest = str_slice(text, excerpts->offset, text.len);
		size_t feed = str_find_char(rest, '\n');
		if (feed == SIZE_MAX)
			return false;
		excerpts->offset += feed + 1;
		excerpts->line++;
	}
	struct str rest = str_slice(text, excerpts->offset, text.len);
	size_t feed = str_find_char(rest, '\n');
	size_t len = feed == SIZE_MAX ? rest.len : feed;
	len -= len > 0 && rest.data[len - 1] == '\r';
	*ret_line = str_slice(rest, 0, len);
	return line > 0;
}

static size_t quoted_length(struct str line, size_t start)
{
	char quote = line.data[start];
	for (size_t at = start + 1; at < line.len; at++) {
		bool doubled = quote == '\'' && line.data[at] == quote && at + 1 < line.len &&
			       line.data[at + 1] == quote;
		if (doubled || (quote == '"' && line.data[at] == '\\'))
			at++;
		else if (line.data[at] == quote)
			return at + 1 - start;
	}
	return line.len - start;
}

/* Inside brackets a comma or closing bracket ends a plain text. */
static bool is_in_brackets(struct str line, size_t start)
{
	int depth = 0;
	for (size_t at = 0; at < start; at++) {
		char c = line.data[at];
		if (c == '"' || c == '\'')
			at += quoted_length(str_slice(line, 0, start), at) - 1;
		depth += c == '[' || c == '{';
		depth -= c == ']' || c == '}';
	}
	return depth > 0;
}

static size_t plain_length(struct str line, size_t start)
{
	bool brackets = is_in_brackets(line, start);
	size_t at = start;
	for (; at < line.len; at++) {
		char c = line.data[at], next = at + 1 < line.len ? line.data[at + 1] : ' ';
		if ((c == ':' && next == ' ') || (c == ' ' && next == '#') ||
			(brackets && (c == ',' || c == ']' || c == '}')))
			break;
	}
	while (at > start + 1 && str_find_char(STR(" \t,"), line.data[at - 1]) != SIZE_MAX)
		at--;
	return at - start;
}

size_t excerpt_token(struct str line, size_t start)
{
	if (start >= line.len)
		return 0;
	char c = line.data[start];
	if (c == '"' || c == '\'')
		return quoted_length(line, start);
	bool item = c == '-' && (start + 1 == line.len || line.data[start + 1] == ' ');
	if (item || str_find_char(STR("[]{}|>,"), c) != SIZE_MAX)
		return 1;
	return plain_length(line, start);
}

bool excerpt_at(struct excerpts *excerpts, struct origin origin, uint32_t length,
	struct excerpt *ret_excerpt)
{
	struct str line;
	if (origin.column == 0 || !find_line(excerpts, origin.line, &line))
		return false;
	size_t start = origin.column - 1 < line.len ? origin.column - 1 : line.len;
	size_t len = length > 0 ? length : excerpt_token(line, start);
	size_t end = len < line.len - start ? start + len : line.len;
	size_t width = utf8_count(str_slice(line, start, end));
	*ret_excerpt = (struct excerpt){.line = line,
		.start = start,
		.end = end,
		.indent = utf8_count(str_slice(line, 0, start)),
		.width = width > 0 ? width : 1};
	return true;
}
