/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/ast.h"

/* One field of a root that an expression names: variables.x, params["x"] has no field. */
struct use {
	struct str field; /* empty: the root as a whole */
	const struct cel_node *node;
	struct use *next; /* in no order */
};

/** All uses of a root in a parsed expression; recursion is bounded by LIMIT_CEL_DEPTH. */
struct use *uses_of(struct arena *arena, const struct cel_ast *ast, struct str root);
