/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/check_state.h"
#include "cel/explain.h"

enum { CALL_ARGUMENTS = CEL_MAX_ARGUMENTS + 1 };

/* The receiver, or without one the first argument, has been checked on the way here; a call that
 * lost its namespace has nothing checked yet. */
static int check_arguments(struct cel_checker *checker, struct cel_node *node)
{
	bool mixed = checker->mixes;
	checker->mixes |= checker->validate && node->call.target &&
			  str_equal(node->call.function, STR("format"));
	for (size_t i = 0; i < node->call.count; i++)
		if (!node->call.arguments[i]->type &&
			cel_check_node(checker, node->call.arguments[i]) < 0)
			return -1;
	checker->mixes = mixed;
	return 0;
}

static int want_bool(struct cel_checker *checker, const struct cel_node *node, const char *function)
{
	if (!checker->typed || unify_assignable(&checker->types, node->type, &cel_type_bool))
		return 0;
	char shown[EXPLAIN_BYTES];
	return CEL_FAIL(checker->err, node->origin, node->length, "%s needs a bool, this is %.*s",
		function, STR_ARGS(cel_explain_type(checker, node->type, shown)));
}

static int check_logical(struct cel_checker *checker, struct cel_node *node, const char *operator)
{
	for (size_t i = 0; i < node->call.count; i++)
		if (want_bool(checker, node->call.arguments[i], operator) < 0)
			return -1;
	cel_set_type(checker, node, &cel_type_bool);
	return 0;
}

static int check_conditional(struct cel_checker *checker, struct cel_node *node, const char *shown)
{
	struct cel_node **arguments = node->call.arguments;
	if (want_bool(checker, arguments[0], shown) < 0)
		return -1;
	if (!checker->typed) {
		node->type = &cel_type_dyn;
		return 0;
	}
	const struct cel_type *result = unify_fresh(&checker->types);
	if (unify_assignable(&checker->types, arguments[1]->type, result) &&
		unify_assignable(&checker->types, arguments[2]->type, result)) {
		cel_set_type(checker, node, unify_substitute(&checker->types, result, false));
		return 0;
	}
	char types[2][EXPLAIN_BYTES];
	CEL_FAIL(checker->err, node->origin, node->length,
		"both results of ?: need one type, these are %.*s and %.*s",
		STR_ARGS(cel_explain_type(checker, arguments[1]->type, types[0])),
		STR_ARGS(cel_explain_type(checker, arguments[2]->type, types[1])));
	error_set_remedy(checker->err, "wrap one of them in dyn()");
	return -1;
}

/* Refuses most overloads without making variables for their type parameters. */
static bool may_fit(const struct cel_type *argument, const struct cel_type *param)
{
	if (argument->kind == param->kind)
		return true;
	switch ((int)argument->kind) {
	case CEL_TYPE_DYN:
	case CEL_TYPE_ERROR:
	case CEL_TYPE_VAR:
	case CEL_TYPE_NULL:
	case CEL_TYPE_STRUCT:
		return true;
	}
	return param->kind == CEL_TYPE_PARAM || param->kind == CEL_TYPE_DYN ||
	       param->kind == CEL_TYPE_NULL;
}

static uint32_t type_parameters(const struct cel_type *type)
{
	if (type->kind == CEL_TYPE_PARAM)
		return type->index + 1;
	uint32_t count = 0;
	for (size_t i = 0; type->generic && i < CEL_TYPE_PARAMETERS && type->parameters[i]; i++) {
		uint32_t inner = type_parameters(type->parameters[i]);
		count = inner > count ? inner : count;
	}
	return count;
}

static uint32_t overload_parameters(const struct cel_overload *overload)
{
	uint32_t count = type_parameters(overload->result);
	for (size_t i = 0; i < overload->arity; i++) {
		uint32_t inner = type_parameters(overload->params[i]);
		count = inner > count ? inner : count;
	}
	return count;
}

/* The result type of an overload that takes these arguments, or NULL. */
static const struct cel_type *try_overload(struct cel_checker *checker,
	const struct cel_overload *overload, const struct cel_type *const *arguments)
{
	const struct cel_type *params[CALL_ARGUMENTS];
	for (size_t i = 0; i < overload->arity; i++)
		if (!may_fit(unify_resolve(&checker->types, arguments[i]), overload->params[i]))
			return NULL;
	uint32_t first = 0;
	if (overload->generic)
		first = unify_fresh_many(&checker->types, overload_parameters(overload));
	for (size_t i = 0; i < overload->arity; i++)
		params[i] = unify_instantiate(&checker->types, overload->params[i], first);
	if (!unify_all_assignable(&checker->types, arguments, params, overload->arity))
		return NULL;
	return unify_substitute(&checker->types,
		unify_instantiate(&checker->types, overload->result, first), false);
}

struct matches {
	const struct cel_overload **overloads;
	size_t count;
	const struct cel_type *result;
};

static void add_match(struct cel_checker *checker, struct matches *matches,
	const struct cel_overload *overload, const struct cel_type *result)
{
	matches->overloads[matches->count++] = overload;
	if (!matches->result)
		matches->result = result;
	else if (matches->result->kind != CEL_TYPE_DYN &&
		 !unify_same(&checker->types, matches->result, result))
		matches->result = &cel_type_dyn;
}

/* The same function with only the overloads that may apply, so that less is tried at run time. */
static const struct cel_function *narrowed(struct cel_checker *checker,
	const struct cel_function *function, const struct matches *matches)
{
	if (matches->count == function->count)
		return function;
	struct cel_function *copy = ARENA_NEW(checker->arena, struct cel_function);
	*copy = *function;
	copy->overloads = matches->overloads;
	copy->count = matches->count;
	return copy;
}

static size_t argument_types(const struct cel_node *node, const struct cel_type **types)
{
	size_t count = 0;
	if (node->call.target)
		types[count++] = node->call.target->type;
	for (size_t i = 0; i < node->call.count; i++)
		types[count++] = node->call.arguments[i]->type;
	return count;
}

/* object['field'] of a struct is the field. */
static bool is_field_index(struct cel_checker *checker, const struct cel_node *node)
{
	if (!str_equal(node->call.function, STR("_[_]")))
		return false;
	const struct cel_node *key = node->call.arguments[1];
	return unify_resolve(&checker->types, node->call.arguments[0]->type)->kind ==
		       CEL_TYPE_STRUCT &&
	       key->kind == CEL_NODE_LITERAL && key->literal.kind == VALUE_STRING;
}

static int check_overloads(
	struct cel_checker *checker, struct cel_node *node, const struct cel_function *function)
{
	const struct cel_type *arguments[CALL_ARGUMENTS] = {NULL};
	struct matches matches = {.overloads = ARENA_NEW_ARRAY(checker->arena,
					  const struct cel_overload *, function->count)};
	argument_types(node, arguments);
	for (size_t i = 0; i < function->count; i++) {
		const struct cel_overload *overload = function->overloads[i];
		const struct cel_type *result = try_overload(checker, overload, arguments);
		if (result)
			add_match(checker, &matches, overload, result);
	}
	if (checker->types.exhausted)
		return cel_fail_exhausted(checker, node);
	if (matches.count == 0)
		return cel_explain_overload(checker, node, function, arguments);
	if (is_field_index(checker, node)) {
		matches.result = cel_field_type(checker, node->call.arguments[1],
			unify_resolve(&checker->types, arguments[0]),
			value_str(&node->call.arguments[1]->literal));
		if (!matches.result)
			return -1;
	}
	node->call.resolved = narrowed(checker, function, &matches);
	cel_set_type(checker, node, matches.result);
	return 0;
}

static const struct cel_function *find_function(
	struct cel_checker *checker, const struct cel_node *node)
{
	bool is_member = node->call.target != NULL;
	size_t arity = node->call.count + is_member;
	struct cel_candidates candidates = cel_env_candidates(
		checker->env, node->call.function, is_member || node->call.absolute);
	struct str candidate;
	while (cel_candidates_next(&candidates, checker->arena, &candidate)) {
		const struct cel_function *function =
			cel_env_function(checker->env, candidate, is_member, arity);
		if (function)
			return function;
	}
	return NULL;
}

static void note_literal_argument(struct cel_checker *checker, struct cel_node *node)
{
	static const struct str functions[] = {
		STR_INIT("duration"), STR_INIT("timestamp"), STR_INIT("matches")};
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (str_equal(node->call.function, functions[i]))
			cel_note(checker, &checker->literals, node);
}

static const struct {
	struct str function;
	const char *shown;
	int (*check)(struct cel_checker *checker, struct cel_node *node, const char *shown);
} lazy_operators[] = {
	{STR_INIT("_&&_"), "&&", check_logical},
	{STR_INIT("_||_"), "||", check_logical},
	{STR_INIT("_?_:_"), "?:", check_conditional},
};

static int check_function(struct cel_checker *checker, struct cel_node *node)
{
	const struct cel_function *function = find_function(checker, node);
	if (checker->typed && !function)
		return cel_explain_function(checker, node);
	if (check_arguments(checker, node) < 0)
		return -1;
	if (!checker->typed) {
		node->call.resolved = function;
		node->type = &cel_type_dyn;
		return 0;
	}
	node->call.function = function->name;
	if (check_overloads(checker, node, function) < 0)
		return -1;
	if (checker->validate)
		note_literal_argument(checker, node);
	return 0;
}

int cel_check_call(struct cel_checker *checker, struct cel_node *node)
{
	for (size_t i = 0; i < sizeof(lazy_operators) / sizeof(lazy_operators[0]); i++)
		if (str_equal(node->call.function, lazy_operators[i].function))
			return check_arguments(checker, node) < 0
				       ? -1
				       : lazy_operators[i].check(
						 checker, node, lazy_operators[i].shown);
	return check_function(checker, node);
}
