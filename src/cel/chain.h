/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/ast.h"

/**
 * The place of the operand on the left of a node that continues a chain (a + b + c, a.b.c,
 * f(x).g()), or NULL. Chains may be thousands of nodes long while everything else nests at most
 * some times LIMIT_CEL_DEPTH deep: whoever walks the tree follows this in a loop, not by recursion.
 */
static inline struct cel_node **cel_node_left(struct cel_node *node)
{
	switch (node->kind) {
	case CEL_NODE_SELECT:
		return &node->select.operand;
	case CEL_NODE_CALL:
		if (node->call.target)
			return &node->call.target;
		return node->call.count > 0 ? &node->call.arguments[0] : NULL;
	case CEL_NODE_MACRO:
		return node->macro.macro < CEL_MACRO_BIND ? &node->macro.range : NULL;
	case CEL_NODE_LITERAL:
	case CEL_NODE_IDENT:
	case CEL_NODE_LIST:
	case CEL_NODE_MAP:
		break;
	}
	return NULL;
}
