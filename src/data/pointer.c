/* SPDX-License-Identifier: Apache-2.0 */
#include "data/pointer.h"

#include "base/number.h"
#include "data/map.h"

bool pointer_step_read(struct str text, struct pointer_step *ret_step)
{
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		if (len + 1 == POINTER_STEP_BYTES)
			return false;
		if (c == '~' && i + 1 < text.len)
			c = text.data[++i] == '1' ? '/' : '~';
		ret_step->data[len++] = c;
	}
	ret_step->data[len] = '\0';
	ret_step->len = len;
	return true;
}

const struct value *pointer_child(const struct value *node, const struct pointer_step *step)
{
	struct str name = {step->data, step->len};
	int64_t index;
	if (value_is(node, VALUE_LIST) && number_parse_int(name, &index) && index >= 0 &&
		(uint64_t)index < node->count)
		return &node->items[index];
	return value_is(node, VALUE_MAP) ? map_get_str(node, name) : NULL;
}

const struct value *pointer_find(const struct value *root, struct str pointer)
{
	struct str rest = str_slice(pointer, 1, pointer.len), part;
	struct pointer_step step;
	if (pointer.len == 0)
		return root;
	while (root && str_next_part(&rest, '/', &part))
		root = pointer_step_read(part, &step) ? pointer_child(root, &step) : NULL;
	return root;
}

bool pointer_split(const struct value *root, struct str pointer, size_t *ret_there)
{
	struct str rest = str_slice(pointer, 1, pointer.len), part;
	const struct value *node = root;
	struct pointer_step step;
	*ret_there = 0;
	while (str_next_part(&rest, '/', &part)) {
		if (!pointer_step_read(part, &step))
			return false;
		const struct value *next = pointer_child(node, &step);
		if (!next)
			return value_is(node, VALUE_MAP);
		node = next;
		*ret_there += part.len + 1;
	}
	return true;
}
