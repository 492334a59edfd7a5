/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/parser.h"

enum { OPTIONAL_SYNTAX_SINCE = 28 };

/* The question mark of a.?b, a[?b], [?e] and {?k: v}: 1 when it was there. */
static int accept_optional(struct cel_parser *parser)
{
	if (!cel_parser_at(parser, TOKEN_QUESTION))
		return 0;
	if (!cel_env_offers(parser->env, OPTIONAL_SYNTAX_SINCE)) {
		CEL_FAIL(parser->err, parser->token.origin, 1,
			"optional values need Kubernetes 1.%d or newer; this expression targets "
			"1.%u",
			OPTIONAL_SYNTAX_SINCE, cel_env_options(parser->env)->kubernetes_minor);
		error_set_remedy(parser->err, "ask with has() first");
		return -1;
	}
	return cel_parser_advance(parser) < 0 ? -1 : 1;
}

static const bool *optional_marks(const struct cel_node_list *list)
{
	return list->any_optional ? list->optional : NULL;
}

static int parse_arguments(struct cel_parser *parser, struct cel_node *call)
{
	struct cel_node_list list = {.items = NULL};
	if (cel_parser_advance(parser) < 0)
		return -1;
	while (!cel_parser_at(parser, TOKEN_CLOSE_PAREN)) {
		struct cel_node *argument = cel_parse_expr(parser);
		if (!argument)
			return -1;
		cel_node_push(parser, &list, argument, false);
		if (!cel_parser_at(parser, TOKEN_COMMA))
			break;
		if (cel_parser_advance(parser) < 0)
			return -1;
		if (cel_parser_at(parser, TOKEN_CLOSE_PAREN)) {
			cel_parser_fail(parser, "another argument");
			return -1;
		}
	}
	call->call.arguments = list.items;
	call->call.count = list.count;
	return cel_parser_expect(parser, TOKEN_CLOSE_PAREN, "a comma or the ) of the arguments");
}

static struct cel_node *finish_call(struct cel_parser *parser, struct cel_node *call)
{
	if (parse_arguments(parser, call) < 0)
		return NULL;
	if (cel_env_options(parser->env)->disable_macros)
		return call;
	return cel_expand_macro(parser, call);
}

static struct cel_node *parse_item(struct cel_parser *parser, struct cel_node_list *list)
{
	int optional = accept_optional(parser);
	if (optional < 0)
		return NULL;
	struct cel_node *item = cel_parse_expr(parser);
	if (item)
		cel_node_push(parser, list, item, optional > 0);
	return item;
}

/* Goes behind the [ or {; 1 when a lone comma followed, which the grammar lets stand there. */
static int begin_items(struct cel_parser *parser)
{
	if (cel_parser_advance(parser) < 0)
		return -1;
	if (!cel_parser_at(parser, TOKEN_COMMA))
		return 0;
	return cel_parser_advance(parser) < 0 ? -1 : 1;
}

static struct cel_node *parse_list(struct cel_parser *parser)
{
	struct cel_node *node = cel_node_at(parser, CEL_NODE_LIST, &parser->token);
	struct cel_node_list list = {.items = NULL};
	int empty = begin_items(parser);
	if (empty < 0)
		return NULL;
	while (!empty && !cel_parser_at(parser, TOKEN_CLOSE_BRACKET)) {
		if (!parse_item(parser, &list))
			return NULL;
		if (!cel_parser_at(parser, TOKEN_COMMA))
			break;
		if (cel_parser_advance(parser) < 0)
			return NULL;
	}
	node->list.items = list.items;
	node->list.optional = optional_marks(&list);
	node->list.count = list.count;
	return cel_parser_expect(parser, TOKEN_CLOSE_BRACKET, "a comma or the ] of the list") < 0
		       ? NULL
		       : node;
}

static struct cel_node *parse_map(struct cel_parser *parser)
{
	struct cel_node *node = cel_node_at(parser, CEL_NODE_MAP, &parser->token);
	struct cel_node_list keys = {.items = NULL}, values = {.items = NULL};
	int empty = begin_items(parser);
	if (empty < 0)
		return NULL;
	while (!empty && !cel_parser_at(parser, TOKEN_CLOSE_BRACE)) {
		if (!parse_item(parser, &keys) ||
			cel_parser_expect(parser, TOKEN_COLON, "the : between key and value") < 0)
			return NULL;
		struct cel_node *value = cel_parse_expr(parser);
		if (!value)
			return NULL;
		cel_node_push(parser, &values, value, false);
		if (!cel_parser_at(parser, TOKEN_COMMA))
			break;
		if (cel_parser_advance(parser) < 0)
			return NULL;
	}
	node->map.keys = keys.items;
	node->map.values = values.items;
	node->map.optional = optional_marks(&keys);
	node->map.count = keys.count;
	return cel_parser_expect(parser, TOKEN_CLOSE_BRACE, "a comma or the } of the map") < 0
		       ? NULL
		       : node;
}

static struct cel_node *parse_parenthesised(struct cel_parser *parser)
{
	if (cel_parser_advance(parser) < 0)
		return NULL;
	struct cel_node *node = cel_parse_expr(parser);
	if (!node || cel_parser_expect(parser, TOKEN_CLOSE_PAREN, "an operator or the )") < 0)
		return NULL;
	return node;
}

struct cel_node *cel_parse_literal(struct cel_parser *parser, bool negative)
{
	struct cel_node *node = cel_node_at(parser, CEL_NODE_LITERAL, &parser->token);
	if (cel_literal_read(parser->arena, &parser->token, negative, &node->literal, parser->err) <
			0 ||
		cel_parser_advance(parser) < 0)
		return NULL;
	return node;
}

static struct cel_node *parse_name(struct cel_parser *parser)
{
	bool absolute = cel_parser_at(parser, TOKEN_DOT);
	if (absolute && cel_parser_advance(parser) < 0)
		return NULL;
	struct cel_token name = parser->token;
	if (name.kind == TOKEN_RESERVED) {
		CEL_FAIL(parser->err, name.origin, name.text.len,
			"%.*s is a reserved word and cannot be a name here", CEL_SHOWN(name.text));
		return NULL;
	}
	if (name.kind != TOKEN_IDENT)
		return cel_parser_fail(parser, "a name");
	if (cel_parser_advance(parser) < 0)
		return NULL;
	if (cel_parser_at(parser, TOKEN_OPEN_PAREN)) {
		struct cel_node *call = cel_call_at(parser, &name, name.text);
		call->call.absolute = absolute;
		return finish_call(parser, call);
	}
	struct cel_node *node = cel_node_at(parser, CEL_NODE_IDENT, &name);
	node->ident.name = name.text;
	node->ident.absolute = absolute;
	node->ident.slot = CEL_SLOT_UNKNOWN;
	return node;
}

struct cel_node *cel_parse_primary(struct cel_parser *parser)
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
		return cel_parse_literal(parser, false);
	case TOKEN_IDENT:
	case TOKEN_RESERVED:
	case TOKEN_DOT:
		return parse_name(parser);
	default:
		return cel_parser_fail(parser, "a value");
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
		return cel_parser_advance(parser);
	case TOKEN_ESCAPED:
		if (check_escaped(parser) < 0)
			return -1;
		field->text = str_slice(field->text, 1, field->text.len - 1);
		return cel_parser_advance(parser);
	case TOKEN_IN:
	case TOKEN_TRUE:
	case TOKEN_FALSE:
	case TOKEN_NULL:
		CEL_FAIL(parser->err, field->origin, field->text.len,
			"%.*s is a keyword and cannot follow a dot", CEL_SHOWN(field->text));
		error_set_remedy(parser->err, "write ['%.*s']", CEL_SHOWN(field->text));
		return -1;
	default:
		cel_parser_fail(parser, "the name of a field or method");
		return -1;
	}
}

static struct cel_node *parse_select(struct cel_parser *parser, struct cel_node *operand)
{
	struct cel_token field;
	int optional = cel_parser_advance(parser) < 0 ? -1 : accept_optional(parser);
	if (optional < 0 || read_field(parser, &field) < 0)
		return NULL;
	if (cel_parser_at(parser, TOKEN_OPEN_PAREN) && !optional && field.kind != TOKEN_ESCAPED) {
		struct cel_node *call = cel_call_at(parser, &field, field.text);
		call->call.target = operand;
		return finish_call(parser, call);
	}
	struct cel_node *node = cel_node_at(parser, CEL_NODE_SELECT, &field);
	node->select.operand = operand;
	node->select.field = field.text;
	node->select.optional = optional > 0;
	return node;
}

static struct cel_node *parse_index(struct cel_parser *parser, struct cel_node *operand)
{
	struct cel_node *node = cel_call_at(parser, &parser->token, STR("_[_]"));
	int optional = cel_parser_advance(parser) < 0 ? -1 : accept_optional(parser);
	if (optional < 0)
		return NULL;
	if (optional > 0)
		node->call.function = STR("_[?_]");
	struct cel_node *index = cel_parse_expr(parser);
	if (!index || cel_parser_expect(parser, TOKEN_CLOSE_BRACKET, "an operator or the ]") < 0)
		return NULL;
	node->call.arguments = cel_node_pair(parser, operand, index);
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

struct cel_node *cel_parse_member(struct cel_parser *parser, struct cel_node *node)
{
	while (node) {
		if (cel_parser_at(parser, TOKEN_DOT))
			node = parse_select(parser, node);
		else if (cel_parser_at(parser, TOKEN_OPEN_BRACKET))
			node = parse_index(parser, node);
		else if (cel_parser_at(parser, TOKEN_OPEN_BRACE) && is_qualified_name(node))
			return fail_message(parser, node);
		else
			return node;
	}
	return NULL;
}
