/* SPDX-License-Identifier: Apache-2.0 */
#include "data/fields.h"

#include "data/map.h"

struct fields fields_begin(struct arena *arena, size_t most)
{
	return (struct fields){.arena = arena, .entries = map_entries_new(arena, most)};
}

void fields_add(struct fields *fields, const char *name, struct value value)
{
	fields->entries[fields->count++] =
		(struct value_entry){.key = value_ascii(str_from(name)), .value = value};
}

struct value fields_end(const struct fields *fields)
{
	struct value map = value_null();
	struct error never = {0}; /* the names differ */
	map_make(fields->entries, fields->count, &map, &never);
	return map;
}
