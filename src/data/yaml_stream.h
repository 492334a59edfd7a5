/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/document.h"

#include <yaml.h>

/*
 * A YAML stream read by one libyaml parser while all is well. A malformed document ends that
 * parser; the next begins at the next line that starts with "---" or behind one that starts with
 * "...", which no document can contain. Text that YAML does not allow at all (bytes that are not
 * UTF-8, control characters) is looked for first, for libyaml would meet it early and hide the
 * documents before it: the parser gets the text up to the document it is in.
 */
struct yaml_stream {
	struct str text;
	enum document_typing typing;
	struct text_place segment;      /* where the parser began, or the next one will */
	size_t segment_end;             /* where its text ends */
	struct text_place document;     /* the document being read, or the end of the last */
	size_t bad;                     /* the first byte YAML does not allow, or SIZE_MAX */
	struct text_place bad_document; /* and where the document with it begins */
	struct text_place cursor;       /* the place of the last mark, where marks are no bytes */
	size_t cursor_mark;             /* that mark: code points from the segment */
	bool scanned;                   /* bad and simple_marks are known */
	bool simple_marks;              /* marks of libyaml are bytes and its lines ours */
	bool parsing;                   /* parser must be deleted */
	bool holding;                   /* event must be deleted */
	yaml_parser_t parser;
	yaml_event_t event;
};

/** Prepare to read text, which begins without byte order mark, from a line on; holds nothing yet.
 */
void yaml_stream_init(struct yaml_stream *stream, struct str text, struct text_place from,
	enum document_typing typing);

/** Give back what libyaml holds; may be called at any time and again. */
void yaml_stream_release(struct yaml_stream *stream);

/** The next event into stream->event: 1, 0 at the end of the stream, -1 when it is malformed. */
int yaml_stream_event(struct yaml_stream *stream, struct error *err);

/** The next place behind the line at `from` where a document can begin, or the end of the text. */
struct text_place yaml_boundary(struct str text, struct text_place from);

/** The place of a mark where marks are no bytes: a walk from the last one. */
struct text_place yaml_stream_walk(struct yaml_stream *stream, const yaml_mark_t *mark);

/** The place of one of libyaml's marks. Amortised O(1) when marks come in order. */
static inline struct text_place yaml_stream_place(
	struct yaml_stream *stream, const yaml_mark_t *mark)
{
	if (!stream->simple_marks)
		return yaml_stream_walk(stream, mark);
	return (struct text_place){stream->segment.offset + mark->index,
		{stream->segment.origin.line + (uint32_t)mark->line, (uint32_t)mark->column + 1}};
}

/** The place itself, but where libyaml ended a last line that does not end, its end. */
struct text_place yaml_stream_end(const struct yaml_stream *stream, struct text_place place);

/** Give up the present document: the next event is that of a document behind it. */
void yaml_stream_abandon(struct yaml_stream *stream);

/**
 * Read the next document, as documents_next() does; reaching the arena's cap leaves the stream in
 * a state that yaml_stream_abandon() mends.
 */
int yaml_next(
	struct yaml_stream *stream, struct arena *arena, struct value *ret_root, struct error *err);
