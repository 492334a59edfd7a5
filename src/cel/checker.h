/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/ast.h"
#include "cel/env.h"

/**
 * Resolve the names of a parsed expression and, unless env disables it, check its types: fills
 * slots, resolved functions and types, ast->root->type being the type of the result. -1 with err:
 * kind POLICY, origin and length in the text, a remedy where one is known. With the check disabled
 * unknown names are left as CEL_SLOT_UNKNOWN and functions as NULL, and types as dyn.
 */
int cel_check(
	const struct cel_env *env, struct arena *arena, struct cel_ast *ast, struct error *err);
