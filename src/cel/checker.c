/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/checker.h"

#include "base/limits.h"
#include "cel/chain.h"
#include "cel/check_state.h"
#include "cel/explain.h"

enum { VALIDATORS_SINCE = 29 };

void cel_note(struct cel_checker *checker, struct node_set *set, struct cel_node *node)
{
	if (set->count == set->capacity)
		set->items = arena_grow(checker->arena, set->items, set->count, &set->capacity,
			sizeof(set->items[0]));
	set->items[set->count++] = node;
}

void cel_set_type(struct cel_checker *checker, struct cel_node *node, const struct cel_type *type)
{
	node->type = checker->typed ? type : &cel_type_dyn;
	if (node->type->generic)
		cel_note(checker, &checker->generic, node);
}

int cel_fail_exhausted(struct cel_checker *checker, const struct cel_node *node)
{
	ERROR_SET(checker->err, ERROR_LIMIT, node->origin,
		"finding the types of the expression takes more than %d steps",
		LIMIT_CEL_TYPE_STEPS);
	return cel_underline(checker->err, node->length);
}

static int check_literal(struct cel_checker *checker, struct cel_node *node)
{
	static const struct cel_type *const types[VALUE_KINDS] = {
		[VALUE_NULL] = &cel_type_null,
		[VALUE_BOOL] = &cel_type_bool,
		[VALUE_INT] = &cel_type_int,
		[VALUE_UINT] = &cel_type_uint,
		[VALUE_DOUBLE] = &cel_type_double,
		[VALUE_STRING] = &cel_type_string,
		[VALUE_BYTES] = &cel_type_bytes,
	};
	if (node->literal.kind < VALUE_KINDS)
		cel_set_type(checker, node, types[node->literal.kind]);
	return 0;
}

/* The type that an item of [?item] or a value of {?key: value} adds. */
static const struct cel_type *unwrap_optional(
	struct cel_checker *checker, const struct cel_node *item, bool optional)
{
	const struct cel_type *type = unify_resolve(&checker->types, item->type);
	if (!optional || !checker->typed || type->kind == CEL_TYPE_DYN)
		return item->type;
	const struct cel_type *inner = unify_fresh(&checker->types);
	const struct cel_type *wanted = cel_type_new(
		checker->arena, CEL_TYPE_OPAQUE, cel_type_optional_dyn.name, inner, NULL);
	if (unify_assignable(&checker->types, type, wanted))
		return unify_resolve(&checker->types, inner);
	char shown[EXPLAIN_BYTES];
	CEL_FAIL(checker->err, item->origin, item->length,
		"? needs an optional value, this is %.*s",
		STR_ARGS(cel_explain_type(checker, type, shown)));
	error_set_remedy(checker->err, "leave out the ?, or write optional.of(...)");
	return NULL;
}

/* Adds one more type to those of a list's items, or of a map's keys or values. */
static int join(struct cel_checker *checker, const struct cel_node *item,
	const struct cel_type *type, const struct cel_type **joined)
{
	if (!checker->typed)
		return 0;
	const struct cel_type *general =
		*joined ? unify_join(&checker->types, *joined, type) : type;
	if (checker->types.exhausted)
		return cel_fail_exhausted(checker, item);
	if (!general && checker->homogeneous && !checker->mixes) {
		char shown[2][EXPLAIN_BYTES];
		CEL_FAIL(checker->err, item->origin, item->length,
			"Kubernetes wants one type in a literal: this is %.*s after %.*s",
			STR_ARGS(cel_explain_type(checker, type, shown[0])),
			STR_ARGS(cel_explain_type(checker, *joined, shown[1])));
		error_set_remedy(checker->err, "wrap mixed items in dyn()");
		return -1;
	}
	*joined = general ? general : &cel_type_dyn;
	return 0;
}

static int check_list(struct cel_checker *checker, struct cel_node *node)
{
	const struct cel_type *item = NULL;
	for (size_t i = 0; i < node->list.count; i++) {
		struct cel_node *child = node->list.items[i];
		if (cel_check_node(checker, child) < 0)
			return -1;
		const struct cel_type *type = unwrap_optional(
			checker, child, node->list.optional && node->list.optional[i]);
		if (!type || join(checker, child, type, &item) < 0)
			return -1;
	}
	if (!checker->typed) {
		node->type = &cel_type_dyn;
		return 0;
	}
	item = item ? item : unify_fresh(&checker->types);
	cel_set_type(checker, node, cel_type_new(checker->arena, CEL_TYPE_LIST, NULL, item, NULL));
	if (checker->validate && !checker->mixes)
		cel_note(checker, &checker->literals, node);
	return 0;
}

static int check_map(struct cel_checker *checker, struct cel_node *node)
{
	const struct cel_type *key = NULL, *value = NULL;
	for (size_t i = 0; i < node->map.count; i++) {
		struct cel_node *of_key = node->map.keys[i], *of_value = node->map.values[i];
		if (cel_check_node(checker, of_key) < 0 || cel_check_node(checker, of_value) < 0)
			return -1;
		const struct cel_type *type = unwrap_optional(
			checker, of_value, node->map.optional && node->map.optional[i]);
		if (!type || join(checker, of_key, of_key->type, &key) < 0 ||
			join(checker, of_value, type, &value) < 0)
			return -1;
	}
	if (!checker->typed) {
		node->type = &cel_type_dyn;
		return 0;
	}
	key = key ? key : unify_fresh(&checker->types);
	value = value ? value : unify_fresh(&checker->types);
	cel_set_type(checker, node, cel_type_new(checker->arena, CEL_TYPE_MAP, NULL, key, value));
	if (checker->validate && !checker->mixes)
		cel_note(checker, &checker->literals, node);
	return 0;
}

const struct cel_type *cel_field_type(struct cel_checker *checker, const struct cel_node *at_fault,
	const struct cel_type *type, struct str field)
{
	for (const struct cel_field *known = type->fields; known && known->name; known++)
		if (str_equal(str_from(known->name), field))
			return known->type;
	if (type->open)
		return &cel_type_dyn;
	cel_explain_field(checker, at_fault, type, field);
	return NULL;
}

static const struct cel_type *selected_type(
	struct cel_checker *checker, const struct cel_node *node, const struct cel_type *type)
{
	switch ((int)type->kind) {
	case CEL_TYPE_STRUCT:
		return cel_field_type(checker, node, type, node->select.field);
	case CEL_TYPE_MAP:
		return type->parameters[1];
	case CEL_TYPE_VAR:
		unify_assignable(&checker->types, &cel_type_dyn, type);
		return &cel_type_dyn;
	case CEL_TYPE_DYN:
	case CEL_TYPE_ERROR:
		return &cel_type_dyn;
	}
	char shown[EXPLAIN_BYTES];
	CEL_FAIL(checker->err, node->origin, node->length, "%.*s has no fields, so no %.*s",
		STR_ARGS(cel_explain_type(checker, type, shown)), CEL_SHOWN(node->select.field));
	if (type->kind == CEL_TYPE_LIST)
		error_set_remedy(checker->err,
			"name an item, [0], or ask about all of them, .all(x, x.%.*s ...)",
			CEL_SHOWN(node->select.field));
	return NULL;
}

static int check_select(struct cel_checker *checker, struct cel_node *node)
{
	if (!checker->typed) {
		node->type = &cel_type_dyn;
		return 0;
	}
	const struct cel_type *operand = unify_resolve(&checker->types, node->select.operand->type);
	bool was_optional = cel_type_is_optional(operand);
	if (was_optional)
		operand = unify_resolve(&checker->types, operand->parameters[0]);
	const struct cel_type *type = selected_type(checker, node, operand);
	if (!type)
		return -1;
	if (node->select.test_only)
		type = &cel_type_bool;
	else if (was_optional || node->select.optional)
		type = cel_type_new(
			checker->arena, CEL_TYPE_OPAQUE, cel_type_optional_dyn.name, type, NULL);
	cel_set_type(checker, node, type);
	return 0;
}

/* A node whose left operand, if it has one, has been checked. */
static int check_one(struct cel_checker *checker, struct cel_node *node)
{
	switch (node->kind) {
	case CEL_NODE_LITERAL:
		return check_literal(checker, node);
	case CEL_NODE_IDENT:
		return 0;
	case CEL_NODE_SELECT:
		return check_select(checker, node);
	case CEL_NODE_CALL:
		return cel_check_call(checker, node);
	case CEL_NODE_LIST:
		return check_list(checker, node);
	case CEL_NODE_MAP:
		return check_map(checker, node);
	case CEL_NODE_MACRO:
		return cel_check_macro(checker, node);
	}
	return -1;
}

/* The name at the left end of a chain, which is taken off it. */
static struct cel_chain take_name(struct node_set *spine)
{
	struct cel_chain chain = {.name = spine->items[--spine->count]};
	size_t above = spine->count;
	while (above > 0) {
		const struct cel_node *node = spine->items[above - 1];
		if (node->kind != CEL_NODE_SELECT || node->select.optional ||
			node->select.test_only)
			break;
		above--;
	}
	chain.selects = spine->items + above;
	chain.count = spine->count - above;
	if (above > 0 && spine->items[above - 1]->kind == CEL_NODE_CALL &&
		spine->items[above - 1]->call.target)
		chain.call = spine->items[above - 1];
	return chain;
}

/* A call of a namespaced function (math.abs), or the longest prefix of a.b.c that is a name. */
static int check_name(struct cel_checker *checker, struct node_set *spine)
{
	struct cel_chain chain = take_name(spine);
	if (chain.call && cel_resolve_namespace(checker, &chain)) {
		spine->count -= chain.count;
		return 0;
	}
	int used = cel_resolve_name(checker, &chain);
	if (used < 0)
		return -1;
	spine->count -= (size_t)used;
	return 0;
}

/* Chains are walked from the left in a loop: they may be longer than the stack is deep. */
int cel_check_node(struct cel_checker *checker, struct cel_node *root)
{
	struct cel_node *first[16];
	struct node_set spine = {.items = first, .capacity = 16};
	cel_note(checker, &spine, root);
	struct cel_node **left;
	while ((left = cel_node_left(spine.items[spine.count - 1])))
		cel_note(checker, &spine, *left);
	if (spine.items[spine.count - 1]->kind == CEL_NODE_IDENT && check_name(checker, &spine) < 0)
		return -1;
	while (spine.count > 0)
		if (check_one(checker, spine.items[--spine.count]) < 0)
			return -1;
	return 0;
}

static int settle_types(struct cel_checker *checker, struct cel_node *root)
{
	for (size_t i = 0; i < checker->generic.count; i++) {
		struct cel_node *node = checker->generic.items[i];
		node->type = unify_substitute(&checker->types, node->type, true);
	}
	return checker->types.exhausted ? cel_fail_exhausted(checker, root) : 0;
}

int cel_check(
	const struct cel_env *env, struct arena *arena, struct cel_ast *ast, struct error *err)
{
	const struct cel_options *options = cel_env_options(env);
	bool kubernetes = options->profile == CEL_PROFILE_KUBERNETES;
	struct cel_checker checker = {.env = env,
		.arena = arena,
		.typed = !options->disable_check,
		.homogeneous = kubernetes,
		.validate = kubernetes && options->kubernetes_minor >= VALIDATORS_SINCE,
		.err = err};
	unify_init(&checker.types, arena);
	if (cel_check_node(&checker, ast->root) < 0 || settle_types(&checker, ast->root) < 0)
		return -1;
	ast->local_slots = checker.most_locals;
	return checker.validate ? cel_validate_literals(&checker) : 0;
}
