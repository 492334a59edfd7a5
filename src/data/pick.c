/* SPDX-License-Identifier: Apache-2.0 */
#include "data/pick.h"

#include "data/map.h"

static void walk(const struct value *at, struct str path, pick_visit *visit, void *context);

static void walk_items(const struct value *list, struct str path, pick_visit *visit, void *context)
{
	for (uint32_t i = 0; value_is(list, VALUE_LIST) && i < list->count; i++)
		walk(&list->items[i], path, visit, context);
}

/* Recursion ends with the path, which is ours and short. */
static void walk(const struct value *at, struct str path, pick_visit *visit, void *context)
{
	struct str name;
	while (str_next_part(&path, '.', &name)) {
		if (str_equal(name, STR("*"))) {
			walk_items(at, path, visit, context);
			return;
		}
		at = map_get_str(at, name);
	}
	if (value_is(at, VALUE_STRING))
		visit(context, value_str(at));
}

void pick_texts(const struct value *root, const char *path, pick_visit *visit, void *context)
{
	walk(root, str_from(path), visit, context);
}

static void keep_first(void *context, struct str text)
{
	struct str *first = context;
	if (!first->data)
		*first = text;
}

struct str pick_text(const struct value *root, const char *path)
{
	struct str first = {NULL, 0};
	pick_texts(root, path, keep_first, &first);
	return first;
}
