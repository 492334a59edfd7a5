/* SPDX-License-Identifier: Apache-2.0 */
#include "data/edit.h"

#include "data/map.h"
#include "data/pointer.h"

/* One edit being made: what its steps hand to each other. */
struct editing {
	struct arena *arena;
	const struct edit *edit;
	struct error *err;
};

static int edit_node(
	struct editing *editing, const struct value *node, struct str rest, struct value *ret_node);

bool edit_operation_named(struct str name, enum edit_operation *ret_operation)
{
	static const char *const names[] = {
		[EDIT_ADD] = "add", [EDIT_REPLACE] = "replace", [EDIT_REMOVE] = "remove"};
	for (int i = 0; i <= EDIT_REMOVE; i++)
		if (str_equal(name, str_from(names[i]))) {
			*ret_operation = (enum edit_operation)i;
			return true;
		}
	return false;
}

static int lost(struct editing *editing)
{
	return ERROR_SET(editing->err, ERROR_INPUT, NO_ORIGIN, "there is nothing at %.*s",
		STR_ARGS(editing->edit->pointer));
}

/* The place of a step in a list; the count for "-", which is behind the last item. */
static bool index_of(const struct value *list, const struct pointer_step *step, uint32_t *ret_index)
{
	const struct value *item = pointer_child(list, step);
	*ret_index = item ? (uint32_t)(item - list->items) : list->count;
	return item || (step->len == 1 && step->data[0] == '-');
}

static int edit_list(struct editing *editing, const struct value *list,
	const struct pointer_step *step, struct str rest, struct value *ret_list)
{
	uint32_t index;
	bool last = !rest.data, removes = last && editing->edit->operation == EDIT_REMOVE;
	bool inserts = last && editing->edit->operation == EDIT_ADD;
	if (!index_of(list, step, &index) || (index == list->count && !inserts))
		return lost(editing);
	uint32_t behind = index + (inserts ? 0 : 1), count = list->count - behind;
	struct value *items =
		ARENA_NEW_ARRAY(editing->arena, struct value, (size_t)list->count + 1);
	if (index > 0)
		memcpy(items, list->items, index * sizeof(*items));
	if (!removes &&
		edit_node(editing, inserts ? NULL : &list->items[index], rest, &items[index]) < 0)
		return -1;
	if (count > 0)
		memcpy(items + index + !removes, list->items + behind, count * sizeof(*items));
	*ret_list = value_at(value_list(items, (size_t)index + !removes + count), list->origin);
	return 0;
}

static int edit_map(struct editing *editing, const struct value *map,
	const struct pointer_step *step, struct str rest, struct value *ret_map)
{
	static const struct value none = {.kind = VALUE_MAP};
	const struct value *from = map ? map : &none;
	struct str name = {step->data, step->len};
	const struct value *child = map_get_str(from, name);
	bool removes = editing->edit->operation == EDIT_REMOVE;
	if (!child && removes)
		return lost(editing);
	struct value_entry *entries = map_entries_new(editing->arena, (size_t)from->count + 1);
	size_t count = 0, at = from->count;
	for (uint32_t i = 0; i < from->count; i++) {
		if (child == &from->entries[i].value) {
			at = count;
			if (removes && !rest.data)
				continue;
		}
		entries[count++] = from->entries[i];
	}
	if (!child)
		entries[count++] =
			(struct value_entry){.key = value_string(str_copy(editing->arena, name))};
	if (!(removes && !rest.data) && edit_node(editing, child, rest, &entries[at].value) < 0)
		return -1;
	if (map_make(entries, count, ret_map, editing->err) < 0)
		return -1;
	ret_map->origin = from->origin;
	return 0;
}

/* node: NULL for what is not there yet; rest: no data at the end of the pointer. */
static int edit_node(
	struct editing *editing, const struct value *node, struct str rest, struct value *ret_node)
{
	struct pointer_step step;
	struct str part;
	if (!rest.data) {
		*ret_node = *editing->edit->value;
		return 0;
	}
	if (!str_next_part(&rest, '/', &part) || !pointer_step_read(part, &step))
		return lost(editing);
	if (value_is(node, VALUE_LIST))
		return edit_list(editing, node, &step, rest, ret_node);
	if (node && node->kind != VALUE_MAP)
		return lost(editing);
	return edit_map(editing, node, &step, rest, ret_node);
}

int value_edit(struct arena *arena, const struct value *root, const struct edit *edit,
	struct value *ret_root, struct error *err)
{
	struct editing editing = {.arena = arena, .edit = edit, .err = err};
	if (edit->pointer.len == 0 || edit->pointer.data[0] != '/')
		return lost(&editing);
	struct str rest = str_slice(edit->pointer, 1, edit->pointer.len);
	return edit_node(&editing, root, rest, ret_root);
}
