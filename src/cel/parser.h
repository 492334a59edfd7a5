/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/ast.h"
#include "cel/env.h"
#include "cel/fail.h"
#include "cel/lex.h"

/* The state of one cel_parse(), shared by the grammar and the macros. */
struct cel_parser {
	const struct cel_env *env;
	struct arena *arena;
	struct cel_lexer lexer;
	struct cel_token token; /* the next one, not yet used */
	unsigned depth;
	struct error *err;
};

/** A zeroed node. */
struct cel_node *cel_node_new(
	struct cel_parser *parser, enum cel_node_kind kind, struct origin origin, size_t length);

/**
 * What a call stands for when it is a macro: has, comprehensions, cel.bind and so on; the call
 * itself when it is none, or one that the environment does not offer. NULL with parser->err when
 * the arguments do not fit.
 */
struct cel_node *cel_expand_macro(struct cel_parser *parser, struct cel_node *call);

/** True when a macro of that name exists somewhere; ret_since says where, ret_usage how to use it.
 */
bool cel_find_macro(struct str name, uint16_t *ret_since, const char **ret_usage);
