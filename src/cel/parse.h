/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/ast.h"
#include "cel/env.h"

/**
 * Read an expression into a tree that lives in arena and borrows text. Macros are recognised as
 * far as env offers them; names are not resolved. -1 with err: kind POLICY or LIMIT, origin and
 * length in text. Limits: LIMIT_CEL_SOURCE_RUNES, LIMIT_CEL_DEPTH. Source: cel-spec, "Syntax".
 */
int cel_parse(const struct cel_env *env, struct arena *arena, struct str text,
	struct cel_ast *ret_ast, struct error *err);
