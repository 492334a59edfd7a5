/* SPDX-License-Identifier: Apache-2.0 */
#include "cel_unparse.h"

#include "base/number.h"
#include "cel/kind.h"

static void put_escapes(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];
		if (c == '"' || c == '\\')
			buf_put_char(out, '\\');
		if (c >= 0x20 && c != 0x7F)
			buf_put_char(out, (char)c);
		else
			buf_printf(out, "\\%03o", c);
	}
}

static void put_bytes(struct buf *out, struct str bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		buf_printf(out, "\\x%02x", (unsigned char)bytes.data[i]);
}

static void put_double(struct buf *out, double real)
{
	char text[NUMBER_DOUBLE_BYTES];
	struct str shown = {text, number_print_double(real, text)};
	buf_put(out, shown);
	if (str_find_char(shown, '.') == SIZE_MAX && str_find_char(shown, 'e') == SIZE_MAX)
		buf_puts(out, ".0");
}

static void put_literal(struct buf *out, const struct value *v)
{
	switch ((int)v->kind) {
	case VALUE_NULL:
		buf_puts(out, "null");
		break;
	case VALUE_BOOL:
		buf_put(out, v->boolean ? STR("true") : STR("false"));
		break;
	case VALUE_INT:
		buf_put_int(out, v->integer);
		break;
	case VALUE_UINT:
		buf_put_uint(out, v->natural);
		buf_put_char(out, 'u');
		break;
	case VALUE_DOUBLE:
		put_double(out, v->real);
		break;
	case CEL_TYPE:
		buf_put(out, cel_type_name(v->pointer));
		break;
	default:
		buf_put(out, v->kind == VALUE_BYTES ? STR("b\"") : STR("\""));
		(v->kind == VALUE_BYTES ? put_bytes : put_escapes)(out, value_str(v));
		buf_put_char(out, '"');
	}
}

static void put_list(
	struct buf *out, struct cel_node *const *nodes, const bool *optional, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_puts(out, ", ");
		if (optional && optional[i])
			buf_put_char(out, '?');
		cel_unparse(nodes[i], out);
	}
}

static void put_map(struct buf *out, const struct cel_node *node)
{
	buf_put_char(out, '{');
	for (size_t i = 0; i < node->map.count; i++) {
		if (i > 0)
			buf_puts(out, ", ");
		if (node->map.optional && node->map.optional[i])
			buf_put_char(out, '?');
		cel_unparse(node->map.keys[i], out);
		buf_puts(out, ": ");
		cel_unparse(node->map.values[i], out);
	}
	buf_put_char(out, '}');
}

/* Operators are the only functions whose names are no identifiers. */
static bool is_operator(const struct cel_node *node)
{
	if (node->kind != CEL_NODE_CALL || node->call.target)
		return false;
	struct str name = node->call.function;
	return name.len > 1 &&
	       (strchr("@!-", name.data[0]) || strchr("+-*/%=!<>&|?[", name.data[1]));
}

/* Writes in parentheses what cannot stand before a dot or beside an operator as it is. */
static void put_operand(struct buf *out, const struct cel_node *node)
{
	bool parentheses = is_operator(node) && !str_starts_with(node->call.function, STR("_["));
	if (parentheses)
		buf_put_char(out, '(');
	cel_unparse(node, out);
	if (parentheses)
		buf_put_char(out, ')');
}

static bool is_plain_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];
		if (!(c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (i > 0 && c >= '0' && c <= '9')))
			return false;
	}
	return !str_equal(name, STR("in")) && !str_equal(name, STR("true")) &&
	       !str_equal(name, STR("false")) && !str_equal(name, STR("null"));
}

static void put_select(struct buf *out, const struct cel_node *node)
{
	if (node->select.test_only)
		buf_puts(out, "has(");
	put_operand(out, node->select.operand);
	buf_put(out, node->select.optional ? STR(".?") : STR("."));
	bool plain = is_plain_name(node->select.field);
	buf_put(out, plain ? STR("") : STR("`"));
	buf_put(out, node->select.field);
	buf_put(out, plain ? STR("") : STR("`"));
	if (node->select.test_only)
		buf_puts(out, ")");
}

/* The marks between the underscores of _+_, or of @in. */
static struct str infix(struct str function)
{
	if (str_equal(function, STR("@in")))
		return STR("in");
	return str_slice(function, 1, function.len - 1);
}

static void put_infix(struct buf *out, const struct cel_node *node)
{
	for (size_t i = 0; i < node->call.count; i++) {
		if (i > 0) {
			buf_put_char(out, ' ');
			buf_put(out, infix(node->call.function));
			buf_put_char(out, ' ');
		}
		put_operand(out, node->call.arguments[i]);
	}
}

static void put_operator(struct buf *out, const struct cel_node *node)
{
	struct str function = node->call.function;
	struct cel_node **arguments = node->call.arguments;
	if (str_equal(function, STR("_?_:_"))) {
		put_operand(out, arguments[0]);
		buf_puts(out, " ? ");
		put_operand(out, arguments[1]);
		buf_puts(out, " : ");
		put_operand(out, arguments[2]);
	} else if (str_starts_with(function, STR("_["))) {
		put_operand(out, arguments[0]);
		buf_put(out, str_slice(function, 1, function.len - 2));
		cel_unparse(arguments[1], out);
		buf_put_char(out, ']');
	} else if (node->call.count == 1) {
		buf_put_char(out, function.data[0]);
		buf_put_char(out, '(');
		cel_unparse(arguments[0], out);
		buf_put_char(out, ')');
	} else {
		put_infix(out, node);
	}
}

static void put_call(struct buf *out, const struct cel_node *node)
{
	if (is_operator(node)) {
		put_operator(out, node);
		return;
	}
	if (node->call.target) {
		put_operand(out, node->call.target);
		buf_put_char(out, '.');
	} else if (node->call.absolute) {
		buf_put_char(out, '.');
	}
	buf_put(out, node->call.function);
	buf_put_char(out, '(');
	put_list(out, node->call.arguments, NULL, node->call.count);
	buf_put_char(out, ')');
}

static const char *const macro_names[] = {
	[CEL_MACRO_ALL] = "all",
	[CEL_MACRO_EXISTS] = "exists",
	[CEL_MACRO_EXISTS_ONE] = "exists_one",
	[CEL_MACRO_FILTER] = "filter",
	[CEL_MACRO_MAP] = "map",
	[CEL_MACRO_TRANSFORM_LIST] = "transformList",
	[CEL_MACRO_TRANSFORM_MAP] = "transformMap",
	[CEL_MACRO_TRANSFORM_MAP_ENTRY] = "transformMapEntry",
	[CEL_MACRO_SORT_BY] = "sortBy",
	[CEL_MACRO_OPT_MAP] = "optMap",
	[CEL_MACRO_OPT_FLAT_MAP] = "optFlatMap",
	[CEL_MACRO_BIND] = "bind",
	[CEL_MACRO_BLOCK] = "block",
};

/* Generated names are written as the macros that made them: @index1, @it:0:1. */
static void put_name(struct buf *out, struct str name)
{
	if (name.data[0] != '@') {
		buf_put(out, name);
	} else if (str_starts_with(name, STR("@index"))) {
		buf_printf(out, "cel.index(%.*s)", STR_ARGS(str_slice(name, 6, name.len)));
	} else {
		struct str rest = str_slice(name, 6, name.len);
		size_t colon = str_find_char(rest, ':');
		buf_printf(out, "cel.%s(%.*s, %.*s)", name.data[1] == 'i' ? "iterVar" : "accuVar",
			STR_ARGS(str_slice(rest, 0, colon)),
			STR_ARGS(str_slice(rest, colon + 1, rest.len)));
	}
}

static void put_macro(struct buf *out, const struct cel_node *node)
{
	bool is_cel = node->macro.macro == CEL_MACRO_BIND || node->macro.macro == CEL_MACRO_BLOCK;
	if (is_cel)
		buf_puts(out, "cel.");
	else
		put_operand(out, node->macro.range);
	buf_printf(out, "%s%s(", is_cel ? "" : ".", macro_names[node->macro.macro]);
	const struct str names[] = {node->macro.variable, node->macro.variable2};
	const char *separator = "";
	for (size_t i = 0; i < 2 && names[i].len > 0; i++) {
		buf_put(out, str_from(separator));
		put_name(out, names[i]);
		separator = ", ";
	}
	const struct cel_node *const parts[] = {
		is_cel ? node->macro.range : NULL, node->macro.predicate, node->macro.transform};
	for (size_t i = 0; i < 3; i++) {
		if (!parts[i])
			continue;
		buf_put(out, str_from(separator));
		cel_unparse(parts[i], out);
		separator = ", ";
	}
	buf_put_char(out, ')');
}

void cel_unparse(const struct cel_node *node, struct buf *out)
{
	switch (node->kind) {
	case CEL_NODE_LITERAL:
		put_literal(out, &node->literal);
		break;
	case CEL_NODE_IDENT:
		if (node->ident.absolute)
			buf_put_char(out, '.');
		put_name(out, node->ident.name);
		break;
	case CEL_NODE_SELECT:
		put_select(out, node);
		break;
	case CEL_NODE_CALL:
		put_call(out, node);
		break;
	case CEL_NODE_LIST:
		buf_put_char(out, '[');
		put_list(out, node->list.items, node->list.optional, node->list.count);
		buf_put_char(out, ']');
		break;
	case CEL_NODE_MAP:
		put_map(out, node);
		break;
	case CEL_NODE_MACRO:
		put_macro(out, node);
		break;
	}
}
