/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/compile.h"

/*
 * Macros. They are one node each here; what they cost is what the comprehensions cost that they
 * stand for in cel-go: a name or a call 1, a list 10, a map 30.
 */
enum { COST_NAME = 1, COST_CALL = 1, COST_LIST = 10, COST_MAP = 30 };

static struct cel_loop_plan *new_plan(struct cel_compiler *c, const struct cel_node *node)
{
	struct cel_loop_plan *plan = ARENA_NEW(c->arena, struct cel_loop_plan);
	plan->loop = cel_take(&c->loops);
	plan->slot = node->macro.slot;
	plan->variables = node->macro.variable2.len > 0 ? 2 : 1;
	plan->end_cost = COST_NAME;
	for (uint32_t i = 0; i < plan->variables; i++)
		c->locals[plan->slot + i].kind = CEL_LOCAL_PLAIN;
	return plan;
}

static uint32_t emit_planned(struct cel_compiler *c, const struct cel_node *node, cel_op_run *run,
	int pushed, const struct cel_loop_plan *plan)
{
	cel_emit(c, node, run, pushed)->plan = plan;
	return (uint32_t)c->count - 1;
}

/* An empty list or map to begin with is a constant, and free, where cel-go optimises. */
static uint32_t initial_cost(const struct cel_compiler *c, uint32_t cost)
{
	return c->kubernetes ? 0 : cost;
}

static uint32_t begin_loop(struct cel_compiler *c, const struct cel_node *node,
	const struct cel_loop_plan *plan, bool collects_each)
{
	uint32_t begin = emit_planned(c, node, cel_op_loop_begin, -1, plan);
	c->ops[begin].a = collects_each;
	return emit_planned(c, node, cel_op_loop_next, 0, plan);
}

/* The last operation of the body, and what follows the loop. */
static void end_loop(struct cel_compiler *c, const struct cel_node *node, uint32_t next,
	cel_op_run *last, cel_op_run *result)
{
	const struct cel_loop_plan *plan = c->ops[next].plan;
	cel_jump_to(c, emit_planned(c, node, last, -1, plan), next);
	cel_jump_here(c, next);
	(void)emit_planned(c, node, result, 1, plan);
	c->loops.now--;
}

/* all and exists: the loop condition and the step name the verdict. */
static void emit_quantifier(struct cel_compiler *c, const struct cel_node *node, bool exists)
{
	struct cel_loop_plan *plan = new_plan(c, node);
	plan->stop_cost = COST_NAME + COST_CALL + (exists ? COST_CALL : 0);
	plan->next_cost = plan->stop_cost + COST_NAME;
	plan->verdict = !exists; /* the other one decides */
	uint32_t outer = c->context;
	uint32_t next = begin_loop(c, node, plan, false);
	uint32_t context = cel_context_begin(c);
	cel_compile_node(c, node->macro.predicate, false);
	cel_context_end(c, context, outer);
	end_loop(c, node, next, cel_op_loop_decide, cel_op_loop_verdict);
}

static void emit_exists_one(struct cel_compiler *c, const struct cel_node *node)
{
	struct cel_loop_plan *plan = new_plan(c, node);
	plan->hit_cost = COST_NAME + COST_CALL;
	plan->end_cost = COST_NAME + COST_CALL;
	uint32_t next = begin_loop(c, node, plan, false);
	cel_compile_node(c, node->macro.predicate, false);
	end_loop(c, node, next, cel_op_loop_count, cel_op_loop_counted);
}

static void emit_filter(struct cel_compiler *c, const struct cel_node *node)
{
	struct cel_loop_plan *plan = new_plan(c, node);
	plan->begin_cost = initial_cost(c, COST_LIST);
	plan->hit_cost = COST_NAME + COST_LIST + COST_NAME + COST_CALL;
	uint32_t next = begin_loop(c, node, plan, false);
	cel_compile_node(c, node->macro.predicate, false);
	end_loop(c, node, next, cel_op_loop_filter, cel_op_loop_list);
}

/* The optional predicate in front of a transformation. */
static void emit_guard(struct cel_compiler *c, const struct cel_node *node, uint32_t next)
{
	if (!node->macro.predicate)
		return;
	cel_compile_node(c, node->macro.predicate, false);
	(void)cel_emit(c, node, cel_op_branch, -1);
	cel_jump_to(c, (uint32_t)c->count - 1, next);
}

static void emit_transform(
	struct cel_compiler *c, const struct cel_node *node, struct cel_loop_plan *plan)
{
	bool sorts = node->macro.macro == CEL_MACRO_SORT_BY;
	plan->begin_cost += initial_cost(c, COST_LIST);
	uint32_t next = begin_loop(c, node, plan, !node->macro.predicate);
	emit_guard(c, node, next);
	size_t from = c->count;
	cel_compile_node(c, node->macro.transform, false);
	bool constant = c->kubernetes && cel_is_constant_since(c, from, true);
	plan->hit_cost = COST_NAME + (constant ? 0 : COST_LIST) + COST_CALL;
	end_loop(c, node, next, cel_op_loop_collect, sorts ? cel_op_loop_sorted : cel_op_loop_list);
}

/* sortBy binds the list to a name that it uses twice. */
static void emit_sort_by(struct cel_compiler *c, const struct cel_node *node)
{
	struct cel_loop_plan *plan = new_plan(c, node);
	plan->begin_cost = initial_cost(c, COST_LIST) + 2 * COST_NAME;
	emit_transform(c, node, plan);
}

static void emit_transform_map(struct cel_compiler *c, const struct cel_node *node)
{
	bool merges = node->macro.macro == CEL_MACRO_TRANSFORM_MAP_ENTRY;
	struct cel_loop_plan *plan = new_plan(c, node);
	plan->begin_cost = initial_cost(c, COST_MAP);
	plan->hit_cost = COST_NAME + (merges ? 0 : COST_NAME) + COST_CALL;
	uint32_t next = begin_loop(c, node, plan, false);
	emit_guard(c, node, next);
	cel_compile_node(c, node->macro.transform, false);
	end_loop(c, node, next, merges ? cel_op_loop_merge : cel_op_loop_insert, cel_op_loop_map);
}

/* Code off the main path that computes a local when it is asked for: the stack and errors are
 * counted from where it is asked. */
static uint32_t emit_thunk(struct cel_compiler *c, struct cel_node *value, uint32_t slot)
{
	uint32_t over = (uint32_t)c->count, outer = c->context;
	(void)cel_emit(c, value, cel_op_jump, 0);
	uint32_t depth = c->depth, peak = c->stack_peak, thunk = (uint32_t)c->count;
	c->depth = c->stack_peak = 0;
	uint32_t context = cel_context_begin(c);
	cel_compile_node(c, value, false);
	cel_context_end(c, context, outer);
	cel_emit(c, value, cel_op_lazy_return, -1)->a = slot;
	c->thunk_stack += c->stack_peak + 1;
	c->thunks++;
	c->depth = depth;
	c->stack_peak = peak;
	cel_jump_here(c, over);
	return thunk;
}

/* A lazy value runs in the midst of the body: what it uses must not be used there. */
static void keep_apart(struct cel_gauge *gauge, struct cel_gauge before)
{
	gauge->now = gauge->peak;
	if (gauge->peak < before.peak)
		gauge->peak = before.peak;
}

static void emit_lazy(struct cel_compiler *c, struct cel_node *value, uint32_t slot, uint32_t cost)
{
	struct cel_gauge loops = c->loops, hidden = c->hidden;
	c->loops.peak = c->loops.now;
	c->hidden.peak = c->hidden.now;
	uint32_t thunk = emit_thunk(c, value, slot);
	keep_apart(&c->loops, loops);
	keep_apart(&c->hidden, hidden);
	struct cel_op *op = cel_emit(c, value, cel_op_lazy_reset, 0);
	op->a = slot;
	op->c = cost;
	c->locals[slot] = (struct cel_local){.kind = CEL_LOCAL_LAZY, .thunk = thunk};
}

static void emit_bind(struct cel_compiler *c, const struct cel_node *node)
{
	uint32_t loops = c->loops.now, hidden = c->hidden.now;
	emit_lazy(c, node->macro.range, node->macro.slot, initial_cost(c, COST_LIST));
	cel_compile_node(c, node->macro.transform, false);
	c->loops.now = loops;
	c->hidden.now = hidden;
}

static void emit_block(struct cel_compiler *c, const struct cel_node *node)
{
	uint32_t loops = c->loops.now, hidden = c->hidden.now;
	const struct cel_node *values = node->macro.range;
	for (size_t i = 0; i < values->list.count; i++)
		emit_lazy(c, values->list.items[i], node->macro.slot + (uint32_t)i, 0);
	cel_compile_node(c, node->macro.transform, false);
	c->loops.now = loops;
	c->hidden.now = hidden;
}

static bool is_optional_map(const struct cel_node *node)
{
	return node->macro.macro == CEL_MACRO_OPT_MAP ||
	       node->macro.macro == CEL_MACRO_OPT_FLAT_MAP;
}

static void emit_optional_map(struct cel_compiler *c, const struct cel_pending *pending)
{
	const struct cel_node *node = pending->node;
	uint32_t begin = (uint32_t)c->count;
	struct cel_op *op = cel_emit(c, node, cel_op_optional_begin, -1);
	op->a = node->macro.slot;
	op->b = c->local_slots + pending->inner;
	op->c = initial_cost(c, COST_LIST);
	c->locals[node->macro.slot] =
		(struct cel_local){.kind = CEL_LOCAL_OPTIONAL, .hidden = pending->inner};
	cel_compile_node(c, node->macro.transform, false);
	if (node->macro.macro == CEL_MACRO_OPT_MAP)
		(void)cel_emit(c, node, cel_op_optional_of, 0);
	cel_jump_here(c, begin);
	c->hidden.now--;
}

void cel_enter_macro(struct cel_compiler *c, struct cel_pending *pending)
{
	if (!is_optional_map(pending->node))
		return;
	pending->inner = cel_take(&c->hidden);
	cel_emit(c, pending->node, cel_op_mark_cost, 0)->a = c->local_slots + pending->inner;
}

void cel_leave_macro(struct cel_compiler *c, struct cel_pending *pending)
{
	const struct cel_node *node = pending->node;
	switch (node->macro.macro) {
	case CEL_MACRO_ALL:
	case CEL_MACRO_EXISTS:
		emit_quantifier(c, node, node->macro.macro == CEL_MACRO_EXISTS);
		break;
	case CEL_MACRO_EXISTS_ONE:
		emit_exists_one(c, node);
		break;
	case CEL_MACRO_FILTER:
		emit_filter(c, node);
		break;
	case CEL_MACRO_MAP:
	case CEL_MACRO_TRANSFORM_LIST:
		emit_transform(c, node, new_plan(c, node));
		break;
	case CEL_MACRO_TRANSFORM_MAP:
	case CEL_MACRO_TRANSFORM_MAP_ENTRY:
		emit_transform_map(c, node);
		break;
	case CEL_MACRO_SORT_BY:
		emit_sort_by(c, node);
		break;
	case CEL_MACRO_OPT_MAP:
	case CEL_MACRO_OPT_FLAT_MAP:
		emit_optional_map(c, pending);
		break;
	case CEL_MACRO_BIND:
		emit_bind(c, node);
		break;
	case CEL_MACRO_BLOCK:
		emit_block(c, node);
		break;
	}
}
