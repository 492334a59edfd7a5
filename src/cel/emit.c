/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/compile.h"
#include "cel/library.h"
#include "cel/vm.h"

#include <stdarg.h>
#include <stdio.h>

enum { FOLD_COST = 10000 }; /* what a constant may cost to compute in advance */

struct cel_op *cel_emit(
	struct cel_compiler *c, const struct cel_node *node, cel_op_run *run, int pushed)
{
	if (c->count == c->op_capacity)
		c->ops = arena_grow(c->arena, c->ops, c->count, &c->op_capacity, sizeof(*c->ops));
	if (c->count == c->place_capacity)
		c->places = arena_grow(
			c->arena, c->places, c->count, &c->place_capacity, sizeof(*c->places));
	c->places[c->count] = (struct cel_place){node->origin, node->length, c->context};
	c->ops[c->count] = (struct cel_op){.run = run};
	c->depth += (uint32_t)pushed;
	if (c->depth > c->stack_peak)
		c->stack_peak = c->depth;
	c->attribute = UINT32_MAX;
	return &c->ops[c->count++];
}

uint32_t cel_take(struct cel_gauge *gauge)
{
	if (++gauge->now > gauge->peak)
		gauge->peak = gauge->now;
	return gauge->now - 1;
}

uint32_t cel_context_begin(struct cel_compiler *c)
{
	if (c->context_count == c->context_capacity)
		c->contexts = arena_grow(c->arena, c->contexts, c->context_count,
			&c->context_capacity, sizeof(*c->contexts));
	c->contexts[c->context_count] = (struct cel_context){.depth = c->depth};
	return c->context = (uint32_t)c->context_count++;
}

void cel_context_end(struct cel_compiler *c, uint32_t context, uint32_t outer)
{
	c->contexts[context].target = (uint32_t)c->count;
	c->context = outer;
}

void cel_jump_to(struct cel_compiler *c, uint32_t from, uint32_t to)
{
	c->ops[from].jump = (int32_t)((int64_t)to - from);
}

void cel_jump_here(struct cel_compiler *c, uint32_t from)
{
	cel_jump_to(c, from, (uint32_t)c->count);
	c->attribute = UINT32_MAX;
}

void cel_emit_constant(struct cel_compiler *c, const struct cel_node *node, struct value v,
	uint32_t cost, bool planned)
{
	struct value *constant = arena_alloc(c->arena, sizeof(*constant));
	*constant = value_at(v, NO_ORIGIN);
	struct cel_op *op = cel_emit(c, node, cel_op_constant, 1);
	op->constant = constant;
	op->a = cost;
	op->b = planned;
}

bool cel_is_constant_since(const struct cel_compiler *c, size_t from, bool planned)
{
	return c->count == from + 1 && c->ops[from].run == cel_op_constant &&
	       (!planned || c->ops[from].b);
}

static bool all_constant(const struct cel_compiler *c, size_t from, bool *ret_planned)
{
	*ret_planned = true;
	for (; from + 1 < c->count; from++) {
		if (c->ops[from].run != cel_op_constant)
			return false;
		*ret_planned &= c->ops[from].b != 0;
	}
	return true;
}

void cel_fold(struct cel_compiler *c, const struct cel_node *node, size_t from, bool planned)
{
	bool all_planned;
	if (!all_constant(c, from, &all_planned))
		return;
	planned &= all_planned;
	struct cel_run run = {
		.arena = c->arena, .cost_limit = FOLD_COST, .options = cel_env_options(c->env)};
	struct cel_vm vm = {.run = &run};
	vm.top = vm.base = arena_alloc(c->arena, (c->count - from + 1) * sizeof(*vm.top));
	const struct cel_op *op = c->ops + from, *end = c->ops + c->count;
	while (op != &cel_stop && op != end)
		op = op->run(&vm, op);
	bool free = c->kubernetes && planned;
	const struct cel_failure *failure = op == end ? NULL : vm.top[-1].pointer;
	if (failure && free)
		cel_compile_fail(c, node, "%.*s", STR_ARGS(failure->message));
	if (failure)
		return;
	c->count = from;
	c->depth -= 1;
	cel_emit_constant(c, node, vm.top[-1], free ? 0 : (uint32_t)run.cost, planned);
}

void cel_emit_step(
	struct cel_compiler *c, const struct cel_node *node, struct cel_step step, uint32_t extra)
{
	if (c->attribute == UINT32_MAX) {
		struct cel_op *begun = cel_emit(c, node, cel_op_steps, 0);
		begun->c = extra;
		c->attribute = (uint32_t)c->count - 1;
		c->steps = NULL;
		c->step_capacity = 0;
	}
	struct cel_op *op = &c->ops[c->attribute];
	if (op->b == c->step_capacity)
		c->steps =
			arena_grow(c->arena, c->steps, op->b, &c->step_capacity, sizeof(*c->steps));
	c->steps[op->b++] = step;
	op->steps = c->steps;
}

void cel_fuse(struct cel_compiler *c, uint32_t attribute)
{
	if (attribute == UINT32_MAX)
		return;
	struct cel_op *op = &c->ops[attribute];
	if (op->run == cel_op_slot)
		op->run = cel_op_slot_into;
	else if (op->run == cel_op_local)
		op->run = cel_op_local_into;
}

void cel_compile_fail(struct cel_compiler *c, const struct cel_node *node, const char *format, ...)
{
	char message[ERROR_MESSAGE_BYTES];
	va_list rest;
	va_start(rest, format);
	(void)vsnprintf(message, sizeof(message), format, rest);
	va_end(rest);
	if (c->err->kind != ERROR_NONE)
		return;
	(void)ERROR_SET(c->err, ERROR_POLICY, node->origin, "%s", message);
	c->err->length = node->length;
}
