/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/parse.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "cel/parser.h"

enum { OPTIONAL_SYNTAX_SINCE = 28 };

static struct cel_node *parse_expr(struct cel_parser *parser);

struct cel_node *cel_node_new(
	struct cel_parser *parser, enum cel_node_kind kind, struct origin origin, size_t length)
{
	struct cel_node *node = ARENA_NEW(parser->arena, struct cel_node);
	node->kind = kind;
	node->origin = origin;
	node->length = (uint32_t)length;
	return node;
}

static struct cel_node *node_at(
	struct cel_parser *parser, enum cel_node_kind kind, const struct cel_token *token)
{
	return cel_node_new(parser, kind, token->origin, token->text.len);
}

static struct cel_node *call_at(
	struct cel_parser *parser, const struct cel_token *token, struct str function)
{
	struct cel_node *node = node_at(parser, CEL_NODE_CALL, token);
	node->call.function = function;
	return node;
}

static int advance(struct cel_parser *parser)
{
	return cel_lex(&parser->lexer, &parser->token, parser->err);
}

static bool at(const struct cel_parser *parser, enum cel_token_kind kind)
{
	return parser->token.kind == kind;
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
};

static struct cel_node *fail_expected(struct cel_parser *parser, const char *expected)
{
	const struct cel_token *token = &parser->token;
	if (at(parser, TOKEN_END))
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

static int expect(struct cel_parser *parser, enum cel_token_kind kind, const char *expected)
{
	if (at(parser, kind))
		return advance(parser);
	fail_expected(parser, expected);
	return -1;
}

/* The question mark of a.?b, a[?b], [?e] and {?k: v}: 1 when it was there. */
static int accept_optional(struct cel_parser *parser)
{
	if (!at(parser, TOKEN_QUESTION))
		return 0;
	if (!cel_env_offers(parser->env, OPTIONAL_SYNTAX_SINCE)) {
		CEL_FAIL(parser->err, parser->token.origin, 1,
			"optional values need Kubernetes 1.%d or newer; this expression targets "
			"1.%u",
			OPTIONAL_SYNTAX_SINCE, cel_env_options(parser->env)->kubernetes_minor);
		error_set_remedy(parser->err, "ask with has() first");
		return -1;
	}
	return advance(parser) < 0 ? -1 : 1;
}

/* Items of a list, keys or values of a map, arguments; with the optional marks of those that have
 * them. */
struct node_list {
	struct cel_node **items;
	size_t count, capacity;
	bool *optional;
	size_t optional_capacity;
	bool any_optional;
};

static void push(
	struct cel_parser *parser, struct node_list *list, struct cel_node *node, bool optional)
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

static const bool *optional_marks(const struct node_list *list)
{
	return list->any_optional ? list->optional : NULL;
}

static int parse_arguments(struct cel_parser *parser, struct cel_node *call)
{
	struct node_list list = {.items = NULL};
	if (advance(parser) < 0)
		return -1;
	while (!at(parser, TOKEN_CLOSE_PAREN)) {
		struct cel_node *argument = parse_expr(parser);
		if (!argument)
			return -1;
		push(parser, &list, argument, false);
		if (!at(parser, TOKEN_COMMA))
			break;
		if (advance(parser) < 0)
			return -1;
		if (at(parser, TOKEN_CLOSE_PAREN)) {
			fail_expected(parser, "another argument");
			return -1;
		}
	}
	call->call.arguments = list.items;
	call->call.count = list.count;
	return expect(parser, TOKEN_CLOSE_PAREN, "a comma or the ) of the arguments");
}

static struct cel_node *finish_call(struct cel_parser *parser, struct cel_node *call)
{
	if (parse_arguments(parser, call) < 0)
		return NULL;
	if (cel_env_options(parser->env)->disable_macros)
		return call;
	return cel_expand_macro(parser, call);
}

static struct cel_node *parse_item(struct cel_parser *parser, struct node_list *list)
{
	int optional = accept_optional(parser);
	if (optional < 0)
		return NULL;
	struct cel_node *item = parse_expr(parser);
	if (item)
		push(parser, list, item, optional > 0);
	return item;
}

/* Goes behind the [ or {; 1 when a lone comma followed, which the grammar lets stand there. */
static int begin_items(struct cel_parser *parser)
{
	if (advance(parser) < 0)
		return -1;
	if (!at(parser, TOKEN_COMMA))
		return 0;
	return advance(parser) < 0 ? -1 : 1;
}

static struct cel_node *parse_list(struct cel_parser *parser)
{
	struct cel_node *node = node_at(parser, CEL_NODE_LIST, &parser->token);
	struct node_list list = {.items = NULL};
	int empty = begin_items(parser);
	if (empty < 0)
		return NULL;
	while (!empty && !at(parser, TOKEN_CLOSE_BRACKET)) {
		if (!parse_item(parser, &list))
			return NULL;
		if (!at(parser, TOKEN_COMMA))
			break;
		if (advance(parser) < 0)
			return NULL;
	}
	node->list.items = list.items;
	node->list.optional = optional_marks(&list);
	node->list.count = list.count;
	return expect(parser, TOKEN_CLOSE_BRACKET, "a comma or the ] of the list") < 0 ? NULL
										       : node;
}

static struct cel_node *parse_map(struct cel_parser *parser)
{
	struct cel_node *node = node_at(parser, CEL_NODE_MAP, &parser->token);
	struct node_list keys = {.items = NULL}, values = {.items = NULL};
	int empty = begin_items(parser);
	if (empty < 0)
		return NULL;
	while (!empty && !at(parser, TOKEN_CLOSE_BRACE)) {
		if (!parse_item(parser, &keys) ||
			expect(parser, TOKEN_COLON, "the : between key and value") < 0)
			return NULL;
		struct cel_node *value = parse_expr(parser);
		if (!value)
			return NULL;
		push(parser, &values, value, false);
		if (!at(parser, TOKEN_COMMA))
			break;
		if (advance(parser) < 0)
			return NULL;
	}
	node->map.keys = keys.items;
	node->map.values = values.items;
	node->map.optional = optional_marks(&keys);
	node->map.count = keys.count;
	return expect(parser, TOKEN_CLOSE_BRACE, "a comma or the } of the map") < 0 ? NULL : node;
}

static struct cel_node *parse_parenthesised(struct cel_parser *parser)
{
	if (advance(parser) < 0)
		return NULL;
	struct cel_node *node = parse_expr(parser);
	if (!node || expect(parser, TOKEN_CLOSE_PAREN, "an operator or the )") < 0)
		return NULL;
	return node;
}

static struct cel_node *parse_literal(struct cel_parser *parser, bool negative)
{
	struct cel_node *node = node_at(parser, CEL_NODE_LITERAL, &parser->token);
	if (cel_literal_read(parser->arena, &parser->token, negative, &node->literal, parser->err) <
			0 ||
		advance(parser) < 0)
		return NULL;
	return node;
}

static struct cel_node *parse_name(struct cel_parser *parser)
{
	bool absolute = at(parser, TOKEN_DOT);
	if (absolute && advance(parser) < 0)
		return NULL;
	struct cel_token name = parser->token;
	if (name.kind == TOKEN_RESERVED) {
		CEL_FAIL(parser->err, name.origin, name.text.len,
			"%.*s is a reserved word and cannot be a name here", CEL_SHOWN(name.text));
		return NULL;
	}
	if (name.kind != TOKEN_IDENT)
		return fail_expected(parser, "a name");
	if (advance(parser) < 0)
		return NULL;
	if (at(parser, TOKEN_OPEN_PAREN)) {
		struct cel_node *call = call_at(parser, &name, name.text);
		call->call.absolute = absolute;
		return finish_call(parser, call);
	}
	struct cel_node *node = node_at(parser, CEL_NODE_IDENT, &name);
	node->ident.name = name.text;
	node->ident.absolute = absolute;
	node->ident.slot = CEL_SLOT_UNKNOWN;
	return node;
}

static struct cel_node *parse_primary(struct cel_parser *parser)
{
	switch ((int)parser->token.kind) {
	case TOKEN_OPEN_PAREN:
		return parse_parenthesised(parser);
	case TOKEN_OPEN_BRACKET:
		return parse_list(parser);
	case TOKEN_OPEN_BRACE:
		return parse_map(parser);
	case TOKEN_TRUE:
	case TOKEN_FALSE:
	case TOKEN_NULL:
	case TOKEN_INT:
	case TOKEN_UINT:
	case TOKEN_DOUBLE:
	case TOKEN_STRING:
	case TOKEN_BYTES:
		return parse_literal(parser, false);
	case TOKEN_IDENT:
	case TOKEN_RESERVED:
	case TOKEN_DOT:
		return parse_name(parser);
	default:
		return fail_expected(parser, "a value");
	}
}

/* Kubernetes does not switch on names in backquotes. */
static int check_escaped(struct cel_parser *parser)
{
	struct str name = parser->token.text;
	if (cel_env_offers(parser->env, CEL_NATIVE_ONLY))
		return 0;
	CEL_FAIL(parser->err, parser->token.origin, name.len,
		"Kubernetes has no names in backquotes");
	error_set_remedy(parser->err, "write ['%.*s'] instead of .%.*s", (int)(name.len - 2),
		name.data + 1, (int)name.len, name.data);
	return -1;
}

static int read_field(struct cel_parser *parser, struct cel_token *field)
{
	*field = parser->token;
	switch ((int)field->kind) {
	case TOKEN_IDENT:
	case TOKEN_RESERVED:
		return advance(parser);
	case TOKEN_ESCAPED:
		if (check_escaped(parser) < 0)
			return -1;
		field->text = str_slice(field->text, 1, field->text.len - 1);
		return advance(parser);
	case TOKEN_IN:
	case TOKEN_TRUE:
	case TOKEN_FALSE:
	case TOKEN_NULL:
		CEL_FAIL(parser->err, field->origin, field->text.len,
			"%.*s is a keyword and cannot follow a dot", CEL_SHOWN(field->text));
		error_set_remedy(parser->err, "write ['%.*s']", CEL_SHOWN(field->text));
		return -1;
	default:
		fail_expected(parser, "the name of a field or method");
		return -1;
	}
}

static struct cel_node *parse_select(struct cel_parser *parser, struct cel_node *operand)
{
	struct cel_token field;
	int optional = advance(parser) < 0 ? -1 : accept_optional(parser);
	if (optional < 0 || read_field(parser, &field) < 0)
		return NULL;
	if (at(parser, TOKEN_OPEN_PAREN) && !optional && field.kind != TOKEN_ESCAPED) {
		struct cel_node *call = call_at(parser, &field, field.text);
		call->call.target = operand;
		return finish_call(parser, call);
	}
	struct cel_node *node = node_at(parser, CEL_NODE_SELECT, &field);
	node->select.operand = operand;
	node->select.field = field.text;
	node->select.optional = optional > 0;
	return node;
}

static struct cel_node **pair(
	struct cel_parser *parser, struct cel_node *first, struct cel_node *second)
{
	struct cel_node **nodes = ARENA_NEW_ARRAY(parser->arena, struct cel_node *, 2);
	nodes[0] = first;
	nodes[1] = second;
	return nodes;
}

static struct cel_node *parse_index(struct cel_parser *parser, struct cel_node *operand)
{
	struct cel_node *node = call_at(parser, &parser->token, STR("_[_]"));
	int optional = advance(parser) < 0 ? -1 : accept_optional(parser);
	if (optional < 0)
		return NULL;
	if (optional > 0)
		node->call.function = STR("_[?_]");
	struct cel_node *index = parse_expr(parser);
	if (!index || expect(parser, TOKEN_CLOSE_BRACKET, "an operator or the ]") < 0)
		return NULL;
	node->call.arguments = pair(parser, operand, index);
	node->call.count = 2;
	return node;
}

static bool is_qualified_name(const struct cel_node *node)
{
	while (node->kind == CEL_NODE_SELECT && !node->select.optional)
		node = node->select.operand;
	return node->kind == CEL_NODE_IDENT;
}

static struct cel_node *fail_message(struct cel_parser *parser, const struct cel_node *name)
{
	CEL_FAIL(parser->err, name->origin, name->length,
		"protobuf messages cannot be written here: values are those of JSON and YAML");
	error_set_remedy(parser->err, "write a map: {'field': value}");
	return NULL;
}

static struct cel_node *parse_member(struct cel_parser *parser, struct cel_node *node)
{
	while (node) {
		if (at(parser, TOKEN_DOT))
			node = parse_select(parser, node);
		else if (at(parser, TOKEN_OPEN_BRACKET))
			node = parse_index(parser, node);
		else if (at(parser, TOKEN_OPEN_BRACE) && is_qualified_name(node))
			return fail_message(parser, node);
		else
			return node;
	}
	return NULL;
}

static struct cel_node *unary(struct cel_parser *parser, const struct cel_token *operator,
	struct str function, struct cel_node *operand)
{
	struct cel_node *node = call_at(parser, operator, function);
	node->call.arguments = pair(parser, operand, NULL);
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
		return parse_member(parser, parse_primary(parser));
	for (; at(parser, operator.kind); count++)
		if (advance(parser) < 0)
			return NULL;
	struct cel_node *node;
	if (!is_not && (at(parser, TOKEN_INT) || at(parser, TOKEN_DOUBLE))) {
		node = parse_literal(parser, true);
		count--;
	} else {
		node = parse_primary(parser);
	}
	node = parse_member(parser, node);
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
	struct cel_node *node = call_at(parser, &operator, operators[operator.kind].function);
	struct node_list terms = {.items = NULL};
	push(parser, &terms, first, false);
	while (at(parser, operator.kind)) {
		if (advance(parser) < 0)
			return NULL;
		struct cel_node *term = parse_binary(parser, precedence + 1);
		if (!term)
			return NULL;
		push(parser, &terms, term, false);
	}
	node->call.arguments = terms.items;
	node->call.count = terms.count;
	return node;
}

static struct cel_node *parse_infix(struct cel_parser *parser, struct cel_node *left)
{
	struct cel_token operator= parser->token;
	struct cel_node *node = call_at(parser, &operator, operators[operator.kind].function);
	if (advance(parser) < 0)
		return NULL;
	struct cel_node *right = parse_binary(parser, operators[operator.kind].precedence + 1);
	node->call.arguments = pair(parser, left, right);
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
	struct cel_node *node = call_at(parser, &parser->token, STR("_?_:_"));
	struct cel_node **arguments = ARENA_NEW_ARRAY(parser->arena, struct cel_node *, 3);
	arguments[0] = condition;
	if (advance(parser) < 0 || !(arguments[1] = parse_binary(parser, PRECEDENCE_LOWEST)) ||
		expect(parser, TOKEN_COLON, "the : of the condition") < 0 ||
		!(arguments[2] = parse_expr(parser)))
		return NULL;
	node->call.arguments = arguments;
	node->call.count = 3;
	return node;
}

static struct cel_node *parse_expr(struct cel_parser *parser)
{
	if (++parser->depth > LIMIT_CEL_DEPTH) {
		ERROR_SET(parser->err, ERROR_LIMIT, parser->token.origin,
			"the expression is nested deeper than %d levels", LIMIT_CEL_DEPTH);
		cel_underline(parser->err, 1);
		return NULL;
	}
	struct cel_node *node = parse_binary(parser, PRECEDENCE_LOWEST);
	if (node && at(parser, TOKEN_QUESTION))
		node = parse_conditional(parser, node);
	parser->depth--;
	return node;
}

static int check_text(struct str text, struct error *err)
{
	size_t invalid = utf8_find_invalid(text);
	if (invalid != SIZE_MAX)
		return CEL_FAIL(err, NO_ORIGIN, 1,
			"the expression is not UTF-8: byte %zu begins no character", invalid);
	if (text.len > LIMIT_CEL_SOURCE_RUNES && utf8_count(text) > LIMIT_CEL_SOURCE_RUNES)
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
	if (advance(&parser) < 0)
		return -1;
	if (at(&parser, TOKEN_END))
		return CEL_FAIL(err, parser.token.origin, 1, "the expression is empty");
	*ret_ast = (struct cel_ast){.text = text, .root = parse_expr(&parser)};
	if (!ret_ast->root)
		return -1;
	if (!at(&parser, TOKEN_END)) {
		fail_expected(&parser, "an operator or the end");
		return -1;
	}
	return 0;
}
