/* SPDX-License-Identifier: Apache-2.0 */
#include "data/path.h"

static bool is_same(const struct value *a, const struct value *b)
{
	return a->origin.line == b->origin.line && a->origin.column == b->origin.column &&
	       a->kind == b->kind;
}

static bool is_before(struct origin a, struct origin b)
{
	return a.line != b.line ? a.line < b.line : a.column < b.column;
}

static const struct value *child(const struct value *container, uint32_t i)
{
	return container->kind == VALUE_MAP ? &container->entries[i].value : &container->items[i];
}

static struct origin child_origin(const struct value *container, uint32_t i)
{
	return container->kind == VALUE_MAP ? container->entries[i].key.origin
					    : container->items[i].origin;
}

static bool is_container(const struct value *v)
{
	return v->kind == VALUE_MAP || v->kind == VALUE_LIST;
}

static void push(struct path *path, const struct value *container, uint32_t i)
{
	path->steps[path->count++] = (struct path_step){
		container->kind == VALUE_MAP ? &container->entries[i].key : NULL, i};
}

static bool is_at(const struct value *container, uint32_t i, const struct value *v)
{
	return is_same(child(container, i), v) ||
	       (container->kind == VALUE_MAP && is_same(&container->entries[i].key, v));
}

/* The last child that does not begin behind the place; count when all do. */
static uint32_t child_before(const struct value *container, struct origin place)
{
	uint32_t low = 0, high = container->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (is_before(place, child_origin(container, middle)))
			high = middle;
		else
			low = middle + 1;
	}
	return low > 0 ? low - 1 : container->count;
}

static bool descend(const struct value *root, const struct value *v, struct path *ret_path)
{
	const struct value *at = root;
	ret_path->count = 0;
	while (is_container(at) && ret_path->count <= LIMIT_DATA_DEPTH) {
		uint32_t i = child_before(at, v->origin);
		if (i == at->count)
			return false;
		push(ret_path, at, i);
		if (is_at(at, i, v))
			return true;
		at = child(at, i);
	}
	return false;
}

/* Depth first, by the path itself: its last step is the place among the children of its parent. */
static bool search(const struct value *root, const struct value *v, struct path *ret_path)
{
	const struct value *parents[LIMIT_DATA_DEPTH + 1];
	const struct value *at = root;
	uint32_t next = 0;
	ret_path->count = 0;
	for (;;) {
		bool deeper = is_container(at) && ret_path->count <= LIMIT_DATA_DEPTH;
		if (deeper && next < at->count) {
			parents[ret_path->count] = at;
			push(ret_path, at, next);
			if (is_at(at, next, v))
				return true;
			at = child(at, next);
			next = 0;
		} else if (ret_path->count == 0) {
			return false;
		} else {
			next = ret_path->steps[--ret_path->count].index + 1;
			at = parents[ret_path->count];
		}
	}
}

bool path_find(const struct value *root, const struct value *v, struct path *ret_path)
{
	ret_path->count = 0;
	if (v->origin.line == 0)
		return false;
	return is_same(root, v) || descend(root, v, ret_path) || search(root, v, ret_path);
}

const struct value *path_value(const struct value *root, const struct path *path)
{
	for (uint32_t i = 0; i < path->count; i++)
		root = child(root, path->steps[i].index);
	return root;
}

static bool is_name(struct str key)
{
	for (size_t i = 0; i < key.len; i++) {
		char c = key.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if (!letter && !(i > 0 && ((c >= '0' && c <= '9') || c == '-')))
			return false;
	}
	return key.len > 0;
}

static void put_quoted(struct str key, struct buf *text)
{
	buf_puts(text, "[\"");
	for (size_t i = 0; i < key.len; i++) {
		if (key.data[i] == '"' || key.data[i] == '\\')
			buf_put_char(text, '\\');
		buf_put_char(text, key.data[i]);
	}
	buf_puts(text, "\"]");
}

void path_put_key(struct str key, struct buf *text, struct buf *pointer)
{
	if (is_name(key)) {
		buf_put(text, text->len > 0 ? STR(".") : STR(""));
		buf_put(text, key);
	} else {
		put_quoted(key, text);
	}
	buf_put_char(pointer, '/');
	for (size_t i = 0; i < key.len; i++) {
		if (key.data[i] == '~' || key.data[i] == '/')
			buf_put(pointer, key.data[i] == '~' ? STR("~0") : STR("~1"));
		else
			buf_put_char(pointer, key.data[i]);
	}
}

void path_put_index(uint64_t index, struct buf *text, struct buf *pointer)
{
	buf_put_char(text, '[');
	buf_put_uint(text, index);
	buf_put_char(text, ']');
	buf_put_char(pointer, '/');
	buf_put_uint(pointer, index);
}

void path_put(const struct path *path, struct buf *text, struct buf *pointer)
{
	for (uint32_t i = 0; i < path->count; i++) {
		const struct value *key = path->steps[i].key;
		if (value_is(key, VALUE_STRING))
			path_put_key(value_str(key), text, pointer);
		else
			path_put_index(path->steps[i].index, text, pointer);
	}
}
