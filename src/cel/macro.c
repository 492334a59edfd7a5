/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/parser.h"

enum {
	OPTIONALS_SINCE = 28,
	TWO_VARIABLES_SINCE = 32,
	SORT_BY_SINCE = 34,
	ANY_ARGUMENTS = 255,
};

struct macro_row;

typedef struct cel_node *macro_expand(
	struct cel_parser *parser, const struct macro_row *row, struct cel_node *call);

/* One form of a macro. */
struct macro_row {
	struct str name;
	const char *space; /* NULL: global; "": any receiver; else the name before the dot */
	uint8_t arguments; /* without the receiver */
	uint8_t variables; /* how many of them are names */
	uint16_t since;    /* as in struct cel_overload_row */
	macro_expand *expand;
	enum cel_macro macro;
	const char *usage;
};

static struct cel_node *fail_usage(struct cel_parser *parser, const struct cel_node *at_fault,
	const struct macro_row *row, const char *why)
{
	CEL_FAIL(parser->err, at_fault->origin, at_fault->length, "%s", why);
	error_set_remedy(parser->err, "write %s", row->usage);
	return NULL;
}

static struct cel_node *expand_has(
	struct cel_parser *parser, const struct macro_row *row, struct cel_node *call)
{
	struct cel_node *field = call->call.arguments[0];
	if (field->kind != CEL_NODE_SELECT || field->select.test_only || field->select.optional)
		return fail_usage(parser, field, row, "has() asks for a field of something");
	field->select.test_only = true;
	return field;
}

static bool is_simple_name(const struct cel_node *node)
{
	return node->kind == CEL_NODE_IDENT && !node->ident.absolute;
}

static struct cel_node *macro_node(struct cel_parser *parser, const struct macro_row *row,
	const struct cel_node *call, struct cel_node *range)
{
	struct cel_node *node = cel_node_new(parser, CEL_NODE_MACRO, call->origin, call->length);
	node->macro.macro = row->macro;
	node->macro.range = range;
	return node;
}

static bool read_variable(struct cel_parser *parser, const struct macro_row *row,
	const struct cel_node *argument, struct str *ret_name)
{
	if (!is_simple_name(argument))
		return fail_usage(parser, argument, row, "a variable must be a simple name");
	*ret_name = argument->ident.name;
	return true;
}

static bool read_variables(struct cel_parser *parser, const struct macro_row *row,
	const struct cel_node *call, struct cel_node *node)
{
	struct cel_node **arguments = call->call.arguments;
	if (!read_variable(parser, row, arguments[0], &node->macro.variable))
		return false;
	if (row->variables == 1)
		return true;
	if (!read_variable(parser, row, arguments[1], &node->macro.variable2))
		return false;
	if (str_equal(node->macro.variable, node->macro.variable2))
		return fail_usage(
			parser, arguments[1], row, "the two variables have the same name");
	return true;
}

/* After the variables come a predicate, a transformation, or both in this order. */
static struct cel_node *expand_comprehension(
	struct cel_parser *parser, const struct macro_row *row, struct cel_node *call)
{
	struct cel_node *node = macro_node(parser, row, call, call->call.target);
	if (!read_variables(parser, row, call, node))
		return NULL;
	bool only_asks = row->macro == CEL_MACRO_ALL || row->macro == CEL_MACRO_EXISTS ||
			 row->macro == CEL_MACRO_EXISTS_ONE || row->macro == CEL_MACRO_FILTER;
	struct cel_node **rest = call->call.arguments + row->variables;
	size_t count = row->arguments - row->variables;
	if (only_asks || count == 2)
		node->macro.predicate = rest[0];
	if (!only_asks)
		node->macro.transform = rest[count - 1];
	return node;
}

static struct cel_node *expand_bind(
	struct cel_parser *parser, const struct macro_row *row, struct cel_node *call)
{
	struct cel_node *node = macro_node(parser, row, call, call->call.arguments[1]);
	if (!read_variables(parser, row, call, node))
		return NULL;
	node->macro.transform = call->call.arguments[2];
	return node;
}

static struct cel_node *expand_block(
	struct cel_parser *parser, const struct macro_row *row, struct cel_node *call)
{
	struct cel_node *range = call->call.arguments[0];
	if (range->kind != CEL_NODE_LIST || range->list.optional)
		return fail_usage(parser, range, row, "cel.block() needs a list of values first");
	struct cel_node *node = macro_node(parser, row, call, range);
	node->macro.transform = call->call.arguments[1];
	return node;
}

static bool is_index(const struct cel_node *node)
{
	return node->kind == CEL_NODE_LITERAL && node->literal.kind == VALUE_INT &&
	       node->literal.integer >= 0;
}

/* cel.index(0), cel.iterVar(0, 1) and cel.accuVar(0, 1): names that nobody can write. */
static struct cel_node *expand_generated_name(
	struct cel_parser *parser, const struct macro_row *row, struct cel_node *call)
{
	struct buf name;
	buf_init_arena(&name, parser->arena, 32);
	buf_put_char(&name, '@');
	buf_put(&name, str_slice(row->name, 0, row->arguments == 1 ? row->name.len : 4));
	for (size_t i = 0; i < row->arguments; i++) {
		struct cel_node *number = call->call.arguments[i];
		if (!is_index(number))
			return fail_usage(
				parser, number, row, "a number from 0 on must stand here");
		if (row->arguments > 1)
			buf_put_char(&name, ':');
		buf_put_int(&name, number->literal.integer);
	}
	struct cel_node *node = cel_node_new(parser, CEL_NODE_IDENT, call->origin, call->length);
	node->ident.name = buf_str(&name);
	node->ident.slot = CEL_SLOT_UNKNOWN;
	return node;
}

/* math.greatest(a, b, c, ...) has no end of arguments: from three on they become a list. */
static struct cel_node *expand_extremum(
	struct cel_parser *parser, const struct macro_row *row, struct cel_node *call)
{
	if (call->call.count == 0)
		return fail_usage(parser, call, row, "at least one number must stand here");
	if (call->call.count < 3)
		return call;
	struct cel_node *list = cel_node_new(parser, CEL_NODE_LIST, call->origin, call->length);
	list->list.items = call->call.arguments;
	list->list.count = call->call.count;
	call->call.arguments = ARENA_NEW_ARRAY(parser->arena, struct cel_node *, 1);
	call->call.arguments[0] = list;
	call->call.count = 1;
	return call;
}

#define COMPREHENSION(name, arguments, variables, since, macro, usage) \
	{ \
		STR_INIT(name), "", arguments, variables, since, expand_comprehension, macro, \
			usage \
	}
#define TWO TWO_VARIABLES_SINCE

static const struct macro_row macros[] = {
	{STR_INIT("has"), NULL, 1, 0, 0, expand_has, CEL_MACRO_ALL, "has(object.field)"},
	COMPREHENSION("all", 2, 1, 0, CEL_MACRO_ALL, "list.all(x, condition)"),
	COMPREHENSION("exists", 2, 1, 0, CEL_MACRO_EXISTS, "list.exists(x, condition)"),
	COMPREHENSION("exists_one", 2, 1, 0, CEL_MACRO_EXISTS_ONE, "list.exists_one(x, condition)"),
	COMPREHENSION("existsOne", 2, 1, TWO, CEL_MACRO_EXISTS_ONE, "list.existsOne(x, condition)"),
	COMPREHENSION("filter", 2, 1, 0, CEL_MACRO_FILTER, "list.filter(x, condition)"),
	COMPREHENSION("map", 2, 1, 0, CEL_MACRO_MAP, "list.map(x, value)"),
	COMPREHENSION("map", 3, 1, 0, CEL_MACRO_MAP, "list.map(x, condition, value)"),
	COMPREHENSION("all", 3, 2, TWO, CEL_MACRO_ALL, "map.all(key, value, condition)"),
	COMPREHENSION("exists", 3, 2, TWO, CEL_MACRO_EXISTS, "map.exists(key, value, condition)"),
	COMPREHENSION("existsOne", 3, 2, TWO, CEL_MACRO_EXISTS_ONE,
		"map.existsOne(key, value, condition)"),
	COMPREHENSION("exists_one", 3, 2, TWO, CEL_MACRO_EXISTS_ONE,
		"map.exists_one(key, value, condition)"),
	COMPREHENSION("transformList", 3, 2, TWO, CEL_MACRO_TRANSFORM_LIST,
		"list.transformList(index, item, value)"),
	COMPREHENSION("transformList", 4, 2, TWO, CEL_MACRO_TRANSFORM_LIST,
		"list.transformList(index, item, condition, value)"),
	COMPREHENSION("transformMap", 3, 2, TWO, CEL_MACRO_TRANSFORM_MAP,
		"map.transformMap(key, value, new_value)"),
	COMPREHENSION("transformMap", 4, 2, TWO, CEL_MACRO_TRANSFORM_MAP,
		"map.transformMap(key, value, condition, new_value)"),
	COMPREHENSION("transformMapEntry", 3, 2, TWO, CEL_MACRO_TRANSFORM_MAP_ENTRY,
		"map.transformMapEntry(key, value, {new_key: new_value})"),
	COMPREHENSION("transformMapEntry", 4, 2, TWO, CEL_MACRO_TRANSFORM_MAP_ENTRY,
		"map.transformMapEntry(key, value, condition, {new_key: new_value})"),
	COMPREHENSION("sortBy", 2, 1, SORT_BY_SINCE, CEL_MACRO_SORT_BY, "list.sortBy(x, x.key)"),
	COMPREHENSION(
		"optMap", 2, 1, OPTIONALS_SINCE, CEL_MACRO_OPT_MAP, "optional.optMap(x, value)"),
	COMPREHENSION("optFlatMap", 2, 1, OPTIONALS_SINCE, CEL_MACRO_OPT_FLAT_MAP,
		"optional.optFlatMap(x, optional_value)"),
	{STR_INIT("bind"), "cel", 3, 1, CEL_NATIVE_ONLY, expand_bind, CEL_MACRO_BIND,
		"cel.bind(name, value, expression)"},
	{STR_INIT("block"), "cel", 2, 0, CEL_NATIVE_ONLY, expand_block, CEL_MACRO_BLOCK,
		"cel.block([values], expression)"},
	{STR_INIT("index"), "cel", 1, 0, CEL_NATIVE_ONLY, expand_generated_name, CEL_MACRO_BLOCK,
		"cel.index(0)"},
	{STR_INIT("iterVar"), "cel", 2, 0, CEL_NATIVE_ONLY, expand_generated_name, CEL_MACRO_BLOCK,
		"cel.iterVar(0, 0)"},
	{STR_INIT("accuVar"), "cel", 2, 0, CEL_NATIVE_ONLY, expand_generated_name, CEL_MACRO_BLOCK,
		"cel.accuVar(0, 0)"},
	{STR_INIT("greatest"), "math", ANY_ARGUMENTS, 0, CEL_NATIVE_ONLY, expand_extremum,
		CEL_MACRO_ALL, "math.greatest(a, b)"},
	{STR_INIT("least"), "math", ANY_ARGUMENTS, 0, CEL_NATIVE_ONLY, expand_extremum,
		CEL_MACRO_ALL, "math.least(a, b)"},
};

enum { MACROS = sizeof(macros) / sizeof(macros[0]) };

static bool fits(const struct macro_row *row, const struct cel_node *call)
{
	const struct cel_node *target = call->call.target;
	if (!str_equal(row->name, call->call.function))
		return false;
	if (row->arguments != ANY_ARGUMENTS && row->arguments != call->call.count)
		return false;
	if (!row->space || !target)
		return !row->space && !target;
	return row->space[0] == '\0' ||
	       (is_simple_name(target) && str_equal(target->ident.name, str_from(row->space)));
}

struct cel_node *cel_expand_macro(struct cel_parser *parser, struct cel_node *call)
{
	for (size_t i = 0; i < MACROS; i++)
		if (fits(&macros[i], call) && cel_env_offers(parser->env, macros[i].since))
			return macros[i].expand(parser, &macros[i], call);
	return call;
}

bool cel_find_macro(struct str name, uint16_t *ret_since, const char **ret_usage)
{
	for (size_t i = 0; i < MACROS; i++) {
		if (!str_equal(macros[i].name, name))
			continue;
		*ret_since = macros[i].since;
		*ret_usage = macros[i].usage;
		return true;
	}
	return false;
}
