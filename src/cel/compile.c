/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/compile.h"

#include "base/arena.h"
#include "cel/chain.h"
#include "cel/checker.h"
#include "cel/library.h"
#include "cel/parse.h"

static bool is_index(const struct cel_node *node)
{
	return node->kind == CEL_NODE_CALL && !node->call.target && node->call.count == 2 &&
	       (str_equal(node->call.function, STR("_[_]")) ||
		       str_equal(node->call.function, STR("_[?_]")));
}

bool cel_is_attribute(const struct cel_node *node)
{
	if (node->kind == CEL_NODE_CALL)
		return is_index(node) || str_equal(node->call.function, STR("_?_:_"));
	return node->kind == CEL_NODE_IDENT || node->kind == CEL_NODE_SELECT;
}

/* A name that is a property of another in the API server and one variable here. */
static uint32_t name_cost(const struct cel_compiler *c, struct str name)
{
	return c->kubernetes && str_starts_with(name, STR("variables.")) ? 2 : 1;
}

/* A name to which steps may be added. */
static struct cel_op *emit_attribute(
	struct cel_compiler *c, const struct cel_node *node, cel_op_run *run)
{
	static const struct cel_step none;
	struct cel_op *op = cel_emit(c, node, run, 1);
	op->steps = &none;
	c->attribute = (uint32_t)c->count - 1;
	c->steps = NULL;
	c->step_capacity = 0;
	return op;
}

static void emit_local(struct cel_compiler *c, const struct cel_node *node, uint32_t cost)
{
	const struct cel_local *local = &c->locals[node->ident.slot];
	struct cel_op *op;
	switch (local->kind) {
	case CEL_LOCAL_LAZY:
		op = cel_emit(c, node, cel_op_lazy_local, 1);
		cel_jump_to(c, (uint32_t)c->count - 1, local->thunk);
		break;
	case CEL_LOCAL_OPTIONAL:
		op = cel_emit(c, node, cel_op_optional_local, 1);
		op->b = c->local_slots + local->hidden;
		break;
	case CEL_LOCAL_PLAIN:
	default:
		op = emit_attribute(c, node, cel_op_local);
	}
	op->a = node->ident.slot;
	op->c = cost;
}

static void emit_failure(struct cel_compiler *c, const struct cel_node *node, struct str phrase)
{
	struct value *constant = arena_alloc(c->arena, sizeof(*constant));
	*constant = value_string(phrase);
	cel_emit(c, node, cel_op_failure, 1)->constant = constant;
}

static void compile_name(struct cel_compiler *c, const struct cel_node *node, bool bare)
{
	struct str name = node->ident.name;
	if (node->ident.slot == CEL_SLOT_UNKNOWN) {
		emit_failure(c, node,
			str_format(c->arena, "undeclared reference to %.*s", STR_ARGS(name)));
		return;
	}
	uint32_t cost = bare ? 0 : name_cost(c, name);
	if (node->ident.is_local) {
		emit_local(c, node, cost);
		return;
	}
	struct cel_op *op = emit_attribute(c, node, cel_op_slot);
	op->a = node->ident.slot;
	op->c = cost;
}

static struct cel_step field_step(const struct cel_node *node)
{
	return (struct cel_step){.key = value_at(value_string(node->select.field), node->origin),
		.length = node->length,
		.optional = node->select.optional};
}

/* A step that tests belongs to no attribute: it has an operation of its own. */
static void emit_has(struct cel_compiler *c, const struct cel_node *node, bool bare)
{
	struct cel_step *step = ARENA_NEW(c->arena, struct cel_step);
	*step = field_step(node);
	cel_fuse(c, c->attribute);
	struct cel_op *op = cel_emit(c, node, cel_op_has, 0);
	op->steps = step;
	op->c = c->kubernetes || bare ? 1 : 2;
}

static void leave_select(struct cel_compiler *c, const struct cel_pending *pending)
{
	const struct cel_node *node = pending->node;
	if (node->select.test_only) {
		emit_has(c, node, pending->bare);
		return;
	}
	bool relative = !cel_is_attribute(node->select.operand) && !pending->bare;
	cel_emit_step(c, node, field_step(node), relative);
}

static void compile_list(struct cel_compiler *c, struct cel_node *node)
{
	size_t from = c->count;
	for (size_t i = 0; i < node->list.count; i++)
		cel_compile_node(c, node->list.items[i], false);
	struct cel_op *op = cel_emit(c, node, cel_op_list, 1 - (int)node->list.count);
	op->a = (uint32_t)node->list.count;
	op->b = 10;
	op->optional = node->list.optional;
	if (!op->optional)
		cel_fold(c, node, from, true);
}

static void compile_map(struct cel_compiler *c, struct cel_node *node)
{
	size_t from = c->count;
	for (size_t i = 0; i < node->map.count; i++) {
		cel_compile_node(c, node->map.keys[i], false);
		cel_compile_node(c, node->map.values[i], false);
	}
	struct cel_op *op = cel_emit(c, node, cel_op_map, 1 - 2 * (int)node->map.count);
	op->a = (uint32_t)node->map.count;
	op->b = 30;
	op->optional = node->map.optional;
	if (!op->optional)
		cel_fold(c, node, from, true);
}

static void leave(struct cel_compiler *c, struct cel_pending *pending)
{
	struct cel_node *node = pending->node;
	switch (node->kind) {
	case CEL_NODE_LITERAL:
		cel_emit_constant(c, node, node->literal, 0, true);
		break;
	case CEL_NODE_IDENT:
		compile_name(c, node, pending->bare);
		break;
	case CEL_NODE_SELECT:
		leave_select(c, pending);
		break;
	case CEL_NODE_CALL:
		cel_leave_call(c, pending);
		break;
	case CEL_NODE_LIST:
		compile_list(c, node);
		break;
	case CEL_NODE_MAP:
		compile_map(c, node);
		break;
	case CEL_NODE_MACRO:
		cel_leave_macro(c, pending);
		break;
	}
}

static void enter(struct cel_compiler *c, struct cel_pending *pending)
{
	pending->context = c->context;
	if (pending->node->kind == CEL_NODE_CALL)
		cel_enter_call(c, pending);
	else if (pending->node->kind == CEL_NODE_MACRO)
		cel_enter_macro(c, pending);
}

static struct cel_pending *push_pending(struct cel_compiler *c, struct cel_node *node, bool bare)
{
	if (c->pending_count == c->pending_capacity)
		c->pending = arena_grow(c->arena, c->pending, c->pending_count,
			&c->pending_capacity, sizeof(*c->pending));
	struct cel_pending *pending = &c->pending[c->pending_count++];
	*pending = (struct cel_pending){.node = node, .bare = bare};
	return pending;
}

/* Of an attribute cel-go counts the whole once; what has() tests is not counted as such. */
static bool left_is_bare(const struct cel_node *node, bool bare)
{
	if (node->kind == CEL_NODE_SELECT)
		return bare || node->select.test_only;
	return bare && is_index(node);
}

void cel_compile_node(struct cel_compiler *c, struct cel_node *node, bool bare)
{
	size_t base = c->pending_count;
	while (node) {
		enter(c, push_pending(c, node, bare));
		bare = left_is_bare(node, bare);
		struct cel_node **left = cel_node_left(node);
		node = left ? *left : NULL;
	}
	while (c->pending_count > base) {
		struct cel_pending pending = c->pending[--c->pending_count];
		leave(c, &pending);
	}
}

static const struct cel_program *finish(
	struct cel_compiler *c, const struct cel_ast *ast, uint32_t local_slots)
{
	struct cel_program *program = ARENA_NEW(c->arena, struct cel_program);
	program->ops = c->ops;
	program->places = c->places;
	program->contexts = c->contexts;
	program->count = (uint32_t)c->count;
	program->stack_values = c->stack_peak + c->thunk_stack;
	program->locals = local_slots + c->hidden.peak;
	program->loops = c->loops.peak;
	program->thunks = c->thunks;
	program->options = cel_env_options(c->env);
	program->type = ast->root->type ? ast->root->type : &cel_type_dyn;
	program->text = ast->text;
	program->variables = cel_env_variables(c->env);
	return program;
}

static const struct cel_program *compile(
	const struct cel_env *env, struct arena *arena, struct cel_ast *ast, struct error *err)
{
	struct cel_compiler c = {.env = env,
		.arena = arena,
		.err = err,
		.kubernetes = cel_env_options(env)->profile == CEL_PROFILE_KUBERNETES,
		.local_slots = ast->local_slots,
		.attribute = UINT32_MAX};
	c.locals = ARENA_NEW_ARRAY(arena, struct cel_local, ast->local_slots);
	uint32_t outermost = cel_context_begin(&c);
	cel_compile_node(&c, ast->root, false);
	cel_context_end(&c, outermost, outermost);
	(void)cel_emit(&c, ast->root, cel_op_end, 0);
	return err->kind == ERROR_NONE ? finish(&c, ast, ast->local_slots) : NULL;
}

const struct cel_program *cel_compile(
	const struct cel_env *env, struct arena *arena, struct str text, struct error *err)
{
	struct cel_ast ast;
	if (cel_parse(env, arena, text, &ast, err) < 0 || cel_check(env, arena, &ast, err) < 0)
		return NULL;
	return compile(env, arena, &ast, err);
}
