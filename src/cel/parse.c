/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/parse.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "cel/parser.h"

static struct cel_node *unary(struct cel_parser *parser, const struct cel_token *operator,
	struct str function, struct cel_node *operand)
{
	struct cel_node *node = cel_call_at(parser, operator, function);
	node->call.arguments = cel_node_pair(parser, operand, NULL);
	node->call.count = 1;
	return node;
}

/*
 * A row of ! or of - says no more than its last one or two. The API server's parser drops pairs,
 * here two remain, so that !!1 stays the type error it is.
 */
static struct cel_node *parse_unary(struct cel_parser *parser)
{
	struct cel_token operator= parser->token;
	bool is_not = operator.kind == TOKEN_NOT;
	size_t count = 0;
	if (!is_not && operator.kind != TOKEN_MINUS)
		return cel_parse_member(parser, cel_parse_primary(parser));
	for (; cel_parser_at(parser, operator.kind); count++)
		if (cel_parser_advance(parser) < 0)
			return NULL;
	struct cel_node *node;
	if (!is_not && (cel_parser_at(parser, TOKEN_INT) || cel_parser_at(parser, TOKEN_DOUBLE))) {
		node = cel_parse_literal(parser, true);
		count--;
	} else {
		node = cel_parse_primary(parser);
	}
	node = cel_parse_member(parser, node);
	size_t kept = count % 2 == 1 ? 1 : count > 0 ? 2 : 0;
	if (kept == 2 && !cel_env_offers(parser->env, CEL_NATIVE_ONLY))
		kept = 0;
	for (size_t i = 0; node && i < kept; i++)
		node = unary(parser, &operator, is_not ? STR("!_") : STR("-_"), node);
	return node;
}

enum {
	PRECEDENCE_LOWEST = 1,
	PRECEDENCE_OR = 1,
	PRECEDENCE_AND,
	PRECEDENCE_RELATION,
	PRECEDENCE_SUM,
	PRECEDENCE_PRODUCT
};

static const struct {
	int precedence; /* 0: no binary operator */
	struct str function;
} operators[TOKEN_KINDS] = {
	[TOKEN_OR] = {PRECEDENCE_OR, STR_INIT("_||_")},
	[TOKEN_AND] = {PRECEDENCE_AND, STR_INIT("_&&_")},
	[TOKEN_EQUALS] = {PRECEDENCE_RELATION, STR_INIT("_==_")},
	[TOKEN_NOT_EQUALS] = {PRECEDENCE_RELATION, STR_INIT("_!=_")},
	[TOKEN_LESS] = {PRECEDENCE_RELATION, STR_INIT("_<_")},
	[TOKEN_LESS_EQUALS] = {PRECEDENCE_RELATION, STR_INIT("_<=_")},
	[TOKEN_GREATER] = {PRECEDENCE_RELATION, STR_INIT("_>_")},
	[TOKEN_GREATER_EQUALS] = {PRECEDENCE_RELATION, STR_INIT("_>=_")},
	[TOKEN_IN] = {PRECEDENCE_RELATION, STR_INIT("@in")},
	[TOKEN_PLUS] = {PRECEDENCE_SUM, STR_INIT("_+_")},
	[TOKEN_MINUS] = {PRECEDENCE_SUM, STR_INIT("_-_")},
	[TOKEN_STAR] = {PRECEDENCE_PRODUCT, STR_INIT("_*_")},
	[TOKEN_SLASH] = {PRECEDENCE_PRODUCT, STR_INIT("_/_")},
	[TOKEN_PERCENT] = {PRECEDENCE_PRODUCT, STR_INIT("_%_")},
};

static struct cel_node *parse_binary(struct cel_parser *parser, int least);

/* a && b && c becomes one call; list collects its terms while the operator stays the same. */
static struct cel_node *parse_logical(struct cel_parser *parser, struct cel_node *first)
{
	struct cel_token operator= parser->token;
	int precedence = operators[operator.kind].precedence;
	struct cel_node *node = cel_call_at(parser, &operator, operators[operator.kind].function);
	struct cel_node_list terms = {.items = NULL};
	cel_node_push(parser, &terms, first, false);
	while (cel_parser_at(parser, operator.kind)) {
		if (cel_parser_advance(parser) < 0)
			return NULL;
		struct cel_node *term = parse_binary(parser, precedence + 1);
		if (!term)
			return NULL;
		cel_node_push(parser, &terms, term, false);
	}
	node->call.arguments = terms.items;
	node->call.count = terms.count;
	return node;
}

static struct cel_node *parse_infix(struct cel_parser *parser, struct cel_node *left)
{
	struct cel_token operator= parser->token;
	struct cel_node *node = cel_call_at(parser, &operator, operators[operator.kind].function);
	if (cel_parser_advance(parser) < 0)
		return NULL;
	struct cel_node *right = parse_binary(parser, operators[operator.kind].precedence + 1);
	node->call.arguments = cel_node_pair(parser, left, right);
	node->call.count = 2;
	return right ? node : NULL;
}

static struct cel_node *parse_binary(struct cel_parser *parser, int least)
{
	struct cel_node *left = parse_unary(parser);
	while (left) {
		int precedence = operators[parser->token.kind].precedence;
		if (precedence < least)
			break;
		left = precedence <= PRECEDENCE_AND ? parse_logical(parser, left)
						    : parse_infix(parser, left);
	}
	return left;
}

static struct cel_node *parse_conditional(struct cel_parser *parser, struct cel_node *condition)
{
	struct cel_node *node = cel_call_at(parser, &parser->token, STR("_?_:_"));
	struct cel_node **arguments = ARENA_NEW_ARRAY(parser->arena, struct cel_node *, 3);
	arguments[0] = condition;
	if (cel_parser_advance(parser) < 0 ||
		!(arguments[1] = parse_binary(parser, PRECEDENCE_LOWEST)) ||
		cel_parser_expect(parser, TOKEN_COLON, "the : of the condition") < 0 ||
		!(arguments[2] = cel_parse_expr(parser)))
		return NULL;
	node->call.arguments = arguments;
	node->call.count = 3;
	return node;
}

struct cel_node *cel_parse_expr(struct cel_parser *parser)
{
	if (++parser->depth > LIMIT_CEL_DEPTH) {
		ERROR_SET(parser->err, ERROR_LIMIT, parser->token.origin,
			"the expression is nested deeper than %d levels", LIMIT_CEL_DEPTH);
		cel_underline(parser->err, 1);
		return NULL;
	}
	struct cel_node *node = parse_binary(parser, PRECEDENCE_LOWEST);
	if (node && cel_parser_at(parser, TOKEN_QUESTION))
		node = parse_conditional(parser, node);
	parser->depth--;
	return node;
}

static struct origin origin_of(struct str text, size_t at)
{
	struct origin origin = {1, 1};
	for (size_t i = 0; i < at; i++) {
		bool ends_line = text.data[i] == '\n';
		origin.line += ends_line;
		origin.column = ends_line ? 1 : origin.column + 1;
	}
	return origin;
}

static int check_text(struct str text, struct error *err)
{
	bool too_long = text.len / 4 > LIMIT_CEL_SOURCE_RUNES;
	size_t invalid = too_long ? SIZE_MAX : utf8_find_invalid(text);
	if (invalid != SIZE_MAX)
		return CEL_FAIL(err, origin_of(text, invalid), 1,
			"the expression is not UTF-8: the byte 0x%02x begins no character here",
			(unsigned char)text.data[invalid]);
	if (too_long ||
		(text.len > LIMIT_CEL_SOURCE_RUNES && utf8_count(text) > LIMIT_CEL_SOURCE_RUNES))
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"the expression is longer than %d characters", LIMIT_CEL_SOURCE_RUNES);
	return 0;
}

int cel_parse(const struct cel_env *env, struct arena *arena, struct str text,
	struct cel_ast *ret_ast, struct error *err)
{
	struct cel_parser parser = {.env = env, .arena = arena, .err = err};
	if (check_text(text, err) < 0)
		return -1;
	cel_lexer_init(&parser.lexer, text);
	if (cel_parser_advance(&parser) < 0)
		return -1;
	if (cel_parser_at(&parser, TOKEN_END))
		return CEL_FAIL(err, parser.token.origin, 1, "the expression is empty");
	*ret_ast = (struct cel_ast){.text = text, .root = cel_parse_expr(&parser)};
	if (!ret_ast->root)
		return -1;
	if (!cel_parser_at(&parser, TOKEN_END)) {
		cel_parser_fail(&parser, "an operator or the end");
		return -1;
	}
	return 0;
}
