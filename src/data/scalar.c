/* SPDX-License-Identifier: Apache-2.0 */
#include "data/scalar.h"

#include "base/utf8.h"

/* A walk over the source that spends the bytes of the value it meets. */
struct walk {
	struct str text;
	size_t at;
	size_t line_start;
	uint32_t line;
	size_t left; /* bytes of the value before the wanted one */
};

static bool find_start(struct walk *walk, struct str text, struct origin origin)
{
	if (str_starts_with(text, STR("\xEF\xBB\xBF")))
		text = str_slice(text, 3, text.len);
	*walk = (struct walk){.text = text, .line = 1};
	while (walk->line < origin.line) {
		size_t feed = str_find_char(str_slice(text, walk->line_start, text.len), '\n');
		if (feed == SIZE_MAX)
			return false;
		walk->line_start += feed + 1;
		walk->line++;
	}
	walk->at = walk->line_start + origin.column - 1;
	return origin.column > 0 && walk->at < text.len;
}

static struct origin here(const struct walk *walk)
{
	return (struct origin){walk->line, (uint32_t)(walk->at - walk->line_start) + 1};
}

static char peek(const struct walk *walk, size_t ahead)
{
	return walk->at + ahead < walk->text.len ? walk->text.data[walk->at + ahead] : '\0';
}

static bool at_end(const struct walk *walk)
{
	return walk->at >= walk->text.len;
}

static void skip_blanks(struct walk *walk)
{
	while (peek(walk, 0) == ' ' || peek(walk, 0) == '\t')
		walk->at++;
}

/* Pass a line end, if there is one here. */
static bool skip_break(struct walk *walk)
{
	size_t len = peek(walk, 0) == '\r' && peek(walk, 1) == '\n' ? 2 : 1;
	if (at_end(walk) || peek(walk, len - 1) != '\n')
		return false;
	walk->at += len;
	walk->line++;
	walk->line_start = walk->at;
	return true;
}

/* Spend the bytes that the source from here stands for; false when the wanted one is among them. */
static bool spend(struct walk *walk, size_t bytes)
{
	if (walk->left < bytes)
		return false;
	walk->left -= bytes;
	return true;
}

/* Blanks before a line end: one line end is a space, n are n - 1 line feeds; else they count. */
static bool pass_blanks(struct walk *walk)
{
	struct walk ahead = *walk;
	skip_blanks(&ahead);
	size_t breaks = 0;
	while (skip_break(&ahead)) {
		breaks++;
		skip_blanks(&ahead);
	}
	size_t bytes = breaks == 0 ? ahead.at - walk->at : breaks == 1 ? 1 : breaks - 1;
	if (breaks == 0 && walk->left < bytes) {
		walk->at += walk->left;
		return false;
	}
	if (!spend(walk, bytes))
		return false;
	size_t left = walk->left;
	*walk = ahead;
	walk->left = left;
	return true;
}

static uint32_t read_hex(const struct walk *walk, size_t ahead, size_t digits)
{
	uint32_t number = 0;
	for (size_t i = 0; i < digits; i++) {
		char c = peek(walk, ahead + i);
		uint32_t digit = c >= 'a'   ? (uint32_t)(c - 'a') + 10
				 : c >= 'A' ? (uint32_t)(c - 'A') + 10
					    : (uint32_t)(c - '0');
		number = number << 4 | (digit & 15);
	}
	return number;
}

/* An escape of double quotes: its bytes in the source and in the value. */
static void measure_escape(const struct walk *walk, size_t *ret_source, size_t *ret_value)
{
	static const struct {
		char letter;
		uint8_t digits; /* hexadecimal, behind the letter */
		uint8_t value;  /* bytes, when there are no digits */
	} escapes[] = {{'x', 2, 0}, {'u', 4, 0}, {'U', 8, 0}, {'N', 0, 2}, {'_', 0, 2}, {'L', 0, 3},
		{'P', 0, 3}};
	*ret_source = 2;
	*ret_value = 1;
	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		if (escapes[i].letter != peek(walk, 1))
			continue;
		uint32_t rune = read_hex(walk, 2, escapes[i].digits);
		bool pair = rune >= 0xD800 && rune <= 0xDBFF && peek(walk, 6) == '\\';
		*ret_source = pair ? 12 : 2 + (size_t)escapes[i].digits;
		*ret_value = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 && !pair ? 3 : 4;
		if (escapes[i].value > 0)
			*ret_value = escapes[i].value;
	}
}

/* One piece of a quoted or plain scalar; false when the walk has arrived. */
static bool pass_piece(struct walk *walk, char quote)
{
	char c = peek(walk, 0);
	size_t source = 1, value = 1;
	if (at_end(walk) || (c == quote && !(quote == '\'' && peek(walk, 1) == '\'')))
		return false;
	if (c == ' ' || c == '\t' || c == '\n' || (c == '\r' && peek(walk, 1) == '\n'))
		return pass_blanks(walk);
	if (quote == '"' && c == '\\') {
		struct walk next = *walk;
		next.at++;
		skip_blanks(&next);
		if (skip_break(&next)) {
			skip_blanks(&next);
			*walk = next;
			return true;
		}
		measure_escape(walk, &source, &value);
	} else if (quote == '\'' && c == '\'') {
		source = 2;
	}
	if (!spend(walk, value))
		return false;
	walk->at += source;
	return true;
}

static struct origin flow_position(struct walk *walk)
{
	char quote = peek(walk, 0);
	if (quote == '"' || quote == '\'')
		walk->at++;
	else
		quote = '\0';
	while (walk->left > 0 && pass_piece(walk, quote))
		;
	return here(walk);
}

/* The column of the key before the indicator, behind the dashes of lists. */
static size_t parent_indent(const struct walk *walk)
{
	size_t indicator = walk->at - walk->line_start, indent = 0, dash = 0;
	const char *line = walk->text.data + walk->line_start;
	if (str_starts_with((struct str){line, indicator}, STR("---")))
		return 0;
	while (indent < indicator && (line[indent] == ' ' || line[indent] == '-')) {
		dash = line[indent] == '-' ? indent : dash;
		indent++;
	}
	return indent < indicator ? indent : dash;
}

/* Behind the header of a block scalar; the indentation of its lines, SIZE_MAX for that of the
 * first line that is not blank. */
static size_t read_header(struct walk *walk)
{
	size_t indent = SIZE_MAX, parent = parent_indent(walk);
	while (!at_end(walk) && peek(walk, 0) != '\n') {
		char c = peek(walk, 0);
		if (c >= '1' && c <= '9' && indent == SIZE_MAX)
			indent = parent + (size_t)(c - '0');
		if (c == '#')
			break;
		walk->at++;
	}
	while (!at_end(walk) && !skip_break(walk))
		walk->at++;
	return indent;
}

static size_t count_spaces(const struct walk *walk)
{
	size_t count = 0;
	while (peek(walk, count) == ' ')
		count++;
	return count;
}

static size_t line_length(const struct walk *walk)
{
	size_t feed = str_find_char(str_slice(walk->text, walk->at, walk->text.len), '\n');
	size_t len = feed == SIZE_MAX ? walk->text.len - walk->at : feed;
	return len > 0 && peek(walk, len - 1) == '\r' ? len - 1 : len;
}

/* Whether the line here has nothing within the indentation and nothing behind it. */
static bool is_blank_line(const struct walk *walk, size_t indent)
{
	size_t spaces = count_spaces(walk), len = line_length(walk);
	return spaces >= len && (indent == SIZE_MAX || len <= indent);
}

/* The bytes that stand for what is between two lines of text: the end of the first, which folding
 * makes a space or drops, and one for each blank line. */
static size_t bytes_between(bool folds, bool first, size_t blank_lines)
{
	if (first)
		return blank_lines;
	return folds && blank_lines > 0 ? blank_lines : blank_lines + 1;
}

static size_t skip_blank_lines(struct walk *walk, size_t indent)
{
	size_t count = 0;
	while (!at_end(walk) && is_blank_line(walk, indent)) {
		walk->at += line_length(walk);
		if (!skip_break(walk))
			break;
		count++;
	}
	return count;
}

static struct origin block_position(struct walk *walk)
{
	bool folded = peek(walk, 0) == '>', first = true, blank_before = false;
	size_t indent = read_header(walk);
	struct origin last = here(walk);
	for (;;) {
		size_t blank_lines = skip_blank_lines(walk, indent);
		size_t spaces = count_spaces(walk);
		indent = indent == SIZE_MAX ? spaces : indent;
		if (at_end(walk) || spaces < indent)
			return last;
		walk->at += indent;
		bool blank = peek(walk, 0) == ' ' || peek(walk, 0) == '\t';
		bool folds = folded && !blank && !blank_before;
		if (!spend(walk, bytes_between(folds, first, blank_lines)))
			return last;
		size_t len = line_length(walk);
		walk->at += walk->left < len ? walk->left : len;
		last = here(walk);
		if (walk->left <= len || !skip_break(walk))
			return last;
		walk->left -= len;
		first = false;
		blank_before = blank;
	}
}

struct origin scalar_position(struct str text, struct origin origin, size_t offset)
{
	struct walk walk;
	if (!find_start(&walk, text, origin))
		return origin;
	walk.left = offset;
	switch (peek(&walk, 0)) {
	case '*':
		return origin;
	case '|':
	case '>':
		return block_position(&walk);
	default:
		return flow_position(&walk);
	}
}
