/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"

#include "base/utf8.h"

/* How a medium writes what it cannot take as it is. */
struct rules {
	const char *ascii[128]; /* replacement of a visible byte; NULL: as it is */
	void (*hidden)(struct buf *out, struct str bytes, uint32_t rune);
	bool ascii_only;
	bool bare; /* no visible ASCII is replaced */
};

/* Visible in any medium whose own escape character is not the backslash. */
static void put_hidden(struct buf *out, struct str bytes, uint32_t rune)
{
	if (rune == '\n')
		buf_puts(out, "\\n");
	else if (rune == '\t')
		buf_puts(out, "\\t");
	else if (rune >= 0x80 && rune != UTF8_INVALID)
		buf_printf(out, "\\u{%x}", rune);
	else
		buf_printf(out, "\\x%02x", (unsigned char)bytes.data[0]);
}

/* In Markdown and manual pages a backslash must be doubled or named. */
static void put_hidden_markdown(struct buf *out, struct str bytes, uint32_t rune)
{
	buf_puts(out, "\\");
	put_hidden(out, bytes, rune);
}

static void put_hidden_mdoc(struct buf *out, struct str bytes, uint32_t rune)
{
	(void)bytes;
	if (rune == UTF8_INVALID)
		buf_puts(out, "?");
	else
		buf_printf(out, "\\[u%04X]", rune);
}

static void put_hidden_json(struct buf *out, struct str bytes, uint32_t rune)
{
	(void)bytes;
	if (rune == '\n')
		buf_puts(out, "\\n");
	else if (rune == '\t')
		buf_puts(out, "\\t");
	else if (rune == UTF8_INVALID)
		buf_puts(out, "\\ufffd");
	else if (rune < 0x10000)
		buf_printf(out, "\\u%04x", rune);
	else
		buf_printf(out, "\\u%04x\\u%04x", 0xD800 + ((rune - 0x10000) >> 10),
			0xDC00 + ((rune - 0x10000) & 0x3FF));
}

static void put_hidden_uri(struct buf *out, struct str bytes, uint32_t rune)
{
	(void)rune;
	for (size_t i = 0; i < bytes.len; i++)
		buf_printf(out, "%%%02X", (unsigned char)bytes.data[i]);
}

/* clang-format off */
static const struct rules media[MEDIA] = {
	[MEDIUM_TERMINAL] = {.hidden = put_hidden, .bare = true},
	[MEDIUM_TERMINAL_ASCII] = {.hidden = put_hidden, .bare = true, .ascii_only = true},
	[MEDIUM_JSON] = {.hidden = put_hidden_json, .ascii = {['"'] = "\\\"", ['\\'] = "\\\\"}},
	[MEDIUM_XML] = {.hidden = put_hidden, .ascii = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&apos;"}},
	/* "@" and ":" as entities, or GitHub makes mentions and links of names and addresses. */
	[MEDIUM_MARKDOWN] = {.hidden = put_hidden_markdown, .ascii = {
		['\\'] = "\\\\", ['`'] = "\\`", ['*'] = "\\*", ['_'] = "\\_", ['{'] = "\\{", ['}'] = "\\}",
		['['] = "\\[", [']'] = "\\]", ['('] = "\\(", [')'] = "\\)", ['#'] = "\\#", ['+'] = "\\+",
		['!'] = "\\!", ['|'] = "\\|", ['~'] = "\\~", ['$'] = "\\$", ['&'] = "&amp;",
		['<'] = "&lt;", ['>'] = "&gt;", ['@'] = "&#64;", [':'] = "&#58;"}},
	[MEDIUM_GITHUB_DATA] = {.hidden = put_hidden, .ascii = {['%'] = "%25"}},
	[MEDIUM_GITHUB_PROPERTY] = {.hidden = put_hidden, .ascii = {
		['%'] = "%25", [':'] = "%3A", [','] = "%2C"}},
	[MEDIUM_URI] = {.hidden = put_hidden_uri, .ascii_only = true, .ascii = {
		[' '] = "%20", ['!'] = "%21", ['"'] = "%22", ['#'] = "%23", ['$'] = "%24", ['%'] = "%25",
		['&'] = "%26", ['\''] = "%27", ['('] = "%28", [')'] = "%29", ['*'] = "%2A", ['+'] = "%2B",
		[','] = "%2C", [':'] = "%3A", [';'] = "%3B", ['<'] = "%3C", ['='] = "%3D", ['>'] = "%3E",
		['?'] = "%3F", ['@'] = "%40", ['['] = "%5B", ['\\'] = "%5C", [']'] = "%5D", ['^'] = "%5E",
		['`'] = "%60", ['{'] = "%7B", ['|'] = "%7C", ['}'] = "%7D"}},
	[MEDIUM_MDOC] = {.hidden = put_hidden_mdoc, .ascii_only = true, .ascii = {
		['\\'] = "\\e", ['-'] = "\\-", ['"'] = "\\(dq"}},
};
/* clang-format on */

/* How many of the next bytes are surely plain in a medium that replaces none of them. */
static size_t plain_run(const char *data, size_t len)
{
	static const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
	size_t at = 0;
	for (; at + 8 <= len; at += 8) {
		uint64_t bytes;
		memcpy(&bytes, data + at, 8);
		uint64_t below_space = (bytes - ones * 0x20) & ~bytes;
		uint64_t deletes = bytes ^ (ones * 0x7F);
		deletes = (deletes - ones) & ~deletes;
		if ((bytes | below_space | deletes) & highs)
			break;
	}
	return at;
}

static bool plain(const struct rules *rules, unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7F && !rules->ascii[byte];
}

/* The last two of the plane are no characters; XML 1.0 section 2.2 refuses them. */
static bool visible(uint32_t rune)
{
	return utf8_is_visible(rune) && rune != 0xFFFE && rune != 0xFFFF;
}

/* The first byte at or after `at` that needs a look. */
static size_t skip_plain(const struct rules *rules, struct str text, size_t at)
{
	if (rules->bare)
		at += plain_run(text.data + at, text.len - at);
	while (at < text.len && plain(rules, (unsigned char)text.data[at]))
		at++;
	return at;
}

void escape_put(struct buf *out, enum medium medium, struct str text)
{
	const struct rules *rules = &media[medium];
	size_t written = 0;
	if (text.len == 0)
		return;
	for (size_t at = skip_plain(rules, text, 0); at < text.len;
		at = skip_plain(rules, text, at)) {
		size_t start = at;
		uint32_t rune = utf8_next(text, &at);
		bool shown = visible(rune);
		if (shown && rune >= 0x80 && !rules->ascii_only)
			continue;
		buf_put(out, str_slice(text, written, start));
		written = at;
		if (shown && rune < 0x80)
			buf_put(out, str_from(rules->ascii[rune]));
		else
			rules->hidden(out, str_slice(text, start, at), rune);
	}
	buf_put(out, str_slice(text, written, text.len));
}
