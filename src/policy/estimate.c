/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/estimate.h"

#include "cel/chain.h"
#include "cel/parse.h"
#include "policy/form.h"

static uint64_t add(uint64_t a, uint64_t b)
{
	uint64_t sum;
	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static uint64_t multiply(uint64_t a, uint64_t b)
{
	uint64_t product;
	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static uint64_t node_cost(struct cel_node *node, uint64_t times);

static uint64_t costs(struct cel_node *const *nodes, size_t count, uint64_t times)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < count; i++)
		sum = add(sum, node_cost(nodes[i], times));
	return sum;
}

static bool is_loop(const struct cel_node *node)
{
	return node->kind == CEL_NODE_MACRO && node->macro.macro != CEL_MACRO_BIND &&
	       node->macro.macro != CEL_MACRO_BLOCK && node->macro.macro != CEL_MACRO_OPT_MAP &&
	       node->macro.macro != CEL_MACRO_OPT_FLAT_MAP;
}

/* What hangs on a node besides the operand on its left. */
static uint64_t right_cost(struct cel_node *node, uint64_t times)
{
	uint64_t inner = is_loop(node) ? multiply(times, ESTIMATE_ITEMS) : times, sum = 0;
	size_t left;
	switch (node->kind) {
	case CEL_NODE_CALL:
		left = node->call.target || node->call.count == 0 ? 0 : 1;
		return costs(node->call.arguments + left, node->call.count - left, times);
	case CEL_NODE_LIST:
		return costs(node->list.items, node->list.count, times);
	case CEL_NODE_MAP:
		return add(costs(node->map.keys, node->map.count, times),
			costs(node->map.values, node->map.count, times));
	case CEL_NODE_MACRO:
		if (!cel_node_left(node))
			sum = node_cost(node->macro.range, times);
		if (node->macro.predicate)
			sum = add(sum, node_cost(node->macro.predicate, inner));
		if (node->macro.transform)
			sum = add(sum, node_cost(node->macro.transform, inner));
		return sum;
	case CEL_NODE_LITERAL:
	case CEL_NODE_IDENT:
	case CEL_NODE_SELECT:
		break;
	}
	return 0;
}

static uint64_t node_cost(struct cel_node *node, uint64_t times)
{
	uint64_t sum = 0;
	while (node) {
		sum = add(sum, add(times, right_cost(node, times)));
		struct cel_node **left = cel_node_left(node);
		node = left ? *left : NULL;
	}
	return sum;
}

static uint64_t text_cost(struct estimate *estimate, const struct value *text, uint64_t times)
{
	struct error err = {0};
	struct cel_ast ast;
	if (!value_is(text, VALUE_STRING) ||
		cel_parse(estimate->env, estimate->arena, value_str(text), &ast, &err) != 0)
		return 0;
	return node_cost(ast.root, times);
}

uint64_t estimate_policy(struct estimate *estimate, const struct value *policy)
{
	static const char *const inner[] = {"require", "forbid", NULL};
	const struct value *variables = form_get(policy, "variables");
	const struct value *each = form_get(policy, "each");
	uint64_t sum = text_cost(estimate, form_get(policy, "match"), 1), times = 1;
	for (uint32_t i = 0; variables && i < variables->count; i++)
		sum = add(
			sum, text_cost(estimate, form_get(&variables->items[i], "expression"), 1));
	for (uint32_t i = 0; each && i < each->count; i++) {
		const struct value *step = form_get(&each->items[i], "expression");
		sum = add(sum, text_cost(estimate, step, times));
		times = multiply(times, ESTIMATE_ITEMS);
	}
	for (const char *const *field = inner; *field; field++)
		sum = add(sum, text_cost(estimate, form_get(policy, *field), times));
	return sum;
}
