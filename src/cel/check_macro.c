/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/check_state.h"
#include "cel/explain.h"

/* A name for what is checked next; the caller sets checker->scope back. */
static struct cel_scope *open_scope(
	struct cel_checker *checker, struct str name, const struct cel_type *type)
{
	struct cel_scope *scope = ARENA_NEW(checker->arena, struct cel_scope);
	*scope = (struct cel_scope){
		.outer = checker->scope, .name = name, .type = type, .slot = checker->locals};
	checker->scope = scope;
	return scope;
}

static void take_slots(struct cel_checker *checker, size_t count)
{
	checker->locals += (uint32_t)count;
	if (checker->locals > checker->most_locals)
		checker->most_locals = checker->locals;
}

/* What the variables of a comprehension over a type are: with one, map keys; with two, also values.
 */
struct items {
	const struct cel_type *first, *second;
};

static struct items no_types(void)
{
	return (struct items){&cel_type_dyn, &cel_type_dyn};
}

static int find_items(struct cel_checker *checker, const struct cel_node *node, struct items *items)
{
	const struct cel_type *range = unify_resolve(&checker->types, node->macro.range->type);
	bool two = node->macro.variable2.len > 0;
	*items = no_types();
	switch ((int)range->kind) {
	case CEL_TYPE_LIST:
		items->first = two ? &cel_type_int : range->parameters[0];
		items->second = range->parameters[0];
		return 0;
	case CEL_TYPE_MAP:
		*items = (struct items){range->parameters[0], range->parameters[1]};
		return 0;
	case CEL_TYPE_STRUCT:
		items->first = &cel_type_string;
		return 0;
	case CEL_TYPE_VAR:
		unify_assignable(&checker->types, &cel_type_dyn, range);
		return 0;
	case CEL_TYPE_DYN:
	case CEL_TYPE_ERROR:
		return 0;
	}
	char shown[EXPLAIN_BYTES];
	return CEL_FAIL(checker->err, node->origin, node->length,
		"only lists and maps have items, this is %.*s",
		STR_ARGS(cel_explain_type(checker, range, shown)));
}

static int check_predicate(struct cel_checker *checker, const struct cel_node *node)
{
	struct cel_node *predicate = node->macro.predicate;
	if (!predicate)
		return 0;
	if (cel_check_node(checker, predicate) < 0)
		return -1;
	if (!checker->typed || unify_assignable(&checker->types, predicate->type, &cel_type_bool))
		return 0;
	char shown[EXPLAIN_BYTES];
	return CEL_FAIL(checker->err, predicate->origin, predicate->length,
		"the condition for an item must be a bool, this is %.*s",
		STR_ARGS(cel_explain_type(checker, predicate->type, shown)));
}

/* Checks predicate and transformation with the variables in scope. */
static int check_body(struct cel_checker *checker, struct cel_node *node, struct items items)
{
	struct cel_scope *outer = checker->scope;
	uint32_t locals = checker->locals;
	node->macro.slot = locals;
	open_scope(checker, node->macro.variable, items.first);
	take_slots(checker, 1);
	if (node->macro.variable2.len > 0) {
		open_scope(checker, node->macro.variable2, items.second);
		take_slots(checker, 1);
	}
	if (check_predicate(checker, node) < 0 ||
		(node->macro.transform && cel_check_node(checker, node->macro.transform) < 0))
		return -1;
	checker->scope = outer;
	checker->locals = locals;
	return 0;
}

static const struct cel_type *new_list(struct cel_checker *checker, const struct cel_type *item)
{
	return cel_type_new(checker->arena, CEL_TYPE_LIST, NULL, item, NULL);
}

static int check_entry(
	struct cel_checker *checker, struct cel_node *node, const struct cel_type **ret_type)
{
	const struct cel_node *entry = node->macro.transform;
	const struct cel_type *type = unify_resolve(&checker->types, entry->type);
	*ret_type = type->kind == CEL_TYPE_MAP ? type : &cel_type_map_dyn;
	if (unify_assignable(&checker->types, type, &cel_type_map_dyn))
		return 0;
	char shown[EXPLAIN_BYTES];
	return CEL_FAIL(checker->err, entry->origin, entry->length,
		"transformMapEntry() needs a map of entries, this is %.*s",
		STR_ARGS(cel_explain_type(checker, type, shown)));
}

static bool is_sortable(const struct cel_type *type)
{
	switch ((int)type->kind) {
	case CEL_TYPE_DYN:
	case CEL_TYPE_VAR:
	case CEL_TYPE_BOOL:
	case CEL_TYPE_INT:
	case CEL_TYPE_UINT:
	case CEL_TYPE_DOUBLE:
	case CEL_TYPE_STRING:
	case CEL_TYPE_BYTES:
	case CEL_TYPE_TIMESTAMP:
	case CEL_TYPE_DURATION:
		return true;
	}
	return false;
}

static int check_sort(
	struct cel_checker *checker, struct cel_node *node, const struct cel_type **ret_type)
{
	const struct cel_type *range = unify_resolve(&checker->types, node->macro.range->type);
	const struct cel_node *key = node->macro.transform;
	const struct cel_type *type = unify_resolve(&checker->types, key->type);
	char shown[EXPLAIN_BYTES];
	*ret_type = range->kind == CEL_TYPE_LIST ? range : &cel_type_list_dyn;
	if (range->kind == CEL_TYPE_MAP || range->kind == CEL_TYPE_STRUCT)
		return CEL_FAIL(checker->err, node->origin, node->length,
			"only lists can be sorted, this is %.*s",
			STR_ARGS(cel_explain_type(checker, range, shown)));
	if (!is_sortable(type))
		return CEL_FAIL(checker->err, key->origin, key->length,
			"items cannot be sorted by %.*s",
			STR_ARGS(cel_explain_type(checker, type, shown)));
	return 0;
}

static int comprehension_type(
	struct cel_checker *checker, struct cel_node *node, const struct cel_type **ret_type)
{
	struct items items;
	if (find_items(checker, node, &items) < 0 || check_body(checker, node, items) < 0)
		return -1;
	switch ((int)node->macro.macro) {
	case CEL_MACRO_FILTER:
		*ret_type = new_list(checker, items.first);
		return 0;
	case CEL_MACRO_MAP:
	case CEL_MACRO_TRANSFORM_LIST:
		*ret_type = new_list(checker, node->macro.transform->type);
		return 0;
	case CEL_MACRO_TRANSFORM_MAP:
		*ret_type = cel_type_new(checker->arena, CEL_TYPE_MAP, NULL, items.first,
			node->macro.transform->type);
		return 0;
	case CEL_MACRO_TRANSFORM_MAP_ENTRY:
		return check_entry(checker, node, ret_type);
	case CEL_MACRO_SORT_BY:
		return check_sort(checker, node, ret_type);
	}
	*ret_type = &cel_type_bool;
	return 0;
}

static int want_optional(
	struct cel_checker *checker, const struct cel_node *node, const struct cel_type **ret_inner)
{
	const struct cel_type *type = unify_resolve(&checker->types, node->type);
	*ret_inner = &cel_type_dyn;
	if (type->kind == CEL_TYPE_DYN || type->kind == CEL_TYPE_VAR)
		return 0;
	if (cel_type_is_optional(type)) {
		*ret_inner = type->parameters[0];
		return 0;
	}
	char shown[EXPLAIN_BYTES];
	return CEL_FAIL(checker->err, node->origin, node->length,
		"an optional value must stand here, this is %.*s",
		STR_ARGS(cel_explain_type(checker, type, shown)));
}

static int optional_type(
	struct cel_checker *checker, struct cel_node *node, const struct cel_type **ret_type)
{
	struct items items = no_types();
	const struct cel_type *unused;
	if (want_optional(checker, node->macro.range, &items.first) < 0 ||
		check_body(checker, node, items) < 0)
		return -1;
	*ret_type = node->macro.transform->type;
	if (node->macro.macro == CEL_MACRO_OPT_FLAT_MAP)
		return want_optional(checker, node->macro.transform, &unused);
	*ret_type = cel_type_new(
		checker->arena, CEL_TYPE_OPAQUE, cel_type_optional_dyn.name, *ret_type, NULL);
	return 0;
}

/*
 * The values of cel.bind() and cel.block() may be computed when they are first used, in the middle
 * of the body: so their own variables lie where nothing of the body does.
 */
static int check_values(struct cel_checker *checker, struct cel_node *const *values, size_t count,
	struct cel_scope *scope)
{
	uint32_t most = checker->most_locals;
	checker->most_locals = checker->locals;
	for (size_t i = 0; i < count; i++) {
		if (cel_check_node(checker, values[i]) < 0)
			return -1;
		if (scope)
			scope->block_count = i + 1;
	}
	checker->locals = checker->most_locals;
	if (most > checker->most_locals)
		checker->most_locals = most;
	return 0;
}

static int check_bind(struct cel_checker *checker, struct cel_node *node)
{
	struct cel_scope *outer = checker->scope;
	uint32_t locals = checker->locals;
	node->macro.slot = locals;
	take_slots(checker, 1);
	if (check_values(checker, &node->macro.range, 1, NULL) < 0)
		return -1;
	open_scope(checker, node->macro.variable, node->macro.range->type)->slot = locals;
	if (cel_check_node(checker, node->macro.transform) < 0)
		return -1;
	checker->scope = outer;
	checker->locals = locals;
	cel_set_type(checker, node, node->macro.transform->type);
	return 0;
}

static int check_block(struct cel_checker *checker, struct cel_node *node)
{
	struct cel_scope *outer = checker->scope;
	struct cel_node *values = node->macro.range;
	uint32_t locals = checker->locals;
	node->macro.slot = locals;
	struct cel_scope *scope = open_scope(checker, STR(""), NULL);
	scope->block = values->list.items;
	take_slots(checker, values->list.count);
	if (check_values(checker, values->list.items, values->list.count, scope) < 0 ||
		cel_check_node(checker, node->macro.transform) < 0)
		return -1;
	values->type = &cel_type_list_dyn;
	checker->scope = outer;
	checker->locals = locals;
	cel_set_type(checker, node, node->macro.transform->type);
	return 0;
}

int cel_check_macro(struct cel_checker *checker, struct cel_node *node)
{
	const struct cel_type *type = &cel_type_dyn;
	switch ((int)node->macro.macro) {
	case CEL_MACRO_BIND:
		return check_bind(checker, node);
	case CEL_MACRO_BLOCK:
		return check_block(checker, node);
	}
	bool is_optional = node->macro.macro == CEL_MACRO_OPT_MAP ||
			   node->macro.macro == CEL_MACRO_OPT_FLAT_MAP;
	int result = is_optional ? optional_type(checker, node, &type)
				 : comprehension_type(checker, node, &type);
	if (result < 0)
		return -1;
	cel_set_type(checker, node, type);
	return 0;
}
