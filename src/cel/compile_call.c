/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/compile.h"
#include "cel/library.h"
#include "cel/operators.h"
#include "cel/regex.h"
#include "data/map.h"

/* Calls: operators have operations of their own, everything else is dispatched by kinds. */

struct operator_row {
	struct str name;
	cel_call *call;
	void (*emit)(struct cel_compiler *c, const struct cel_pending *pending,
		const struct operator_row *row);
	uint32_t a;
};

static bool is_single(const struct cel_node *node)
{
	return node->call.resolved && node->call.resolved->count == 1;
}

/* The right operand when it turned out to be a constant: taken back, to become a field. */
static bool take_constant(struct cel_compiler *c, size_t from, struct cel_op *ret_constant)
{
	*ret_constant = (struct cel_op){0};
	if (!cel_is_constant_since(c, from, false))
		return false;
	c->count = from;
	c->depth--;
	*ret_constant = c->ops[from];
	return true;
}

enum { FOLD_BYTES = 256 }; /* longest text that is worked on in advance */

/* Constants that take no memory to speak of: joining long ones in advance, a little more at each
 * step of a chain, would. */
static bool are_small(const struct cel_compiler *c, size_t from)
{
	for (size_t i = from; i + 1 < c->count; i++) {
		if (c->ops[i].run != cel_op_constant)
			return false;
		const struct value *v = c->ops[i].constant;
		bool text = v->kind == VALUE_STRING || v->kind == VALUE_BYTES;
		if (v->kind == VALUE_LIST || (text && v->count > FOLD_BYTES))
			return false;
	}
	return true;
}

static void emit_binary(
	struct cel_compiler *c, const struct cel_pending *pending, const struct operator_row *row)
{
	const struct cel_node *node = pending->node;
	cel_compile_node(c, node->call.arguments[1], false);
	cel_op_run *run = row->call == cel_add        ? cel_op_add
			  : row->call == cel_subtract ? cel_op_subtract
						      : cel_op_binary;
	struct cel_op *op = cel_emit(c, node, run, -1);
	op->call = row->call;
	op->b = row->a && is_single(node);
	if (are_small(c, pending->first))
		cel_fold(c, node, pending->first, false);
}

static void emit_unary(
	struct cel_compiler *c, const struct cel_pending *pending, const struct operator_row *row)
{
	cel_op_run *run = row->call == cel_not ? cel_op_not : cel_op_unary;
	cel_emit(c, pending->node, run, 0)->call = row->call;
	cel_fold(c, pending->node, pending->first, false);
}

/* The two comparisons: a, and b where it is known, are fields of the operation. */
static void emit_comparison(struct cel_compiler *c, const struct cel_pending *pending,
	const struct operator_row *row, cel_op_run *run, cel_op_run *run_constant)
{
	const struct cel_node *node = pending->node;
	size_t right = c->count;
	uint32_t attribute = c->attribute;
	cel_compile_node(c, node->call.arguments[1], false);
	struct cel_op taken;
	bool constant = take_constant(c, right, &taken);
	if (constant)
		cel_fuse(c, attribute);
	struct cel_op *op = cel_emit(c, node, constant ? run_constant : run, constant ? 0 : -1);
	op->constant = taken.constant;
	op->c = taken.a;
	op->a = row->a;
	op->b = is_single(node);
}

/* == and != ; a = 1 for the latter. */
static void emit_equal(
	struct cel_compiler *c, const struct cel_pending *pending, const struct operator_row *row)
{
	emit_comparison(c, pending, row, cel_op_equal, cel_op_equal_constant);
}

static void emit_order(
	struct cel_compiler *c, const struct cel_pending *pending, const struct operator_row *row)
{
	emit_comparison(c, pending, row, cel_op_order, cel_op_order_constant);
}

/* Whether cel-go turns a constant list into a set, which is searched free of charge. */
static bool is_set(const struct value *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (!value_is_number(&list->items[i]) && list->items[i].kind != VALUE_STRING &&
			list->items[i].kind != VALUE_BOOL)
			return false;
	return true;
}

/* A long list is searched faster as the keys of a map. */
static const struct value *searchable(struct cel_compiler *c, const struct value *list)
{
	if (list->count <= MAP_SCAN_ENTRIES || !is_set(list))
		return list;
	struct value_entry *entries = map_entries_new(c->arena, list->count);
	struct value *map = ARENA_NEW(c->arena, struct value);
	struct error repeated = {0};
	for (uint32_t i = 0; i < list->count; i++)
		entries[i] = (struct value_entry){list->items[i], value_null()};
	return map_make(entries, list->count, map, &repeated) == 0 ? map : list;
}

static void emit_in_constant(
	struct cel_compiler *c, const struct cel_pending *pending, struct cel_op taken)
{
	const struct cel_node *node = pending->node;
	const struct value *list = taken.constant;
	bool free = c->kubernetes && taken.b && is_single(node) && is_set(list);
	if (free && list->count == 0) {
		/* cel-go does not even look at the element. */
		c->count = pending->first;
		c->depth--;
		cel_emit_constant(c, node, value_bool(false), 0, true);
		return;
	}
	struct cel_op *op = cel_emit(c, node, cel_op_in_constant, 0);
	op->constant = searchable(c, list);
	op->c = free ? 0 : taken.a + (is_single(node) ? list->count : 1);
}

static void emit_in(
	struct cel_compiler *c, const struct cel_pending *pending, const struct operator_row *row)
{
	(void)row;
	const struct cel_node *node = pending->node;
	size_t right = c->count;
	cel_compile_node(c, node->call.arguments[1], false);
	struct cel_op taken;
	if (cel_is_constant_since(c, right, false) && c->ops[right].constant->kind == VALUE_LIST &&
		take_constant(c, right, &taken)) {
		emit_in_constant(c, pending, taken);
		return;
	}
	const struct cel_function *resolved = node->call.resolved;
	struct cel_op *op = cel_emit(c, node, cel_op_in, -1);
	op->b = is_single(node) && resolved->overloads[0]->params[1]->kind == CEL_TYPE_LIST;
}

/* a = 1: [?_] */
static void emit_index(
	struct cel_compiler *c, const struct cel_pending *pending, const struct operator_row *row)
{
	const struct cel_node *node = pending->node;
	struct cel_node *index = node->call.arguments[1];
	bool relative = !cel_is_attribute(node->call.arguments[0]) && !pending->bare;
	if (index->kind == CEL_NODE_LITERAL && index->literal.kind <= VALUE_STRING) {
		cel_emit_step(c, node,
			(struct cel_step){.key = value_at(index->literal, node->origin),
				.length = node->length,
				.optional = row->a},
			relative);
		return;
	}
	cel_compile_node(c, index, cel_is_attribute(index));
	struct cel_op *op = cel_emit(c, node, cel_op_index, -1);
	op->a = row->a;
	op->c = relative;
}

static void emit_conditional(
	struct cel_compiler *c, const struct cel_pending *pending, const struct operator_row *row)
{
	(void)row;
	const struct cel_node *node = pending->node;
	struct cel_node **branches = node->call.arguments + 1;
	uint32_t branch = (uint32_t)c->count;
	(void)cel_emit(c, node, cel_op_branch, -1);
	cel_compile_node(c, branches[0], cel_is_attribute(branches[0]));
	uint32_t jump = (uint32_t)c->count;
	(void)cel_emit(c, node, cel_op_jump, -1);
	cel_jump_here(c, branch);
	cel_compile_node(c, branches[1], cel_is_attribute(branches[1]));
	cel_jump_here(c, jump);
}

/* a = 1 for ||. Jumps behind the last term are chained through their field until then. */
static void emit_logic(
	struct cel_compiler *c, const struct cel_pending *pending, const struct operator_row *row)
{
	const struct cel_node *node = pending->node;
	uint32_t last = (uint32_t)c->count;
	cel_context_end(c, pending->inner, pending->context);
	struct cel_op *op = cel_emit(c, node, cel_op_logic_first, 0);
	op->a = row->a;
	op->jump = -1;
	for (size_t i = 1; i < node->call.count; i++) {
		uint32_t context = cel_context_begin(c);
		cel_compile_node(c, node->call.arguments[i], false);
		cel_context_end(c, context, pending->context);
		op = cel_emit(c, node, cel_op_logic_next, -1);
		op->a = row->a;
		op->jump = (int32_t)last;
		last = (uint32_t)c->count - 1;
	}
	(void)cel_emit(c, node, cel_op_logic_end, 0);
	for (int32_t at = (int32_t)last; at >= 0;) {
		int32_t before = c->ops[at].jump;
		cel_jump_here(c, (uint32_t)at);
		at = before;
	}
}

static const struct operator_row operators[] = {
	{STR_INIT("_+_"), cel_add, emit_binary, 1},
	{STR_INIT("_-_"), cel_subtract, emit_binary, 0},
	{STR_INIT("_*_"), cel_multiply, emit_binary, 0},
	{STR_INIT("_/_"), cel_divide, emit_binary, 0},
	{STR_INIT("_%_"), cel_modulo, emit_binary, 0},
	{STR_INIT("-_"), cel_negate, emit_unary, 0},
	{STR_INIT("!_"), cel_not, emit_unary, 0},
	{STR_INIT("_==_"), cel_equals, emit_equal, 0},
	{STR_INIT("_!=_"), cel_not_equals, emit_equal, 1},
	{STR_INIT("_<_"), cel_less, emit_order, CEL_SET_LESS},
	{STR_INIT("_<=_"), cel_less_equals, emit_order, CEL_SET_LESS | CEL_SET_EQUAL},
	{STR_INIT("_>_"), cel_greater, emit_order, CEL_SET_GREATER},
	{STR_INIT("_>=_"), cel_greater_equals, emit_order, CEL_SET_GREATER | CEL_SET_EQUAL},
	{STR_INIT("@in"), cel_in, emit_in, 0},
	{STR_INIT("_[_]"), cel_index, emit_index, 0},
	{STR_INIT("_[?_]"), cel_optional_index, emit_index, 1},
	{STR_INIT("_?_:_"), NULL, emit_conditional, 0},
	{STR_INIT("_&&_"), NULL, emit_logic, 0},
	{STR_INIT("_||_"), NULL, emit_logic, 1},
};

/* An operator whose overloads are all ours; another library may have added some of its own. */
static const struct operator_row *find_operator(const struct cel_node *node)
{
	const struct cel_function *resolved = node->call.resolved;
	char first = node->call.function.data[0];
	if (node->call.target || (first != '_' && first != '-' && first != '!' && first != '@'))
		return NULL;
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (!str_equal(node->call.function, operators[i].name))
			continue;
		for (size_t j = 0; resolved && j < resolved->count; j++)
			if (operators[i].call && resolved->overloads[j]->call != operators[i].call)
				return NULL;
		return &operators[i];
	}
	return NULL;
}

void cel_enter_call(struct cel_compiler *c, struct cel_pending *pending)
{
	const struct operator_row *row = find_operator(pending->node);
	pending->first = (uint32_t)c->count;
	if (row && row->emit == emit_logic)
		pending->inner = cel_context_begin(c);
}

/* The kind of value that a parameter takes, CEL_KINDS for any. */
static uint8_t kind_of(const struct cel_type *type)
{
	static const uint8_t kinds[] = {
		[CEL_TYPE_DYN] = CEL_KINDS,
		[CEL_TYPE_NULL] = VALUE_NULL,
		[CEL_TYPE_BOOL] = VALUE_BOOL,
		[CEL_TYPE_INT] = VALUE_INT,
		[CEL_TYPE_UINT] = VALUE_UINT,
		[CEL_TYPE_DOUBLE] = VALUE_DOUBLE,
		[CEL_TYPE_STRING] = VALUE_STRING,
		[CEL_TYPE_BYTES] = VALUE_BYTES,
		[CEL_TYPE_TIMESTAMP] = CEL_TIMESTAMP,
		[CEL_TYPE_DURATION] = CEL_DURATION,
		[CEL_TYPE_LIST] = VALUE_LIST,
		[CEL_TYPE_MAP] = VALUE_MAP,
		[CEL_TYPE_TYPE] = CEL_TYPE,
		[CEL_TYPE_STRUCT] = VALUE_MAP,
		[CEL_TYPE_OPAQUE] = CEL_OPAQUE,
		[CEL_TYPE_PARAM] = CEL_KINDS,
		[CEL_TYPE_VAR] = CEL_KINDS,
		[CEL_TYPE_ERROR] = CEL_ERROR,
	};
	return cel_type_is_optional(type) ? CEL_OPTIONAL : kinds[type->kind];
}

static struct cel_candidate candidate(const struct cel_overload *overload, bool single)
{
	struct cel_candidate made = {.overload = overload,
		.cost = single || !cel_is_standard(overload->id) ? overload->cost : NULL};
	for (size_t i = 0; i < overload->arity; i++) {
		made.kinds[i] = kind_of(overload->params[i]);
		if (made.kinds[i] == CEL_OPAQUE)
			made.opaque[i] = overload->params[i]->name;
	}
	return made;
}

static const struct cel_site *make_site(struct cel_compiler *c, const struct cel_node *node)
{
	const struct cel_function *resolved = node->call.resolved;
	struct cel_site *site = ARENA_NEW(c->arena, struct cel_site);
	struct cel_candidate *candidates =
		ARENA_NEW_ARRAY(c->arena, struct cel_candidate, resolved->count);
	site->function = resolved;
	site->candidates = candidates;
	for (size_t i = 0; i < resolved->count; i++)
		if (resolved->overloads[i]->call &&
			resolved->overloads[i]->arity <= CEL_MAX_ARGUMENTS)
			candidates[site->count++] =
				candidate(resolved->overloads[i], resolved->count == 1);
	return site;
}

/* A pattern that is a literal is compiled once. */
static void prepare_pattern(struct cel_compiler *c, const struct cel_node *node, size_t from)
{
	if (node->call.resolved->count == 0 || !cel_is_constant_since(c, from, false) ||
		cel_regex_argument(node->call.resolved->overloads[0]->id) != 1 ||
		c->ops[from].constant->kind != VALUE_STRING)
		return;
	struct value *pattern = ARENA_NEW(c->arena, struct value);
	struct error err = {0};
	*pattern = *c->ops[from].constant;
	if (cel_regex_prepare(c->arena, pattern, &err) < 0)
		cel_compile_fail(c, node, "%s", err.message);
	c->ops[from].constant = pattern;
}

static bool is_conversion(struct str function)
{
	static const struct str names[] = {STR_INIT("bool"), STR_INIT("bytes"), STR_INIT("double"),
		STR_INIT("duration"), STR_INIT("dyn"), STR_INIT("int"), STR_INIT("string"),
		STR_INIT("timestamp"), STR_INIT("type"), STR_INIT("uint")};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_equal(function, names[i]))
			return true;
	return false;
}

/* Functions of one constant are computed in advance: those that read a short text, and the
 * conversions, which cel-go computes in advance, too. */
static void fold_call(struct cel_compiler *c, const struct cel_node *node, size_t from)
{
	bool converts = !node->call.target && is_conversion(node->call.function);
	const struct value *only = c->ops[from].constant;
	if (c->count != from + 2 || c->ops[from].run != cel_op_constant)
		return;
	if (converts || (only->kind == VALUE_STRING && only->count <= FOLD_BYTES))
		cel_fold(c, node, from, converts);
}

static void emit_unknown(struct cel_compiler *c, const struct cel_node *node)
{
	bool left = node->call.target || node->call.count > 0;
	struct value *phrase = ARENA_NEW(c->arena, struct value);
	*phrase = value_string(
		str_format(c->arena, "unbound function %.*s", STR_ARGS(node->call.function)));
	cel_emit(c, node, cel_op_failure, left ? 0 : 1)->constant = phrase;
}

static void emit_call(struct cel_compiler *c, const struct cel_pending *pending)
{
	const struct cel_node *node = pending->node;
	bool is_member = node->call.target != NULL;
	size_t count = node->call.count + is_member;
	if (!node->call.resolved) {
		emit_unknown(c, node);
		return;
	}
	for (size_t i = !is_member; i < node->call.count; i++) {
		size_t from = c->count;
		cel_compile_node(c, node->call.arguments[i], false);
		if (i + is_member == 1)
			prepare_pattern(c, node, from);
	}
	struct cel_op *op = cel_emit(c, node, cel_op_call, 1 - (int)count);
	op->a = (uint32_t)count;
	op->site = make_site(c, node);
	if (count == 1)
		fold_call(c, node, pending->first);
}

void cel_leave_call(struct cel_compiler *c, struct cel_pending *pending)
{
	const struct operator_row *row = find_operator(pending->node);
	if (row)
		row->emit(c, pending, row);
	else
		emit_call(c, pending);
}
