/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/place.h"

#include "base/limits.h"
#include "data/map.h"

/* The way from the document to a value: map keys and list indexes. */
struct way {
	const struct value *steps[LIMIT_DATA_DEPTH];
	uint32_t indexes[LIMIT_DATA_DEPTH]; /* where the step is NULL */
	size_t length;
	bool at_key; /* it is the last step's key itself that was sought */
};

/* A value of the facts from which a reason's path continues. */
struct start {
	const struct value *value;
	const struct value *key; /* under which it was reached, or NULL */
};

static bool same_place(const struct value *a, const struct value *b)
{
	return a->origin.line == b->origin.line && a->origin.column == b->origin.column &&
	       a->kind == b->kind;
}

static bool is_after(struct origin a, struct origin b)
{
	return a.line != b.line ? a.line > b.line : a.column > b.column;
}

static uint32_t child_count(const struct value *node)
{
	return node->kind == VALUE_LIST || node->kind == VALUE_MAP ? node->count : 0;
}

static struct origin child_origin(const struct value *node, uint32_t i)
{
	return node->kind == VALUE_MAP ? node->entries[i].key.origin : node->items[i].origin;
}

static const struct value *child_at(const struct value *node, uint32_t i)
{
	return node->kind == VALUE_MAP ? &node->entries[i].value : &node->items[i];
}

static bool find(
	const struct value *node, const struct value *sought, struct way *way, bool everywhere);

static bool find_in_child(const struct value *node, uint32_t i, const struct value *sought,
	struct way *way, bool everywhere)
{
	if (way->length == LIMIT_DATA_DEPTH)
		return false;
	const struct value *key = node->kind == VALUE_MAP ? &node->entries[i].key : NULL;
	way->steps[way->length] = key;
	way->indexes[way->length++] = i;
	way->at_key = key && same_place(key, sought);
	if (way->at_key || find(child_at(node, i), sought, way, everywhere))
		return true;
	way->length--;
	return false;
}

/*
 * Where a value of the document is written. Children stand one behind another, so that only the
 * last one that begins before the sought can hold it, unless aliases put a part elsewhere: then
 * everything is searched. Depth is that of the document.
 */
static bool find(
	const struct value *node, const struct value *sought, struct way *way, bool everywhere)
{
	if (same_place(node, sought))
		return true;
	uint32_t count = child_count(node);
	for (uint32_t i = count; i-- > 0;) {
		if (everywhere) {
			if (find_in_child(node, i, sought, way, true))
				return true;
		} else if (!is_after(child_origin(node, i), sought->origin)) {
			return find_in_child(node, i, sought, way, false);
		}
	}
	return false;
}

static bool find_way(const struct value *root, const struct value *sought, struct way *way)
{
	way->length = 0;
	way->at_key = false;
	if (sought->origin.line == 0)
		return false;
	return find(root, sought, way, false) || find(root, sought, way, true);
}

static bool is_plain_key(struct str key)
{
	for (size_t i = 0; i < key.len; i++) {
		char c = key.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if (!letter && !((c >= '0' && c <= '9') && i > 0) && !(c == '-' && i > 0))
			return false;
	}
	return key.len > 0;
}

static void put_quoted(struct str key, struct buf *path)
{
	buf_puts(path, "[\"");
	for (size_t i = 0; i < key.len; i++) {
		if (key.data[i] == '"' || key.data[i] == '\\')
			buf_puts(path, "\\");
		buf_put_char(path, key.data[i]);
	}
	buf_puts(path, "\"]");
}

/* A reference token of RFC 6901. */
static void put_reference(struct str key, struct buf *pointer)
{
	size_t plain = 0;
	for (size_t i = 0; i < key.len; i++) {
		if (key.data[i] != '~' && key.data[i] != '/')
			continue;
		buf_put(pointer, str_slice(key, plain, i));
		buf_put(pointer, key.data[i] == '~' ? STR("~0") : STR("~1"));
		plain = i + 1;
	}
	buf_put(pointer, str_slice(key, plain, key.len));
}

static void put_key(struct str key, struct buf *path, struct buf *pointer)
{
	if (is_plain_key(key)) {
		buf_put(path, path->len > 0 ? STR(".") : STR(""));
		buf_put(path, key);
	} else {
		put_quoted(key, path);
	}
	buf_puts(pointer, "/");
	put_reference(key, pointer);
}

static void put_index(uint64_t index, struct buf *path, struct buf *pointer)
{
	buf_puts(path, "[");
	buf_put_uint(path, index);
	buf_puts(path, "]");
	buf_puts(pointer, "/");
	buf_put_uint(pointer, index);
}

static void put_step(const struct value *step, struct buf *path, struct buf *pointer)
{
	if (step->kind == VALUE_INT)
		put_index((uint64_t)step->integer, path, pointer);
	else if (step->kind == VALUE_STRING)
		put_key(value_str(step), path, pointer);
}

static void print_path(struct reason *reason, const struct way *way, const struct value *steps,
	size_t count, struct arena *arena)
{
	struct buf path, pointer;
	buf_init_arena(&path, arena, 64);
	buf_init_arena(&pointer, arena, 64);
	for (size_t i = 0; i < way->length; i++) {
		if (way->steps[i])
			put_step(way->steps[i], &path, &pointer);
		else
			put_index(way->indexes[i], &path, &pointer);
	}
	for (size_t i = 0; i < count; i++)
		put_step(&steps[i], &path, &pointer);
	reason->path = buf_str(&path);
	reason->pointer = buf_str(&pointer);
}

/* One step of `at` into a value: false when there is nothing. */
static bool follow(struct start *at, const struct value *step)
{
	if (step->kind == VALUE_INT) {
		bool there =
			at->value->kind == VALUE_LIST && (uint64_t)step->integer < at->value->count;
		if (there)
			*at = (struct start){&at->value->items[step->integer], NULL};
		return there;
	}
	const struct value_entry *entry =
		at->value->kind == VALUE_MAP ? map_find(at->value, step) : NULL;
	if (entry)
		*at = (struct start){&entry->value, &entry->key};
	return entry != NULL;
}

/* Bytes of a scalar as it is usually written; 0 for what has no one line. */
static uint32_t written_length(const struct value *v)
{
	char text[24];
	struct buf buf;
	if (v->kind == VALUE_STRING)
		return v->count;
	if (v->kind == VALUE_BOOL)
		return v->boolean ? 4 : 5;
	if (v->kind != VALUE_INT)
		return 0;
	buf_init_fixed(&buf, text, sizeof(text));
	buf_put_int(&buf, v->integer);
	return (uint32_t)buf.len;
}

/* A scalar that is there is pointed at itself, all else at its key. */
static void point(struct reason *reason, const struct start *at, bool complete)
{
	bool scalar = child_count(at->value) == 0 && at->value->kind != VALUE_LIST &&
		      at->value->kind != VALUE_MAP;
	const struct value *spot = complete && scalar ? at->value : at->key;
	if (!spot || spot->origin.line == 0)
		spot = at->value;
	if (spot->origin.line == 0)
		return;
	reason->origin = spot->origin;
	reason->length = written_length(spot);
}

/* Say where a reason is from one value on, as deep as the steps lead; false when that is nowhere.
 */
static bool place_from(struct reason *reason, const struct subject *subject,
	const struct value *base, const struct policy *steps, struct arena *arena)
{
	/* Every entry is written before it is read, and there is a place for every reason. */
	struct start chain[POLICY_MAX_STEPS + 1] __attribute__((uninitialized));
	struct way way __attribute__((uninitialized));
	size_t count = steps ? steps->at_count : 0, depth = 0;
	chain[0] = (struct start){base, NULL};
	while (depth < count) {
		chain[depth + 1] = chain[depth];
		if (!follow(&chain[depth + 1], &steps->at_steps[depth]))
			break;
		depth++;
	}
	size_t known = depth;
	while (!find_way(&subject->root, chain[known].value, &way)) {
		if (known-- == 0)
			return false;
	}
	if (known == depth && way.length > 0) /* a view may have keys of its own making */
		chain[depth].key = way.steps[way.length - 1];
	const struct value *rest = count > known ? steps->at_steps + known : NULL;
	print_path(reason, &way, rest, count - known, arena);
	point(reason, &chain[depth], depth == count);
	return true;
}

void place_reason(struct reason *reason, const struct subject *subject, const struct value *slots,
	struct arena *arena)
{
	const struct policy *policy = reason->policy;
	reason->path = reason->pointer = STR("");
	reason->origin = subject->origin;
	if (policy->at_slot != POLICY_NO_SLOT &&
		place_from(reason, subject, &slots[policy->at_slot], policy, arena))
		return;
	for (size_t i = policy->each_count; i-- > 0;)
		if (place_from(reason, subject, &slots[policy->each[i].slot], NULL, arena))
			return;
}
