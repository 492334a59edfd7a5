/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/parser.h"

struct cel_node *cel_node_new(
	struct cel_parser *parser, enum cel_node_kind kind, struct origin origin, size_t length)
{
	struct cel_node *node = ARENA_NEW(parser->arena, struct cel_node);
	node->kind = kind;
	node->origin = origin;
	node->length = (uint32_t)length;
	return node;
}

struct cel_node *cel_node_at(
	struct cel_parser *parser, enum cel_node_kind kind, const struct cel_token *token)
{
	return cel_node_new(parser, kind, token->origin, token->text.len);
}

struct cel_node *cel_call_at(
	struct cel_parser *parser, const struct cel_token *token, struct str function)
{
	struct cel_node *node = cel_node_at(parser, CEL_NODE_CALL, token);
	node->call.function = function;
	return node;
}

int cel_parser_advance(struct cel_parser *parser)
{
	return cel_lex(&parser->lexer, &parser->token, parser->err);
}

/* Words of other languages in the place of an operator. */
static const struct {
	struct str word;
	const char *instead;
} word_operators[] = {
	{STR_INIT("and"), "&&"},
	{STR_INIT("or"), "||"},
	{STR_INIT("is"), "=="},
	{STR_INIT("mod"), "%"},
	{STR_INIT("not"), "!(a in b)"},
};

struct cel_node *cel_parser_fail(struct cel_parser *parser, const char *expected)
{
	const struct cel_token *token = &parser->token;
	if (cel_parser_at(parser, TOKEN_END))
		CEL_FAIL(parser->err, token->origin, 1, "the expression ends where %s should be",
			expected);
	else
		CEL_FAIL(parser->err, token->origin, token->text.len,
			"found %.*s where %s should be", CEL_SHOWN(token->text), expected);
	for (size_t i = 0; i < sizeof(word_operators) / sizeof(word_operators[0]); i++)
		if (str_equal(token->text, word_operators[i].word))
			error_set_remedy(parser->err, "write %s", word_operators[i].instead);
	return NULL;
}

int cel_parser_expect(struct cel_parser *parser, enum cel_token_kind kind, const char *expected)
{
	if (cel_parser_at(parser, kind))
		return cel_parser_advance(parser);
	cel_parser_fail(parser, expected);
	return -1;
}

struct cel_node **cel_node_pair(
	struct cel_parser *parser, struct cel_node *first, struct cel_node *second)
{
	struct cel_node **nodes = ARENA_NEW_ARRAY(parser->arena, struct cel_node *, 2);
	nodes[0] = first;
	nodes[1] = second;
	return nodes;
}

void cel_node_push(
	struct cel_parser *parser, struct cel_node_list *list, struct cel_node *node, bool optional)
{
	if (list->count == list->capacity)
		list->items = arena_grow(parser->arena, list->items, list->count, &list->capacity,
			sizeof(list->items[0]));
	if (list->count == list->optional_capacity)
		list->optional = arena_grow(parser->arena, list->optional, list->count,
			&list->optional_capacity, sizeof(list->optional[0]));
	list->optional[list->count] = optional;
	list->any_optional |= optional;
	list->items[list->count++] = node;
}
