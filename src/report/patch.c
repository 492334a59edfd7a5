/* SPDX-License-Identifier: Apache-2.0 */
#include "report/patch.h"

#include "base/number.h"
#include "data/map.h"

enum { STEP_BYTES = 256 };

/* A step of a JSON pointer, unescaped, with a 0 byte after it (RFC 6901, section 4). */
struct step {
	char data[STEP_BYTES];
	size_t len;
};

static bool read_step(struct str text, struct step *ret_step)
{
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		if (len + 1 == STEP_BYTES)
			return false;
		if (c == '~' && i + 1 < text.len)
			c = text.data[++i] == '1' ? '/' : '~';
		ret_step->data[len++] = c;
	}
	ret_step->data[len] = '\0';
	ret_step->len = len;
	return true;
}

static const struct value *child(const struct value *node, const struct step *step)
{
	struct str name = {step->data, step->len};
	int64_t index;
	if (value_is(node, VALUE_LIST) && number_parse_int(name, &index) && index >= 0 &&
		(uint64_t)index < node->count)
		return &node->items[index];
	return value_is(node, VALUE_MAP) ? map_get_str(node, name) : NULL;
}

const struct value *patch_find(const struct value *root, struct str pointer)
{
	struct str rest = str_slice(pointer, 1, pointer.len), part;
	struct step step;
	if (pointer.len == 0)
		return root;
	while (root && str_next_part(&rest, '/', &part))
		root = read_step(part, &step) ? child(root, &step) : NULL;
	return root;
}

/* How many bytes of the pointer lead to what is there, and whether the rest can be added. */
static bool split(const struct value *root, struct str pointer, size_t *ret_there)
{
	struct str rest = str_slice(pointer, 1, pointer.len), part;
	const struct value *node = root;
	struct step step;
	*ret_there = 0;
	while (str_next_part(&rest, '/', &part)) {
		if (!read_step(part, &step))
			return false;
		const struct value *next = child(node, &step);
		if (!next)
			return value_is(node, VALUE_MAP);
		node = next;
		*ret_there += part.len + 1;
	}
	return true;
}

/* The value, within a map for each of the steps that lead to it. */
static void put_value(struct json *json, const char *name, struct str steps, const struct value *v)
{
	struct str part;
	size_t depth = 0;
	struct step step = {.data = {'\0'}};
	memcpy(step.data, name, strlen(name) + 1);
	while (steps.len > 0 && str_next_part(&steps, '/', &part)) {
		json_open(json, step.data, '{');
		depth++;
		if (!read_step(part, &step))
			break;
	}
	json_value(json, step.data, v);
	while (depth-- > 0)
		json_close(json, '}');
}

void patch_put(struct json *json, const struct subject *subject, const struct reason *reason)
{
	const struct policy_patch *patch = &reason->policy->patch;
	struct str pointer = reason->pointer;
	bool removes = str_equal(patch->operation, STR("remove"));
	size_t there;
	if (patch->operation.len == 0 || reason->undecided || pointer.len == 0 ||
		!split(&subject->root, pointer, &there) || (removes && there < pointer.len))
		return;
	/* The first missing step is what is added; those behind it are its value. */
	struct str missing = str_slice(pointer, there, pointer.len);
	size_t next = missing.len > 0 ? str_find(missing, STR("/"), 1) : SIZE_MAX;
	struct str inner = next == SIZE_MAX ? STR("") : str_slice(missing, next + 1, missing.len);
	size_t added = next == SIZE_MAX ? pointer.len : there + next;
	json_open(json, "patch", '{');
	json_str(json, "op", missing.len > 0 ? STR("add") : patch->operation);
	json_str(json, "path", str_slice(pointer, 0, added));
	if (!removes)
		put_value(json, "value", inner, &patch->value);
	json_close(json, '}');
}
