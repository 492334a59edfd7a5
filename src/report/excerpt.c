/* SPDX-License-Identifier: Apache-2.0 */
#include "report/excerpt.h"

#include "base/utf8.h"
#include "report/escape.h"

enum {
	TAB_COLUMNS = 4,
	WINDOW_BYTES = 160,              /* of a long line are shown */
	WINDOW_BEFORE_BYTES = 60,        /* of them before the caret */
	SHOWN_BYTES = WINDOW_BYTES * 12, /* an escaped byte takes at most this share */
};

void style_put(struct buf *out, bool colour, enum style style)
{
	static const struct str codes[] = {
		[STYLE_NONE] = STR_INIT("\x1b[0m"),
		[STYLE_DENY] = STR_INIT("\x1b[1;31m"),
		[STYLE_WARN] = STR_INIT("\x1b[1;33m"),
		[STYLE_GOOD] = STR_INIT("\x1b[1;32m"),
		[STYLE_FRAME] = STR_INIT("\x1b[34m"),
		[STYLE_STRONG] = STR_INIT("\x1b[1m"),
		[STYLE_FAINT] = STR_INIT("\x1b[2m"),
	};
	if (colour)
		buf_put(out, codes[style]);
}

struct rune_range {
	uint32_t first, last;
};

/* clang-format off */
/* East Asian Wide and Fullwidth, and emoji shown in two columns. */
static const struct rune_range wide[] = {
	{0x1100, 0x115F}, {0x231A, 0x231B}, {0x2329, 0x232A}, {0x23E9, 0x23EC}, {0x25FD, 0x25FE},
	{0x2614, 0x2615}, {0x2648, 0x2653}, {0x26AA, 0x26AB}, {0x26BD, 0x26BE}, {0x26C4, 0x26C5},
	{0x2705, 0x2705}, {0x270A, 0x270B}, {0x2728, 0x2728}, {0x274C, 0x274C}, {0x2753, 0x2755},
	{0x2795, 0x2797}, {0x2B1B, 0x2B1C}, {0x2E80, 0x303E}, {0x3041, 0x33FF}, {0x3400, 0x4DBF},
	{0x4E00, 0xA4CF}, {0xA960, 0xA97C}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE10, 0xFE19},
	{0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x16FE0, 0x18CFF}, {0x1AFF0, 0x1B2FF},
	{0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A},
	{0x1F200, 0x1F265}, {0x1F300, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C},
	{0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0},
	{0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D},
	{0x1F550, 0x1F567}, {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6D0, 0x1F6D7},
	{0x1F6EB, 0x1F6EC}, {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7F0}, {0x1F90C, 0x1F9FF},
	{0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

/* Combining marks of the scripts one meets; the rest counts one column. */
static const struct rune_range combining[] = {
	{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
	{0x06D6, 0x06DC}, {0x0900, 0x0902}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x0E31, 0x0E31},
	{0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20F0},
	{0x302A, 0x302D}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF},
};
/* clang-format on */

unsigned excerpt_rune_columns(uint32_t rune)
{
	if (rune < 0x300)
		return 1;
	for (size_t i = 0; i < sizeof(combining) / sizeof(combining[0]); i++)
		if (rune >= combining[i].first && rune <= combining[i].last)
			return 0;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (rune >= wide[i].first && rune <= wide[i].last)
			return 2;
	return 1;
}

/* One source line as it will stand on the screen. */
struct shown {
	struct buf text;
	char memory[SHOWN_BYTES];
	size_t columns;
	size_t caret_from, caret_to; /* columns */
};

/* The bytes of a line that are shown: all of a short one. */
struct window {
	struct str bytes;
	size_t offset; /* of bytes in the line */
	bool cut_before, cut_after;
	bool hides; /* a secret follows */
};

static void put_rune(struct shown *shown, struct str bytes, uint32_t rune, bool unicode)
{
	size_t before = shown->text.len;
	if (rune == '\t') {
		do {
			buf_put_char(&shown->text, ' ');
			shown->columns++;
		} while (shown->columns % TAB_COLUMNS != 0);
		return;
	}
	bool as_is = utf8_is_visible(rune) && (unicode || rune < 0x80);
	if (as_is) {
		buf_put(&shown->text, bytes);
		shown->columns += excerpt_rune_columns(rune);
		return;
	}
	escape_put(&shown->text, unicode ? MEDIUM_TERMINAL : MEDIUM_TERMINAL_ASCII, bytes);
	shown->columns += shown->text.len - before;
}

/* Nearly every line: one byte is one column, and all can be copied at once. */
static bool is_plain(struct str bytes)
{
	unsigned odd = 0;
	for (size_t i = 0; i < bytes.len; i++)
		odd |= (unsigned char)bytes.data[i] < 0x20 || (unsigned char)bytes.data[i] > 0x7E;
	return odd == 0;
}

static void put_plain(struct shown *shown, const struct window *window, size_t from, size_t to)
{
	size_t base = shown->columns, end = window->offset + window->bytes.len;
	buf_put(&shown->text, window->bytes);
	shown->columns += window->bytes.len;
	shown->caret_from = base + (from < end ? from : end) - window->offset;
	shown->caret_to = base + (to < end ? to : end) - window->offset;
}

static void put_runes(
	struct shown *shown, const struct window *window, size_t from, size_t to, bool unicode)
{
	bool begun = false;
	size_t at = 0;
	while (at < window->bytes.len) {
		size_t start = at, place = window->offset + at;
		if (place >= from && !begun)
			shown->caret_from = shown->columns;
		begun |= place >= from;
		uint32_t rune = utf8_next(window->bytes, &at);
		put_rune(shown, str_slice(window->bytes, start, at), rune, unicode);
		if (place < to)
			shown->caret_to = shown->columns;
	}
	if (!begun)
		shown->caret_from = shown->columns;
}

static void put_hidden(struct shown *shown, const struct window *window, size_t from)
{
	static const struct str sign = STR_INIT("(hidden)");
	buf_put(&shown->text, sign);
	if (from >= window->offset + window->bytes.len) {
		shown->caret_from = shown->columns;
		shown->caret_to = shown->columns + sign.len;
	}
	shown->columns += sign.len;
}

static void put_window(
	struct shown *shown, const struct window *window, size_t from, size_t to, bool unicode)
{
	buf_init_fixed(&shown->text, shown->memory, sizeof(shown->memory));
	shown->columns = shown->caret_from = shown->caret_to = 0;
	if (window->cut_before)
		put_rune(shown, STR("~"), '~', unicode);
	if (is_plain(window->bytes))
		put_plain(shown, window, from, to);
	else
		put_runes(shown, window, from, to, unicode);
	if (window->hides)
		put_hidden(shown, window, from);
	if (shown->caret_to <= shown->caret_from)
		shown->caret_to = shown->caret_from + 1;
	if (window->cut_after)
		put_rune(shown, STR("~"), '~', unicode);
}

static bool continues_rune(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

/* A window does not begin or end within a character. */
static struct window window_of(struct str text, size_t start, size_t column)
{
	size_t first =
		column > WINDOW_BEFORE_BYTES + WINDOW_BYTES / 4 ? column - WINDOW_BEFORE_BYTES : 0;
	first = first < text.len - start ? first : text.len - start;
	for (int i = 0; i < 3 && first > 0 && start + first < text.len; i++)
		first -= continues_rune(text.data[start + first]);
	size_t len = lines_length(text, start + first, WINDOW_BYTES + 1);
	bool cut = len > WINDOW_BYTES;
	len = cut ? WINDOW_BYTES : len;
	for (int i = 0; i < 3 && cut && len > 1; i++)
		len -= continues_rune(text.data[start + first + len]);
	return (struct window){
		.bytes = str_slice(text, start + first, start + first + len),
		.offset = first,
		.cut_before = first > 0,
		.cut_after = cut,
	};
}

static unsigned digits_of(uint32_t number)
{
	unsigned digits = 1;
	while (number >= 10) {
		number /= 10;
		digits++;
	}
	return digits;
}

void excerpt_put_spaces(struct buf *out, size_t count)
{
	static const struct str spaces = STR_INIT("                                ");
	for (; count > spaces.len; count -= spaces.len)
		buf_put(out, spaces);
	buf_put(out, str_slice(spaces, 0, count));
}

static void put_outside(struct buf *out, const struct excerpt *e, struct str text)
{
	escape_put(out, e->unicode ? MEDIUM_TERMINAL : MEDIUM_TERMINAL_ASCII, text);
}

/* `23 |`, or as wide without the number when line is 0. */
static void put_gutter(struct buf *out, const struct excerpt *e, uint32_t line)
{
	style_put(out, e->colour, STYLE_FRAME);
	if (line > 0)
		buf_put_uint(out, line);
	excerpt_put_spaces(out, digits_of(e->origin.line) - (line > 0 ? digits_of(line) : 0));
	buf_puts(out, " |");
	style_put(out, e->colour, STYLE_NONE);
}

/* End the window where the first secret of the line begins. */
static void hide(struct window *window, const struct excerpt *e, uint32_t line)
{
	for (size_t i = 0; i < e->hidden_count; i++) {
		size_t column = e->hidden[i].column > 0 ? e->hidden[i].column - 1 : 0;
		size_t before = column > window->offset ? column - window->offset : 0;
		if (e->hidden[i].line != line || before > window->bytes.len)
			continue;
		window->bytes = str_slice(window->bytes, 0, before);
		window->hides = true;
		window->cut_after = false;
	}
}

static void put_line(
	struct buf *out, const struct excerpt *e, uint32_t line, size_t start, struct shown *shown)
{
	bool marked = line == e->origin.line;
	size_t column = marked && e->origin.column > 0 ? e->origin.column - 1 : 0;
	struct window window = window_of(e->text, start, column);
	hide(&window, e, line);
	put_window(shown, &window, column, column + (e->length > 0 ? e->length : 1), e->unicode);
	put_gutter(out, e, line);
	if (shown->text.len > 0)
		buf_put_char(out, ' ');
	buf_put(out, buf_str(&shown->text));
	buf_put_char(out, '\n');
}

static void put_carets(struct buf *out, const struct excerpt *e, const struct shown *shown)
{
	put_gutter(out, e, 0);
	excerpt_put_spaces(out, shown->caret_from + 1);
	style_put(out, e->colour, e->style);
	for (size_t i = shown->caret_from; i < shown->caret_to; i++)
		buf_put_char(out, '^');
	if (e->label.len > 0)
		buf_put_char(out, ' ');
	put_outside(out, e, e->label);
	style_put(out, e->colour, STYLE_NONE);
	buf_put_char(out, '\n');
}

static void put_arrow(struct buf *out, const struct excerpt *e)
{
	excerpt_put_spaces(out, digits_of(e->origin.line));
	style_put(out, e->colour, STYLE_FRAME);
	buf_puts(out, "--> ");
	style_put(out, e->colour, STYLE_NONE);
	put_outside(out, e, e->file);
	if (e->origin.line > 0) {
		buf_put_char(out, ':');
		buf_put_uint(out, e->origin.line);
		buf_put_char(out, ':');
		buf_put_uint(out, e->origin.column);
	}
	buf_put_char(out, '\n');
}

/* The line before is worth its place only when it says something. */
static void put_line_before(
	struct buf *out, const struct excerpt *e, struct lines *lines, struct shown *shown)
{
	size_t start = lines_find(lines, e->text, e->origin.line - 1);
	if (start == SIZE_MAX)
		return;
	struct str line =
		str_slice(e->text, start, start + lines_length(e->text, start, WINDOW_BYTES));
	if (str_trim(line).len == 0 || str_starts_with(line, STR("---")))
		return;
	put_line(out, e, e->origin.line - 1, start, shown);
}

unsigned excerpt_indent(struct origin origin)
{
	return digits_of(origin.line) + 1;
}

void excerpt_put(struct buf *out, const struct excerpt *excerpt, struct lines *lines)
{
	if (excerpt->file.len > 0)
		put_arrow(out, excerpt);
	if (excerpt->text.len == 0 || excerpt->origin.line == 0)
		return;
	size_t start = lines_find(lines, excerpt->text, excerpt->origin.line);
	if (start == SIZE_MAX)
		return;
	struct shown shown;
	put_gutter(out, excerpt, 0);
	buf_put_char(out, '\n');
	if (excerpt->before && excerpt->origin.line > 1)
		put_line_before(out, excerpt, lines, &shown);
	put_line(out, excerpt, excerpt->origin.line,
		lines_find(lines, excerpt->text, excerpt->origin.line), &shown);
	put_carets(out, excerpt, &shown);
}
