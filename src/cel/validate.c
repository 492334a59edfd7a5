/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/check_state.h"
#include "cel/explain.h"

/* The API server's literal validators (since 1.29): mixed types that only fit because of dyn, and
 * texts that can never be read. */

static const struct cel_type *item_type(
	struct cel_checker *checker, const struct cel_node *item, bool optional)
{
	const struct cel_type *type = unify_substitute(&checker->types, item->type, true);
	return optional && cel_type_is_optional(type) ? type->parameters[0] : type;
}

static int want_same(struct cel_checker *checker, struct cel_node *const *items,
	const bool *optional, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const struct cel_type *first =
			item_type(checker, items[0], optional && optional[0]);
		const struct cel_type *type = item_type(checker, items[i], optional && optional[i]);
		if (unify_same(&checker->types, first, type))
			continue;
		if (checker->types.exhausted)
			return cel_fail_exhausted(checker, items[i]);
		char shown[2][EXPLAIN_BYTES];
		CEL_FAIL(checker->err, items[i]->origin, items[i]->length,
			"Kubernetes wants one type in a literal: this is %.*s after %.*s",
			STR_ARGS(cel_explain_type(checker, type, shown[0])),
			STR_ARGS(cel_explain_type(checker, first, shown[1])));
		error_set_remedy(checker->err, "wrap every item in dyn()");
		return -1;
	}
	return 0;
}

/* The literal text that the call reads, or NULL. */
static const struct value *text_argument(const struct cel_node *call)
{
	if (call->call.count == 0)
		return NULL;
	const struct cel_node *argument = call->call.arguments[call->call.count - 1];
	bool is_text = argument->kind == CEL_NODE_LITERAL && argument->literal.kind == VALUE_STRING;
	return is_text ? &argument->literal : NULL;
}

static int want_readable(struct cel_checker *checker, const struct cel_node *call)
{
	const struct value *text = text_argument(call);
	if (!text || call->call.resolved->count != 1 || !call->call.resolved->overloads[0]->call)
		return 0;
	struct value arguments[2] = {value_string(STR("")), *text};
	bool is_matches = str_equal(call->call.function, STR("matches"));
	struct cel_run run = {.arena = checker->arena, .cost_limit = UINT64_MAX};
	struct value result = call->call.resolved->overloads[0]->call(
		&run, arguments + !is_matches, is_matches ? 2 : 1);
	if (!cel_is_error(&result))
		return 0;
	const struct cel_failure *failure = result.pointer;
	const struct cel_node *argument = call->call.arguments[call->call.count - 1];
	return CEL_FAIL(checker->err, argument->origin, argument->length, "%.*s",
		STR_ARGS(failure->message));
}

int cel_validate_literals(struct cel_checker *checker)
{
	for (size_t i = 0; i < checker->literals.count; i++) {
		const struct cel_node *node = checker->literals.items[i];
		int result = 0;
		if (node->kind == CEL_NODE_LIST)
			result = want_same(
				checker, node->list.items, node->list.optional, node->list.count);
		else if (node->kind == CEL_NODE_MAP)
			result = want_same(checker, node->map.keys, NULL, node->map.count) < 0 ||
						 want_same(checker, node->map.values,
							 node->map.optional, node->map.count) < 0
					 ? -1
					 : 0;
		else
			result = want_readable(checker, node);
		if (result < 0)
			return -1;
	}
	return 0;
}
