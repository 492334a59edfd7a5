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

static inline bool cel_parser_at(const struct cel_parser *parser, enum cel_token_kind kind)
{
	return parser->token.kind == kind;
}

/** Go to the next token; -1 with parser->err. */
int cel_parser_advance(struct cel_parser *parser);

/** Go behind a token of this kind; -1 with what was expected when there is another. */
int cel_parser_expect(struct cel_parser *parser, enum cel_token_kind kind, const char *expected);

/** Say what was expected in the place of the token; NULL. */
struct cel_node *cel_parser_fail(struct cel_parser *parser, const char *expected);

/** A zeroed node. */
struct cel_node *cel_node_new(
	struct cel_parser *parser, enum cel_node_kind kind, struct origin origin, size_t length);

/** A zeroed node in the place of a token. */
struct cel_node *cel_node_at(
	struct cel_parser *parser, enum cel_node_kind kind, const struct cel_token *token);

/** A call without arguments yet, its caret under a token. */
struct cel_node *cel_call_at(
	struct cel_parser *parser, const struct cel_token *token, struct str function);

/** Two nodes as arguments. */
struct cel_node **cel_node_pair(
	struct cel_parser *parser, struct cel_node *first, struct cel_node *second);

/* Items of a list, keys or values of a map, arguments; with the optional marks of those that have
 * them. */
struct cel_node_list {
	struct cel_node **items;
	size_t count, capacity;
	bool *optional;
	size_t optional_capacity;
	bool any_optional;
};

/** Put one more item at the end. */
void cel_node_push(struct cel_parser *parser, struct cel_node_list *list, struct cel_node *node,
	bool optional);

/** Expr of the grammar; NULL with parser->err. */
struct cel_node *cel_parse_expr(struct cel_parser *parser);

/** Primary of the grammar: a literal, a name, a call, a list, a map, or what is in parentheses. */
struct cel_node *cel_parse_primary(struct cel_parser *parser);

/** What follows a primary: fields, methods and indices; NULL is passed through. */
struct cel_node *cel_parse_member(struct cel_parser *parser, struct cel_node *node);

/** The literal at the token, negated if a minus came before it. */
struct cel_node *cel_parse_literal(struct cel_parser *parser, bool negative);

/**
 * What a call stands for when it is a macro: has, comprehensions, cel.bind and so on; the call
 * itself when it is none, or one that the environment does not offer. NULL with parser->err when
 * the arguments do not fit.
 */
struct cel_node *cel_expand_macro(struct cel_parser *parser, struct cel_node *call);

/** True when a macro of that name exists somewhere; ret_since says where, ret_usage how to use it.
 */
bool cel_find_macro(struct str name, uint16_t *ret_since, const char **ret_usage);
