/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/cluster/shape.h"

#include "data/map.h"

/* Fields whose maps have texts as values: there, null is the empty text. */
static const struct str text_maps[] = {STR_INIT("annotations"), STR_INIT("labels"),
	STR_INIT("matchLabels"), STR_INIT("nodeSelector"), STR_INIT("data"),
	STR_INIT("stringData")};

static bool is_text_map(const struct value *key)
{
	for (size_t i = 0; i < sizeof(text_maps) / sizeof(text_maps[0]); i++)
		if (value_is(key, VALUE_STRING) && str_equal(value_str(key), text_maps[i]))
			return true;
	return false;
}

static bool holds_null(const struct value *v)
{
	if (v->kind == VALUE_LIST)
		for (uint32_t i = 0; i < v->count; i++)
			if (holds_null(&v->items[i]))
				return true;
	if (v->kind == VALUE_MAP)
		for (uint32_t i = 0; i < v->count; i++)
			if (holds_null(&v->entries[i].value))
				return true;
	return v->kind == VALUE_NULL;
}

static struct value settled(struct arena *arena, const struct value *v, bool texts);

static struct value settled_list(struct arena *arena, const struct value *v)
{
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, v->count);
	for (uint32_t i = 0; i < v->count; i++)
		items[i] = settled(arena, &v->items[i], false);
	return value_at(value_list(items, v->count), v->origin);
}

static struct value settled_map(struct arena *arena, const struct value *v, bool texts)
{
	struct value_entry *entries = map_entries_new(arena, v->count);
	size_t count = 0;
	for (uint32_t i = 0; i < v->count; i++) {
		const struct value_entry *entry = &v->entries[i];
		if (entry->value.kind == VALUE_NULL && !texts)
			continue;
		entries[count].key = entry->key;
		entries[count++].value = settled(arena, &entry->value, is_text_map(&entry->key));
	}
	struct value map;
	struct error unique = {0}; /* cannot be filled: the keys were unique before */
	map_make(entries, count, &map, &unique);
	return value_at(map, v->origin);
}

/* texts: v is a map of texts, or (when null) in one. */
static struct value settled(struct arena *arena, const struct value *v, bool texts)
{
	if (v->kind == VALUE_LIST)
		return settled_list(arena, v);
	if (v->kind == VALUE_MAP)
		return settled_map(arena, v, texts);
	if (v->kind == VALUE_NULL && texts)
		return value_at(value_ascii(STR("")), v->origin);
	return *v;
}

struct value shape_without_nulls(struct arena *arena, const struct value *v)
{
	return holds_null(v) ? settled(arena, v, false) : *v;
}

void shape_path_print(const struct shape_path *path, struct buf *out)
{
	if (!path) {
		buf_puts(out, "the document");
		return;
	}
	if (path->parent)
		shape_path_print(path->parent, out);
	if (!path->name)
		buf_printf(out, "[%zu]", path->index);
	else
		buf_printf(out, "%s%s", path->parent ? "." : "", path->name);
}

const char *shape_kind_name(const struct value *v)
{
	static const char *const names[VALUE_KINDS] = {[VALUE_NULL] = "null",
		[VALUE_BOOL] = "a bool",
		[VALUE_INT] = "a number",
		[VALUE_UINT] = "a number",
		[VALUE_DOUBLE] = "a number",
		[VALUE_STRING] = "a text",
		[VALUE_BYTES] = "bytes",
		[VALUE_LIST] = "a list",
		[VALUE_MAP] = "a map"};
	return v->kind < VALUE_KINDS ? names[v->kind] : "something else";
}

static int wrong_kind(const struct value *v, const struct shape_path *path, enum value_kind wanted,
	struct error *err)
{
	char text[160];
	struct buf where;
	struct value example = {.kind = (uint8_t)wanted};
	buf_init_fixed(&where, text, sizeof(text));
	shape_path_print(path, &where);
	ERROR_SET(err, ERROR_INPUT, v->origin, "%.*s is %s, but must be %s",
		STR_ARGS(buf_str(&where)), shape_kind_name(v), shape_kind_name(&example));
	if (wanted == VALUE_STRING && v->kind != VALUE_LIST && v->kind != VALUE_MAP)
		error_set_remedy(
			err, "put it in quotes: plain y, no, on, ~ and numbers are no texts");
	return -1;
}

int shape_field(const struct value *map, const struct shape_path *path, const char *name,
	enum value_kind kind, const struct value **ret_field, struct error *err)
{
	*ret_field = map_get_str(map, str_from(name));
	if (!*ret_field)
		return 0;
	struct shape_path here = {path, name, 0};
	return value_is(*ret_field, kind) ? 1 : wrong_kind(*ret_field, &here, kind, err);
}

int shape_list_of_maps(const struct value *list, const struct shape_path *path, struct error *err)
{
	for (uint32_t i = 0; i < list->count; i++) {
		struct shape_path here = {path, NULL, i};
		if (list->items[i].kind != VALUE_MAP)
			return wrong_kind(&list->items[i], &here, VALUE_MAP, err);
	}
	return 0;
}
