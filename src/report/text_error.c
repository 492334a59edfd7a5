/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"
#include "report/text.h"

const char *text_error_kind(enum error_kind kind)
{
	static const char *const names[] = {
		[ERROR_NONE] = "none",
		[ERROR_INPUT] = "input",
		[ERROR_POLICY] = "policy",
		[ERROR_LIMIT] = "limit",
		[ERROR_DENIED] = "denied",
		[ERROR_SYSTEM] = "system",
		[ERROR_BUG] = "bug",
	};
	return names[kind];
}

void text_put_error(struct buf *out, const struct text_style *style, const char *word,
	const struct error *err, struct str text)
{
	enum medium medium = style->unicode ? MEDIUM_TERMINAL : MEDIUM_TERMINAL_ASCII;
	enum style weight = word[0] == 'e' ? STYLE_DENY : STYLE_WARN;
	style_put(out, style->colour, weight);
	buf_put(out, str_from(word));
	buf_put_char(out, '[');
	buf_put(out, str_from(text_error_kind(err->kind)));
	buf_put_char(out, ']');
	style_put(out, style->colour, STYLE_NONE);
	buf_puts(out, ": ");
	style_put(out, style->colour, STYLE_STRONG);
	escape_put(out, medium, str_from(err->message));
	style_put(out, style->colour, STYLE_NONE);
	buf_put_char(out, '\n');
	struct excerpt excerpt = {.file = err->file,
		.text = text,
		.origin = err->origin,
		.length = err->length,
		.style = weight,
		.colour = style->colour,
		.unicode = style->unicode};
	excerpt_put(out, &excerpt, style->lines);
	if (err->remedy[0] == '\0')
		return;
	excerpt_put_spaces(out, excerpt_indent(err->origin));
	style_put(out, style->colour, STYLE_FRAME);
	buf_puts(out, "= ");
	style_put(out, style->colour, STYLE_NONE);
	buf_puts(out, "fix: ");
	escape_put(out, medium, str_from(err->remedy));
	buf_put_char(out, '\n');
}
