/* SPDX-License-Identifier: Apache-2.0 */
#include "report/patch.h"

#include "data/pointer.h"

/* The value, within a map for each of the steps that lead to it. */
static void put_value(struct json *json, const char *name, struct str steps, const struct value *v)
{
	struct str part;
	size_t depth = 0;
	struct pointer_step step = {.data = {'\0'}};
	memcpy(step.data, name, strlen(name) + 1);
	while (steps.len > 0 && str_next_part(&steps, '/', &part)) {
		json_open(json, step.data, '{');
		depth++;
		if (!pointer_step_read(part, &step))
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
	if (!reason->has_patch || pointer.len == 0 ||
		!pointer_split(&subject->root, pointer, &there) || (removes && there < pointer.len))
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
		put_value(json, "value", inner, &reason->patch_value);
	json_close(json, '}');
}
