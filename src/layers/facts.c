/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/facts.h"

/* The struct types that can be reached, each once, in the order in which a reader meets them. */
struct types {
	struct arena *arena;
	const struct cel_type **items;
	size_t count, capacity;
};

static bool is_known(const struct types *types, const struct cel_type *type)
{
	for (size_t i = 0; i < types->count; i++)
		if (types->items[i] == type)
			return true;
	return false;
}

static void add_type(struct types *types, const struct cel_type *type)
{
	for (size_t i = 0; i < 2 && type->parameters[i]; i++)
		add_type(types, type->parameters[i]);
	if (type->kind != CEL_TYPE_STRUCT || is_known(types, type))
		return;
	if (types->count == types->capacity)
		types->items = arena_grow(types->arena, types->items, types->count,
			&types->capacity, sizeof(const struct cel_type *));
	types->items[types->count++] = type;
}

static void put_type(const struct cel_type *type, struct buf *out)
{
	buf_puts(out, "`");
	cel_type_print(type, out);
	buf_puts(out, "`");
}

static void put_kind(const struct policy_subject_kind *kind, struct types *types, struct buf *out)
{
	buf_printf(out, "| `%s` | %s | %s%s%s |", kind->name, kind->meaning, kind->also ? "`" : "",
		kind->also ? kind->also->name : "", kind->also ? "`" : "");
	for (const struct policy_root *root = kind->roots; root->name; root++) {
		buf_printf(out, "%s `%s`: ", root == kind->roots ? "" : ",", root->name);
		put_type(root->type, out);
		add_type(types, root->type);
	}
	buf_puts(out, " |\n");
}

static void put_struct(const struct cel_type *type, struct types *types, struct buf *out)
{
	buf_printf(out, "\n### %s\n\n| field | type |\n|---|---|\n", type->name);
	for (const struct cel_field *field = type->fields; field->name; field++) {
		buf_printf(out, "| `%s` | ", field->name);
		put_type(field->type, out);
		buf_puts(out, " |\n");
		add_type(types, field->type);
	}
}

void facts_put(const struct policy_schema *schema, struct arena *arena, struct buf *out)
{
	struct types types = {.arena = arena};
	buf_printf(out,
		"# Facts of the layer %s\n\nWhat expressions of policies with `layer: %s` may "
		"name. "
		"`dyn` is anything; a\nfield that the document lacks is absent, so write "
		"`a.?b.?c.orValue(x)` or `has(a.b)`.\n\n## Kinds of subjects\n\n"
		"A subject of a kind is also judged by the policies for what it also is.\n\n"
		"| `subject:` | what it is | also | its facts |\n|---|---|---|---|\n",
		schema->layer, schema->layer);
	for (const struct policy_subject_kind *kind = schema->kinds; kind->name; kind++)
		put_kind(kind, &types, out);
	buf_puts(out, "\n## Types\n");
	for (size_t i = 0; i < types.count; i++)
		put_struct(types.items[i], &types, out);
}
