/* SPDX-License-Identifier: Apache-2.0 */
#include "data/path.h"

#include "base/number.h"
#include "data/map.h"
#include "data/print.h"

static bool same_origin(struct origin a, struct origin b)
{
	return a.line == b.line && a.column == b.column;
}

static bool is_before(struct origin a, struct origin b)
{
	return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* The same value, not an equal one. */
static bool is_same(const struct value *a, const struct value *b)
{
	return a == b || (same_origin(a->origin, b->origin) && a->kind == b->kind &&
				 a->count == b->count && a->natural == b->natural);
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
	if (is_same(root, v))
		return true;
	return v->origin.line > 0 && (descend(root, v, ret_path) || search(root, v, ret_path));
}

const struct value *path_value(const struct value *root, const struct path *path)
{
	for (uint32_t i = 0; i < path->count; i++)
		root = child(root, path->steps[i].index);
	return root;
}

static bool is_name_byte(char c, bool first)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
	return letter || (!first && ((c >= '0' && c <= '9') || c == '-'));
}

static size_t name_length(struct str text)
{
	size_t len = 0;
	while (len < text.len && is_name_byte(text.data[len], len == 0))
		len++;
	return len;
}

void path_print(const struct path *path, struct buf *out)
{
	for (uint32_t i = 0; i < path->count; i++) {
		const struct value *key = path->steps[i].key;
		bool name = value_is(key, VALUE_STRING) && key->count > 0 &&
			    name_length(value_str(key)) == key->count;
		if (name) {
			buf_put(out, i > 0 ? STR(".") : STR(""));
			buf_put(out, value_str(key));
			continue;
		}
		buf_put_char(out, '[');
		if (key)
			print_json(key, (struct print_style){0}, out);
		else
			buf_put_uint(out, path->steps[i].index);
		buf_put_char(out, ']');
	}
}

static void put_pointer_token(struct str token, struct buf *out)
{
	for (size_t i = 0; i < token.len; i++) {
		if (token.data[i] == '~')
			buf_puts(out, "~0");
		else if (token.data[i] == '/')
			buf_puts(out, "~1");
		else
			buf_put_char(out, token.data[i]);
	}
}

void path_print_pointer(const struct path *path, struct buf *out)
{
	for (uint32_t i = 0; i < path->count; i++) {
		const struct value *key = path->steps[i].key;
		buf_put_char(out, '/');
		if (value_is(key, VALUE_STRING))
			put_pointer_token(value_str(key), out);
		else if (key)
			print_json(key, (struct print_style){0}, out);
		else
			buf_put_uint(out, path->steps[i].index);
	}
}

/* A step of a written path. */
struct written_step {
	struct str key; /* data NULL for an index */
	uint64_t index;
	size_t len; /* of the text with its brackets or dot */
};

static bool read_name(struct str text, bool first, struct written_step *ret)
{
	size_t dot = !first;
	if (dot && (text.len == 0 || text.data[0] != '.'))
		return false;
	struct str name = str_slice(text, dot, text.len);
	size_t len = name_length(name);
	*ret = (struct written_step){.key = str_slice(name, 0, len), .len = dot + len};
	return len > 0;
}

/* Quotes protect everything up to the same quote; there are no escapes. */
static bool read_brackets(struct str text, struct written_step *ret)
{
	char quote = text.len > 1 ? text.data[1] : '\0';
	bool quoted = quote == '"' || quote == '\'';
	char closing[2] = {quoted ? quote : ']', ']'};
	size_t start = quoted ? 2 : 1, closing_len = quoted ? 2 : 1;
	size_t end = str_find(text, (struct str){closing, closing_len}, start);
	if (end == SIZE_MAX)
		return false;
	struct str inside = str_slice(text, start, end);
	*ret = (struct written_step){.len = end + closing_len};
	if (quoted)
		ret->key = inside;
	return quoted || number_parse_uint(inside, 10, &ret->index);
}

static bool take_step(
	const struct value *from, const struct written_step *step, struct path_found *found)
{
	uint64_t i = step->index;
	if (step->key.data) {
		struct value key = value_string(step->key);
		const struct value_entry *entry = map_find(from, &key);
		if (!entry)
			return false;
		i = (uint64_t)(entry - from->entries);
	} else if (from->kind != VALUE_LIST || i >= from->count) {
		return false;
	}
	if (found->path.count > LIMIT_DATA_DEPTH)
		return false;
	push(&found->path, from, (uint32_t)i);
	found->key = child_origin(from, (uint32_t)i);
	found->value = child(from, (uint32_t)i);
	return true;
}

bool path_resolve(const struct value *root, struct str text, struct path_found *ret_found)
{
	ret_found->value = root;
	ret_found->key = root->origin;
	ret_found->path.count = 0;
	ret_found->rest = text;
	while (ret_found->rest.len > 0) {
		struct str rest = ret_found->rest;
		struct written_step step;
		bool read = rest.data[0] == '[' ? read_brackets(rest, &step)
						: read_name(rest, rest.len == text.len, &step);
		if (!read || !take_step(ret_found->value, &step, ret_found))
			return false;
		ret_found->rest = str_slice(rest, step.len, rest.len);
	}
	return true;
}
