/* SPDX-License-Identifier: Apache-2.0 */
#include "data/yaml_stream.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "data/map.h"
#include "data/yaml_merge.h"
#include "data/yaml_scalar.h"

/* What aliases can refer to. */
struct anchor {
	struct value name;
	struct value value;
	uint32_t nodes;  /* values in it, those of aliases included */
	uint32_t height; /* 0 for a scalar */
	bool open;       /* still being read: an alias to it would make it contain itself */
};

/* An open list or map; its children wait in the scratch stack. */
struct frame {
	uint32_t first;
	uint32_t nodes_before;
	uint32_t height; /* of the tallest child */
	uint32_t anchor; /* its number + 1, or 0 */
	bool map;
	bool merges; /* one of its keys is << */
	struct origin origin;
};

enum { SCRATCH_VALUES = 128 };

/* One document being read. */
struct reader {
	struct yaml_stream *stream;
	struct arena *arena;
	struct error *err;
	struct origin origin; /* of the event being read */
	size_t offset;        /* of its mark in the text */
	struct value *scratch;
	size_t count, capacity;
	size_t nodes, alias_nodes;
	size_t depth;
	struct anchor *anchors;
	size_t anchor_count, anchor_capacity;
	struct frame frames[LIMIT_DATA_DEPTH];
};

static int fail_limit(
	struct reader *r, struct origin origin, const char *what, int limit, const char *remedy)
{
	(void)ERROR_SET(r->err, ERROR_LIMIT, origin, "%s %d", what, limit);
	error_set_remedy(r->err, "%s", remedy);
	return -1;
}

static inline struct value *push(struct reader *r)
{
	if (__builtin_expect(r->count == r->capacity, 0))
		r->scratch = arena_grow(
			r->arena, r->scratch, r->count, &r->capacity, sizeof(*r->scratch));
	return &r->scratch[r->count++];
}

/* Maps take turns: a key, then its value. */
static bool wants_key(const struct reader *r)
{
	if (r->depth == 0)
		return false;
	const struct frame *frame = &r->frames[r->depth - 1];
	return frame->map && (r->count - frame->first) % 2 == 0;
}

/* A mark stands before tag and anchor; a reader of messages looks for what they belong to. */
static struct origin origin_behind_properties(struct str text, struct text_place place)
{
	size_t at = place.offset;
	while (at < text.len && (text.data[at] == '&' || text.data[at] == '!')) {
		struct text_place start = {at, place.origin};
		while (at < text.len && str_find_char(STR(" \t\r\n"), text.data[at]) == SIZE_MAX)
			at++;
		for (; at < text.len && (unsigned char)text.data[at] <= ' '; at++) {
			if (text.data[at] != '\n')
				continue;
			place.origin.line++;
			start = (struct text_place){at + 1, {place.origin.line, 1}};
		}
		place.origin.column = start.origin.column + (uint32_t)(at - start.offset);
	}
	return place.origin;
}

/* Where the event is; a document that is too long is given up before it is read to its end. */
static int locate_event(struct reader *r)
{
	struct text_place place = yaml_stream_place(r->stream, &r->stream->event.start_mark);
	struct str text = r->stream->text;
	if (place.offset >= text.len)
		place = yaml_stream_end(r->stream, place);
	char c = place.offset < text.len ? text.data[place.offset] : '\0';
	r->offset = place.offset;
	r->origin = c == '&' || c == '!' ? origin_behind_properties(text, place) : place.origin;
	if (place.offset - r->stream->document.offset <= LIMIT_DOCUMENT_BYTES)
		return 0;
	return fail_limit(r, r->stream->document.origin, "the document has more bytes than",
		LIMIT_DOCUMENT_BYTES, "split it into smaller documents");
}

static int count_nodes(struct reader *r, size_t nodes)
{
	r->nodes += nodes;
	if (r->nodes <= LIMIT_DATA_NODES)
		return 0;
	return fail_limit(r, r->origin, "the document has more values than", LIMIT_DATA_NODES,
		"split it into smaller documents");
}

/* Returns the anchor's number + 1, 0 without an anchor, -1 on error. */
static int add_anchor(struct reader *r, const yaml_char_t *name)
{
	if (!name)
		return 0;
	if (r->anchor_count == LIMIT_ANCHORS)
		return fail_limit(r, r->origin, "the document has more anchors than", LIMIT_ANCHORS,
			"write the values out");
	if (r->anchor_count == r->anchor_capacity)
		r->anchors = arena_grow(r->arena, r->anchors, r->anchor_count, &r->anchor_capacity,
			sizeof(*r->anchors));
	struct str text = str_copy(r->arena, str_from((const char *)name));
	r->anchors[r->anchor_count++] =
		(struct anchor){.name = value_string(text), .nodes = 1, .open = true};
	return (int)r->anchor_count;
}

/* The last of a name counts. */
static const struct anchor *find_anchor(const struct reader *r, struct str name)
{
	struct value key = value_string(name);
	for (size_t i = r->anchor_count; i-- > 0;)
		if (value_string_equal(&r->anchors[i].name, &key))
			return &r->anchors[i];
	return NULL;
}

static void grow_height(struct reader *r, uint32_t height)
{
	struct frame *frame = r->depth > 0 ? &r->frames[r->depth - 1] : NULL;
	if (frame && height > frame->height)
		frame->height = height;
}

/* As a key or as a value, by where it stands. */
static int settle(struct reader *r, struct value *v, bool key)
{
	if (v->kind == VALUE_STRING)
		return 0;
	if (!key)
		return yaml_settle(v, r->stream->typing, r->err);
	if (v->kind != VALUE_LIST && v->kind != VALUE_MAP)
		return yaml_key(r->arena, v, r->err);
	(void)ERROR_SET(r->err, ERROR_INPUT, v->origin, "a list or map is no key");
	error_set_remedy(r->err, "write a string as the key; templates must be rendered before");
	return -1;
}

static int check_alias(struct reader *r, const struct anchor *anchor)
{
	if (r->depth + anchor->height > LIMIT_DATA_DEPTH)
		return fail_limit(r, r->origin,
			"with this alias maps and lists are nested deeper than", LIMIT_DATA_DEPTH,
			"flatten the document");
	r->alias_nodes += anchor->nodes;
	if (r->alias_nodes > LIMIT_ALIAS_NODES)
		return fail_limit(r, r->origin, "aliases add more values to the document than",
			LIMIT_ALIAS_NODES, "write the values out where they are needed");
	return count_nodes(r, anchor->nodes);
}

static int refuse_alias(struct reader *r, const struct anchor *anchor, struct str name)
{
	(void)ERROR_SET(r->err, ERROR_INPUT, r->origin,
		anchor ? "the value of the anchor \"%.*s\" would contain itself"
		       : "there is no anchor \"%.*s\" before this alias",
		(int)(name.len < 64 ? name.len : 64), name.data);
	r->err->length = (uint32_t)name.len + 1;
	return -1;
}

/* An alias is the value of its anchor, but stands where it is written. */
static int read_alias(struct reader *r)
{
	struct str name = str_from((const char *)r->stream->event.data.alias.anchor);
	const struct anchor *anchor = find_anchor(r, name);
	if (!anchor || anchor->open)
		return refuse_alias(r, anchor, name);
	if (check_alias(r, anchor) < 0)
		return -1;
	bool key = wants_key(r);
	grow_height(r, anchor->height);
	struct value *v = push(r);
	*v = value_at(anchor->value, r->origin);
	return settle(r, v, key);
}

/* "!" alone makes go-yaml read the scalar as a plain one, in quotes or not. */
static struct str scalar_tag(const yaml_event_t *event)
{
	const char *tag = (const char *)event->data.scalar.tag;
	struct str text = tag ? str_from(tag) : STR("");
	return str_equal(text, STR("!")) ? STR("") : text;
}

/*
 * The text of a scalar: a slice of the stream where it stands there as it is, else a copy. Within
 * one line every escape but three of double quotes (\N, \_, \L) is longer than what it means, so
 * equal lengths mean equal bytes; marks must count bytes for that.
 */
static struct str scalar_text(struct reader *r)
{
	const yaml_event_t *event = &r->stream->event;
	struct str value = {(const char *)event->data.scalar.value, event->data.scalar.length};
	int style = (int)event->data.scalar.style;
	size_t quotes = style == YAML_PLAIN_SCALAR_STYLE ? 0 : 2;
	size_t source_len = event->end_mark.index - event->start_mark.index;
	const char *source = r->stream->text.data + r->offset + quotes / 2;
	if (r->stream->simple_marks && event->end_mark.line == event->start_mark.line &&
		value.len + quotes == source_len && !event->data.scalar.anchor &&
		!event->data.scalar.tag &&
		(style != YAML_DOUBLE_QUOTED_SCALAR_STYLE ||
			memcmp(source, value.data, value.len) == 0))
		return (struct str){source, value.len};
	return str_copy(r->arena, value);
}

/* Null, bool, number or string; not yet settled. */
static int read_scalar_value(struct reader *r, struct value *v)
{
	const yaml_event_t *event = &r->stream->event;
	struct str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
	struct str tag = scalar_tag(event);
	bool plain = event->data.scalar.plain_implicit || event->data.scalar.tag;
	v->origin = r->origin;
	if (tag.len > 0 && yaml_tagged(tag, text, v, r->err) < 0)
		return -1;
	if (tag.len > 0 ? v->kind != VALUE_STRING : plain && yaml_plain(text, v))
		return 0;
	text = scalar_text(r);
	v->kind = VALUE_STRING;
	v->flags = utf8_is_ascii(text) ? VALUE_ASCII : 0;
	v->hash = value_hash(text);
	v->count = (uint32_t)text.len;
	v->text = text.data;
	return 0;
}

static bool is_merge_key(const yaml_event_t *event)
{
	struct str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
	struct str tag = scalar_tag(event);
	return str_equal(text, STR("<<")) &&
	       (tag.len == 0 ? event->data.scalar.plain_implicit != 0
			     : str_equal(tag, STR("tag:yaml.org,2002:merge")));
}

static int read_scalar(struct reader *r)
{
	const yaml_event_t *event = &r->stream->event;
	bool key = wants_key(r);
	if (count_nodes(r, !key) < 0)
		return -1;
	if (key && is_merge_key(event)) {
		r->frames[r->depth - 1].merges = true;
		*push(r) = value_at(YAML_MERGE_KEY, r->origin);
		return 0;
	}
	int anchor = add_anchor(r, event->data.scalar.anchor);
	struct value *v = push(r);
	if (anchor < 0 || read_scalar_value(r, v) < 0)
		return -1;
	if (anchor > 0) {
		r->anchors[anchor - 1].value = *v;
		r->anchors[anchor - 1].open = false;
	}
	return settle(r, v, key);
}

static int check_collection_tag(struct reader *r, const yaml_char_t *tag, bool map)
{
	struct str wanted = map ? STR("tag:yaml.org,2002:map") : STR("tag:yaml.org,2002:seq");
	struct str text = tag ? str_from((const char *)tag) : wanted;
	if (str_equal(text, wanted) || str_equal(text, STR("!")))
		return 0;
	return yaml_refuse_tag(text, r->origin, r->err);
}

static int open_container(
	struct reader *r, bool map, const yaml_char_t *anchor_name, const yaml_char_t *tag)
{
	if (r->depth == LIMIT_DATA_DEPTH)
		return fail_limit(r, r->origin, "maps and lists are nested deeper than",
			LIMIT_DATA_DEPTH, "flatten the document");
	if (wants_key(r))
		return settle(r, &(struct value){.kind = VALUE_MAP, .origin = r->origin}, true);
	int anchor = add_anchor(r, anchor_name);
	if (anchor < 0 || check_collection_tag(r, tag, map) < 0 || count_nodes(r, 1) < 0)
		return -1;
	r->frames[r->depth++] = (struct frame){.first = (uint32_t)r->count,
		.nodes_before = (uint32_t)r->nodes - 1,
		.anchor = (uint32_t)anchor,
		.map = map,
		.origin = r->origin};
	return 0;
}

static int make_container(struct reader *r, const struct frame *frame, struct value *ret)
{
	/* open_container() wrote every frame below depth. NOLINTNEXTLINE(clang-analyzer-core.*) */
	const struct value *children = r->scratch + frame->first;
	size_t count = r->count - frame->first;
	if (!frame->map) {
		struct value *items = arena_alloc(r->arena, count * sizeof(*items));
		memcpy(items, children, count * sizeof(*items));
		*ret = value_list(items, count);
		return 0;
	}
	if (frame->merges)
		return yaml_merge(r->arena, children, count / 2, ret, r->err);
	struct value_entry *entries = map_entries_new(r->arena, count / 2);
	memcpy(entries, children, count * sizeof(*children));
	return map_make(entries, count / 2, ret, r->err);
}

/* The children leave the scratch stack, the container takes their place. */
static int close_container(struct reader *r)
{
	struct frame *frame = &r->frames[--r->depth];
	struct value container;
	if (make_container(r, frame, &container) < 0)
		return -1;
	container.origin = frame->origin;
	if (frame->anchor > 0) {
		struct anchor *anchor = &r->anchors[frame->anchor - 1];
		anchor->value = container;
		anchor->nodes = (uint32_t)r->nodes - frame->nodes_before;
		anchor->height = frame->height + 1;
		anchor->open = false;
	}
	r->count = frame->first;
	*push(r) = container;
	grow_height(r, frame->height + 1);
	return 0;
}

static int read_event(struct reader *r)
{
	const yaml_event_t *event = &r->stream->event;
	bool ends = event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT;
	if (!ends && locate_event(r) < 0)
		return -1;
	switch ((int)event->type) {
	case YAML_ALIAS_EVENT:
		return read_alias(r);
	case YAML_SCALAR_EVENT:
		return read_scalar(r);
	case YAML_SEQUENCE_START_EVENT:
		return open_container(r, false, event->data.sequence_start.anchor,
			event->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return open_container(
			r, true, event->data.mapping_start.anchor, event->data.mapping_start.tag);
	default:
		return close_container(r);
	}
}

/* Nothing but white space, comments and marks between documents. */
static bool is_empty(const yaml_event_t *event)
{
	return event->type == YAML_SCALAR_EVENT && event->data.scalar.length == 0 &&
	       event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !event->data.scalar.tag &&
	       !event->data.scalar.anchor;
}

/* From behind the start of a document to its end: 1, 0 when it is empty, -1. */
static int read_document(struct reader *r)
{
	bool empty = false;
	for (;;) {
		int result = yaml_stream_event(r->stream, r->err);
		if (result <= 0)
			return -1;
		if (r->stream->event.type == YAML_DOCUMENT_END_EVENT)
			break;
		empty = r->depth == 0 && is_empty(&r->stream->event);
		if (read_event(r) < 0)
			return -1;
	}
	if (locate_event(r) < 0)
		return -1;
	r->stream->document = yaml_stream_place(r->stream, &r->stream->event.end_mark);
	return empty ? 0 : 1;
}

int yaml_next(
	struct yaml_stream *stream, struct arena *arena, struct value *ret_root, struct error *err)
{
	struct value first[SCRATCH_VALUES] __attribute__((uninitialized));
	struct reader r __attribute__((uninitialized));
	int result;
	do {
		result = yaml_stream_event(stream, err);
		if (result <= 0)
			return result;
		stream->document = yaml_stream_place(stream, &stream->event.start_mark);
		r.stream = stream;
		r.arena = arena;
		r.err = err;
		r.scratch = first;
		r.capacity = SCRATCH_VALUES;
		r.count = r.nodes = r.alias_nodes = r.depth = 0;
		r.anchors = NULL;
		r.anchor_count = r.anchor_capacity = 0;
		result = read_document(&r);
	} while (result == 0);
	*ret_root = r.scratch[0];
	return result;
}
