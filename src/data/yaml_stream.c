/* SPDX-License-Identifier: Apache-2.0 */
#include "data/yaml_stream.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "data/scan.h"

void yaml_stream_init(struct yaml_stream *stream, struct str text, struct text_place from,
	enum document_typing typing)
{
	memset(stream, 0, sizeof(*stream));
	stream->text = text;
	stream->typing = typing;
	stream->segment = stream->document = from;
}

static void drop_event(struct yaml_stream *stream)
{
	if (stream->holding)
		yaml_event_delete(&stream->event);
	stream->holding = false;
}

void yaml_stream_release(struct yaml_stream *stream)
{
	drop_event(stream);
	if (stream->parsing)
		yaml_parser_delete(&stream->parser);
	stream->parsing = false;
}

/* c-printable of YAML 1.1, as libyaml has it. */
static bool is_allowed(uint32_t rune)
{
	return rune == 0x85 || (rune >= 0xA0 && rune <= 0xD7FF) ||
	       (rune >= 0xE000 && rune <= 0xFFFD && rune != 0xFEFF) ||
	       (rune >= 0x10000 && rune <= 0x10FFFF);
}

/* Whether a line here begins or ends documents. */
static bool is_boundary(struct str text, size_t at)
{
	struct str line = str_slice(text, at, at + 4);
	if (!str_starts_with(line, STR("---")) && !str_starts_with(line, STR("...")))
		return false;
	return line.len == 3 || str_find_char(STR(" \t\r\n"), line.data[3]) != SIZE_MAX;
}

static struct text_place next_line(struct str text, struct text_place from)
{
	const char *start = text.data + from.offset;
	const char *end =
		from.offset < text.len ? memchr(start, '\n', text.len - from.offset) : NULL;
	return (struct text_place){
		end ? (size_t)(end + 1 - text.data) : text.len, {from.origin.line + 1, 1}};
}

struct text_place yaml_boundary(struct str text, struct text_place from)
{
	struct text_place at = next_line(text, from);
	while (at.offset < text.len && !is_boundary(text, at.offset))
		at = next_line(text, at);
	if (at.offset < text.len && text.data[at.offset] == '.')
		at = next_line(text, at);
	return at;
}

/* Where the document begins that the byte at `inside` belongs to. */
static struct text_place document_of(struct str text, struct text_place from, size_t inside)
{
	for (;;) {
		struct text_place next = yaml_boundary(text, from);
		if (next.offset > inside || next.offset >= text.len)
			return from;
		from = next;
	}
}

/* Find the first byte YAML does not allow, and whether all before it is ASCII with our lines. */
static void scan(struct yaml_stream *stream)
{
	const char *at = stream->text.data + stream->segment.offset;
	const char *end = stream->text.data + stream->text.len;
	stream->scanned = true;
	stream->simple_marks = true;
	stream->bad = SIZE_MAX;
	while ((at = scan_text(at, end)) < end) {
		size_t sequence = 0;
		struct str rest = {at, (size_t)(end - at)};
		if (*at == '\r') {
			at++;
			stream->simple_marks &= at < end && *at == '\n';
			continue;
		}
		stream->simple_marks = false;
		if ((signed char)*at >= 0 || !is_allowed(utf8_next(rest, &sequence))) {
			stream->bad = (size_t)(at - stream->text.data);
			stream->bad_document =
				document_of(stream->text, stream->segment, stream->bad);
			return;
		}
		at += sequence;
	}
}

static int refuse_byte(struct yaml_stream *stream, struct error *err)
{
	struct str text = stream->text;
	struct text_place line = stream->segment, next;
	while ((next = next_line(text, line)).offset <= stream->bad)
		line = next;
	struct origin origin = {line.origin.line, (uint32_t)(stream->bad - line.offset) + 1};
	unsigned char byte = (unsigned char)text.data[stream->bad];
	size_t at = stream->bad;
	err->length = 1;
	if (utf8_next(text, &at) == UTF8_INVALID)
		(void)ERROR_SET(err, ERROR_INPUT, origin, "the byte 0x%02x is not UTF-8", byte);
	else if (byte < 0x80)
		(void)ERROR_SET(err, ERROR_INPUT, origin,
			"YAML does not allow the control character 0x%02x", byte);
	else
		(void)ERROR_SET(
			err, ERROR_INPUT, origin, "YAML does not allow this invisible character");
	error_set_remedy(err, byte == 0
				      ? "convert the text to UTF-8 if it is UTF-16, else remove it"
				      : "remove it, or write it as an escape in double quotes");
	return -1;
}

/* Begin a parser at the segment: 1, 0 at the end of the text, -1 when it begins with what is bad.
 */
static int open_segment(struct yaml_stream *stream, struct error *err)
{
	size_t start = stream->segment.offset;
	stream->document = stream->segment;
	if (start >= stream->text.len)
		return 0;
	if (!stream->scanned || (stream->bad != SIZE_MAX && stream->bad < start))
		scan(stream);
	stream->segment_end = stream->text.len;
	if (stream->bad != SIZE_MAX) {
		/* A document that was abandoned may have ended behind where that one began. */
		if (stream->bad_document.offset < start)
			stream->bad_document =
				document_of(stream->text, stream->segment, stream->bad);
		stream->segment_end = stream->bad_document.offset;
		if (stream->segment_end == start)
			return refuse_byte(stream, err);
	}
	if (!yaml_parser_initialize(&stream->parser))
		return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "no memory to read YAML");
	stream->parsing = true;
	stream->cursor = stream->segment;
	stream->cursor_mark = 0;
	yaml_parser_set_encoding(&stream->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&stream->parser,
		(const unsigned char *)stream->text.data + start, stream->segment_end - start);
	return 1;
}

/* The parser read all of its text: what follows, if anything, is the document with the bad byte. */
static void close_segment(struct yaml_stream *stream)
{
	yaml_stream_release(stream);
	if (stream->bad != SIZE_MAX)
		stream->segment = stream->bad_document;
	else
		stream->segment.offset = stream->text.len;
}

void yaml_stream_abandon(struct yaml_stream *stream)
{
	yaml_stream_release(stream);
	stream->segment = yaml_boundary(stream->text, stream->document);
	stream->document = stream->segment;
}

/* Where marks are code points or lines are not ours, walk to the mark from the last one. */
static void move_cursor(struct yaml_stream *stream, size_t mark)
{
	struct str text = stream->text;
	size_t at = stream->cursor.offset, line_start = at - (stream->cursor.origin.column - 1);
	uint32_t line = stream->cursor.origin.line;
	for (; stream->cursor_mark < mark && at < stream->segment_end; stream->cursor_mark++) {
		bool feed = text.data[at] == '\n';
		(void)utf8_next(text, &at);
		line += feed;
		line_start = feed ? at : line_start;
	}
	if (stream->cursor_mark > mark) {
		for (; stream->cursor_mark > mark; stream->cursor_mark--) {
			(void)utf8_previous(text, &at);
			line -= text.data[at] == '\n';
		}
		const char *feed = memrchr(text.data, '\n', at);
		line_start = feed ? (size_t)(feed + 1 - text.data) : 0;
	}
	stream->cursor = (struct text_place){at, {line, (uint32_t)(at - line_start) + 1}};
}

struct text_place yaml_stream_walk(struct yaml_stream *stream, const yaml_mark_t *mark)
{
	if (mark->index != stream->cursor_mark)
		move_cursor(stream, mark->index);
	return stream->cursor;
}

/* What libyaml says, and what usually is the matter. */
static const char *remedy_for(const char *problem, char c)
{
	static const struct {
		const char *problem, *remedy;
	} remedies[] = {
		{"mapping values", "check the indentation, or quote text that contains \": \""},
		{"expected ':'", "check the quotes and the indentation of the lines above"},
		{"expected key", "check the indentation of this line and of those above"},
		{"'-' indicator", "check the indentation of this line and of those above"},
		{"block sequence entries", "put the list on a line of its own"},
		{"unexpected end of stream", "close the quote"},
		{"unexpected document indicator", "close the quote before the next document"},
		{"unknown escape", "write \\\\ for a backslash, or use single quotes"},
		{"expected ',' or", "close the bracket, or put a comma between the items"},
		{"expected node content", "close the bracket, or write a value"},
		{"tab character", "indent with spaces"},
		{"<document start>", "begin the next document with a line \"---\""},
		{"tag handle", "remove the tag"},
		{"incompatible YAML", "remove the %YAML line"},
	};
	if (c == '\t')
		return "indent with spaces: YAML allows no tabs there";
	if (strstr(problem, "cannot start any token"))
		return "put the text in quotes";
	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (strstr(problem, remedies[i].problem))
			return remedies[i].remedy;
	return "check the lines above for indentation and quotes";
}

static bool is_template(struct str text, size_t at)
{
	const char *feed = memrchr(text.data, '\n', at);
	size_t start = feed ? (size_t)(feed + 1 - text.data) : 0;
	size_t len = str_find_char(str_slice(text, at, text.len), '\n');
	struct str line = str_slice(text, start, len == SIZE_MAX ? text.len : at + len);
	return str_find(line, STR("{{"), 0) != SIZE_MAX;
}

struct text_place yaml_stream_end(const struct yaml_stream *stream, struct text_place at)
{
	struct str before = str_slice(stream->text, 0, at.offset);
	if (at.origin.column != 1 || before.len == 0 || before.data[before.len - 1] == '\n')
		return at;
	const char *feed = memrchr(before.data, '\n', before.len);
	const char *start = feed ? feed + 1 : before.data;
	at.origin.line--;
	at.origin.column = (uint32_t)(before.data + before.len - start) + 1;
	return at;
}

/* A key without colon is found out behind it. */
static struct text_place problem_place(struct yaml_stream *stream)
{
	const yaml_parser_t *parser = &stream->parser;
	bool key = parser->context && strstr(parser->context, "simple key");
	yaml_mark_t mark = key ? parser->context_mark : parser->problem_mark;
	return yaml_stream_end(stream, yaml_stream_place(stream, &mark));
}

static int refuse_syntax(struct yaml_stream *stream, struct error *err)
{
	const yaml_parser_t *parser = &stream->parser;
	if (parser->error == YAML_MEMORY_ERROR || !parser->problem)
		return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "no memory to read YAML");
	yaml_mark_t begins = parser->context_mark;
	struct origin context = yaml_stream_place(stream, &begins).origin;
	struct text_place at = problem_place(stream);
	char c = at.offset < stream->text.len ? stream->text.data[at.offset] : '\0';
	if (parser->context && context.line < at.origin.line)
		(void)ERROR_SET(err, ERROR_INPUT, at.origin, "%s %s that begins at line %u",
			parser->problem, parser->context, context.line);
	else
		(void)ERROR_SET(err, ERROR_INPUT, at.origin, "%s%s%s", parser->problem,
			parser->context ? " " : "", parser->context ? parser->context : "");
	error_set_remedy(err, "%s",
		is_template(stream->text, at.offset)
			? "render the template first, for instance with `helm template`"
			: remedy_for(parser->problem, c));
	return -1;
}

int yaml_stream_event(struct yaml_stream *stream, struct error *err)
{
	for (;;) {
		drop_event(stream);
		int opened = stream->parsing ? 1 : open_segment(stream, err);
		if (opened <= 0)
			return opened;
		if (!yaml_parser_parse(&stream->parser, &stream->event))
			return refuse_syntax(stream, err);
		stream->holding = true;
		if (stream->event.type == YAML_STREAM_END_EVENT)
			close_segment(stream);
		else if (stream->event.type != YAML_STREAM_START_EVENT)
			return 1;
	}
}
