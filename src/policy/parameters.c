/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "data/map.h"
#include "policy/scope.h"

static const struct cel_type *scalar_type(enum value_kind kind)
{
	static const struct cel_type *const types[VALUE_KINDS] = {
		[VALUE_NULL] = &cel_type_dyn,
		[VALUE_BOOL] = &cel_type_bool,
		[VALUE_INT] = &cel_type_int,
		[VALUE_UINT] = &cel_type_uint,
		[VALUE_DOUBLE] = &cel_type_double,
		[VALUE_STRING] = &cel_type_string,
		[VALUE_BYTES] = &cel_type_bytes,
	};
	return types[kind];
}

/* The one type of all items, or dyn. */
static const struct cel_type *common_type(
	struct arena *arena, const struct cel_type *so_far, const struct value *value)
{
	const struct cel_type *type = type_of_default(arena, value);
	return !so_far || cel_type_equal(so_far, type) ? type : &cel_type_dyn;
}

const struct cel_type *type_of_default(struct arena *arena, const struct value *value)
{
	const struct cel_type *inner = NULL;
	if (value->kind != VALUE_LIST && value->kind != VALUE_MAP)
		return scalar_type(value->kind);
	bool map = value->kind == VALUE_MAP;
	for (uint32_t i = 0; i < value->count; i++)
		inner = common_type(
			arena, inner, map ? &value->entries[i].value : &value->items[i]);
	struct cel_type *type = ARENA_NEW(arena, struct cel_type);
	type->kind = map ? CEL_TYPE_MAP : CEL_TYPE_LIST;
	type->parameters[0] = map ? &cel_type_string : inner ? inner : &cel_type_dyn;
	type->parameters[1] = map ? inner ? inner : &cel_type_dyn : NULL;
	return type;
}

static bool fit_list(struct arena *arena, const struct cel_type *item, struct value *list)
{
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, list->count);
	for (uint32_t i = 0; i < list->count; i++) {
		items[i] = list->items[i];
		if (!type_fit(arena, item, &items[i]))
			return false;
	}
	list->items = items;
	return true;
}

static bool fit_map(struct arena *arena, const struct cel_type *type, struct value *map)
{
	struct error err = {0};
	struct origin origin = map->origin;
	struct value_entry *entries = map_entries_new(arena, map->count);
	for (uint32_t i = 0; i < map->count; i++) {
		entries[i] = map->entries[i];
		if (!type_fit(arena, type, &entries[i].value))
			return false;
	}
	if (map_make(entries, map->count, map, &err) != 0)
		return false;
	map->origin = origin;
	return true;
}

bool type_fit(struct arena *arena, const struct cel_type *type, struct value *value)
{
	if (type->kind == CEL_TYPE_DYN)
		return true;
	if (type->kind == CEL_TYPE_LIST)
		return value->kind == VALUE_LIST && fit_list(arena, type->parameters[0], value);
	if (type->kind == CEL_TYPE_MAP)
		return value->kind == VALUE_MAP && fit_map(arena, type->parameters[1], value);
	if (type->kind == CEL_TYPE_DOUBLE && value->kind == VALUE_INT)
		*value = value_at(value_double((double)value->integer), value->origin);
	return value->kind < VALUE_KINDS && type == scalar_type(value->kind);
}

void scope_load_parameters(struct scope *scope)
{
	struct arena *arena = scope->loader->arena;
	const struct value *defaults = form_get(scope->root, "parameters");
	uint32_t count = value_is(defaults, VALUE_MAP) ? defaults->count : 0;
	if (count > LIMIT_POLICY_PARAMETERS) {
		scope_problem(scope, defaults, NULL, "a policy has at most %d parameters",
			LIMIT_POLICY_PARAMETERS);
		count = 0;
	}
	struct cel_field *fields = ARENA_NEW_ARRAY(arena, struct cel_field, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		const struct value_entry *entry = &defaults->entries[i];
		fields[i].name = str_copy(arena, value_str(&entry->key)).data;
		fields[i].type = type_of_default(arena, &entry->value);
	}
	struct cel_type *type = ARENA_NEW(arena, struct cel_type);
	*type = (struct cel_type){.kind = CEL_TYPE_STRUCT, .name = "params", .fields = fields};
	cel_env_declare(scope->env, STR("params"), type);
	scope->entry->parameter_type = type;
	struct value empty = {.kind = VALUE_MAP};
	scope->policy->parameters = count > 0 ? *defaults : empty;
}

static const struct cel_field *find_parameter(const struct policy_entry *entry, struct str name)
{
	const struct cel_field *field = entry->parameter_type->fields;
	while (field->name && !str_equal(str_from(field->name), name))
		field++;
	return field->name ? field : NULL;
}

static void unknown_parameter(
	struct loader *loader, const struct policy_entry *entry, const struct value *key)
{
	struct nearest nearest = nearest_to(value_str(key));
	const struct cel_field *field = entry->parameter_type->fields;
	for (; field->name; field++)
		nearest_try(&nearest, str_from(field->name));
	problem_at(&loader->problems, key, problem_suggest(&loader->problems, nearest.word),
		"`%.*s` has no parameter `%.*s`", QUOTE(entry->policy.id), QUOTE(value_str(key)));
}

static void wrong_parameter(
	struct loader *loader, const struct value_entry *given, const struct cel_type *type)
{
	char text[64];
	struct buf buf;
	buf_init_fixed(&buf, text, sizeof(text));
	cel_type_print(type, &buf);
	problem_at(&loader->problems, &given->value,
		"the type of a parameter is the type of its default",
		"the parameter `%.*s` must be %.*s", QUOTE(value_str(&given->key)),
		STR_ARGS(buf_str(&buf)));
}

static void set_parameter(struct loader *loader, const struct policy_entry *entry,
	struct value_entry *parameters, const struct value_entry *given)
{
	const struct cel_field *field = find_parameter(entry, value_str(&given->key));
	if (!field) {
		unknown_parameter(loader, entry, &given->key);
		return;
	}
	struct value_entry *target = &parameters[field - entry->parameter_type->fields];
	target->value = given->value;
	if (!type_fit(loader->arena, field->type, &target->value))
		wrong_parameter(loader, given, field->type);
}

void load_parameters(struct loader *loader, struct policy_entry *entry, const struct value *values)
{
	struct value *parameters = &entry->policy.parameters;
	struct value_entry *entries = map_entries_new(loader->arena, parameters->count);
	for (uint32_t i = 0; i < parameters->count; i++)
		entries[i] = parameters->entries[i];
	for (uint32_t i = 0; i < values->count; i++)
		set_parameter(loader, entry, entries, &values->entries[i]);
	struct error err = {0};
	struct origin origin = parameters->origin;
	if (map_make(entries, parameters->count, parameters, &err) != 0)
		problem_tell(&loader->problems, &err);
	parameters->origin = origin;
}
