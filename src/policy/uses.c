/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/uses.h"

#include "base/arena.h"
#include "cel/chain.h"

struct search {
	struct arena *arena;
	struct str root;
	struct use *found;
};

static void visit(struct search *search, struct cel_node *node);

static void visit_all(struct search *search, struct cel_node *const *nodes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		visit(search, nodes[i]);
}

static void note(struct search *search, const struct cel_node *node, struct str field)
{
	struct use *use = ARENA_NEW(search->arena, struct use);
	*use = (struct use){field, node, search->found};
	search->found = use;
}

static bool is_root(const struct search *search, const struct cel_node *node)
{
	return node->kind == CEL_NODE_IDENT && !node->ident.is_local &&
	       str_equal(node->ident.name, search->root);
}

/* What hangs on a node besides the operand on its left. */
static void visit_right(struct search *search, struct cel_node *node)
{
	switch (node->kind) {
	case CEL_NODE_CALL: {
		size_t left = node->call.target ? 0 : 1;
		if (node->call.count > left)
			visit_all(search, node->call.arguments + left, node->call.count - left);
		return;
	}
	case CEL_NODE_LIST:
		visit_all(search, node->list.items, node->list.count);
		return;
	case CEL_NODE_MAP:
		visit_all(search, node->map.keys, node->map.count);
		visit_all(search, node->map.values, node->map.count);
		return;
	case CEL_NODE_MACRO:
		if (!cel_node_left(node))
			visit(search, node->macro.range);
		if (node->macro.predicate)
			visit(search, node->macro.predicate);
		if (node->macro.transform)
			visit(search, node->macro.transform);
		return;
	case CEL_NODE_LITERAL:
	case CEL_NODE_IDENT:
	case CEL_NODE_SELECT:
		return;
	}
}

static void visit(struct search *search, struct cel_node *node)
{
	while (node) {
		if (node->kind == CEL_NODE_SELECT && is_root(search, node->select.operand)) {
			note(search, node, node->select.field);
			return;
		}
		if (is_root(search, node))
			note(search, node, STR(""));
		visit_right(search, node);
		struct cel_node **left = cel_node_left(node);
		node = left ? *left : NULL;
	}
}

struct use *uses_of(struct arena *arena, const struct cel_ast *ast, struct str root)
{
	struct search search = {.arena = arena, .root = root};
	visit(&search, ast->root);
	return search.found;
}
