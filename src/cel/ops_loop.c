/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/library.h"
#include "cel/operators.h"
#include "cel/ops.h"
#include "cel/sort.h"
#include "cel/vm.h"
#include "data/map.h"

/* Macros that bind variables. */

const struct cel_op *cel_op_loop_begin(struct cel_vm *vm, const struct cel_op *op)
{
	const struct cel_loop_plan *plan = op->plan;
	const struct value *range = --vm->top;
	if (range->kind != VALUE_LIST && range->kind != VALUE_MAP) {
		struct value error = cel_no_overload(vm->run, STR("comprehension"), range, 1);
		return cel_vm_fail(vm, op, &error);
	}
	struct cel_loop *loop = &vm->loops[plan->loop];
	vm->work_limit = cel_work_limit(vm->run);
	cel_copy(&loop->range, range);
	cel_put_bool(&loop->verdict, plan->verdict, NO_ORIGIN);
	loop->next = loop->count = 0;
	loop->capacity = 0;
	loop->items = NULL;
	if (op->a && range->count > 0) {
		loop->capacity = range->count;
		loop->items = arena_alloc(vm->run->arena, range->count * sizeof(*loop->items));
	}
	return cel_vm_charge(vm, op, plan->begin_cost, op + 1);
}

/* One variable is an item or a key; two are a position and an item, or a key and a value. */
static void set_variables(
	struct cel_vm *vm, const struct cel_loop_plan *plan, struct cel_loop *loop)
{
	struct value *variables = &vm->locals[plan->slot];
	uint32_t at = loop->next++;
	if (loop->range.kind == VALUE_MAP) {
		cel_copy(&variables[0], &loop->range.entries[at].key);
		if (plan->variables > 1)
			cel_copy(&variables[1], &loop->range.entries[at].value);
		return;
	}
	cel_copy(&variables[plan->variables - 1], &loop->range.items[at]);
	if (plan->variables > 1)
		variables[0] = value_int(at);
}

const struct cel_op *cel_op_loop_next(struct cel_vm *vm, const struct cel_op *op)
{
	const struct cel_loop_plan *plan = op->plan;
	struct cel_loop *loop = &vm->loops[plan->loop];
	if (loop->next >= loop->range.count)
		return op + op->jump;
	/* Some macros cost nothing per element. */
	if (++vm->run->work > vm->work_limit)
		return cel_vm_over_budget(vm, op);
	set_variables(vm, plan, loop);
	return cel_vm_charge(vm, op, plan->next_cost, op + 1);
}

static struct value not_bool(struct cel_vm *vm, const struct value *predicate)
{
	if (cel_is_error(predicate))
		return *predicate;
	return cel_no_overload(vm->run, STR("predicate"), predicate, 1);
}

const struct cel_op *cel_op_loop_decide(struct cel_vm *vm, const struct cel_op *op)
{
	const struct cel_loop_plan *plan = op->plan;
	struct cel_loop *loop = &vm->loops[plan->loop];
	const struct value *predicate = --vm->top;
	if (predicate->kind != VALUE_BOOL) {
		if (!cel_is_error(&loop->verdict))
			loop->verdict = not_bool(vm, predicate);
		return op + op->jump;
	}
	if (predicate->boolean == plan->verdict)
		return op + op->jump;
	cel_copy(&loop->verdict, predicate);
	/* cel-go looks at its loop condition once more if an element is left. */
	bool left = loop->next < loop->range.count;
	return cel_vm_charge(vm, op, left ? plan->stop_cost : 0, op + 1);
}

const struct cel_op *cel_op_loop_verdict(struct cel_vm *vm, const struct cel_op *op)
{
	return cel_vm_push(vm, op, &vm->loops[op->plan->loop].verdict, op->plan->end_cost);
}

const struct cel_op *cel_op_loop_count(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *predicate = --vm->top;
	if (predicate->kind != VALUE_BOOL) {
		struct value error = not_bool(vm, predicate);
		return cel_vm_fail(vm, op, &error);
	}
	if (!predicate->boolean)
		return op + op->jump;
	vm->loops[op->plan->loop].count++;
	return cel_vm_charge(vm, op, op->plan->hit_cost, op + op->jump);
}

const struct cel_op *cel_op_loop_counted(struct cel_vm *vm, const struct cel_op *op)
{
	const struct cel_loop *loop = &vm->loops[op->plan->loop];
	struct value result = value_at(value_bool(loop->count == 1), loop->range.origin);
	return cel_vm_push(vm, op, &result, op->plan->end_cost);
}

static void collect(struct cel_vm *vm, struct cel_loop *loop, const struct value *item)
{
	if (loop->count >= loop->capacity)
		loop->items = arena_grow(vm->run->arena, loop->items, loop->count, &loop->capacity,
			sizeof(*loop->items));
	cel_copy(&loop->items[loop->count++], item);
}

const struct cel_op *cel_op_loop_filter(struct cel_vm *vm, const struct cel_op *op)
{
	const struct cel_loop_plan *plan = op->plan;
	const struct value *predicate = --vm->top;
	if (predicate->kind != VALUE_BOOL) {
		struct value error = not_bool(vm, predicate);
		return cel_vm_fail(vm, op, &error);
	}
	if (!predicate->boolean)
		return op + op->jump;
	collect(vm, &vm->loops[plan->loop], &vm->locals[plan->slot]);
	return cel_vm_charge(vm, op, plan->hit_cost, op + op->jump);
}

const struct cel_op *cel_op_loop_collect(struct cel_vm *vm, const struct cel_op *op)
{
	collect(vm, &vm->loops[op->plan->loop], --vm->top);
	return cel_vm_charge(vm, op, op->plan->hit_cost, op + op->jump);
}

const struct cel_op *cel_op_loop_list(struct cel_vm *vm, const struct cel_op *op)
{
	const struct cel_loop *loop = &vm->loops[op->plan->loop];
	struct value result = value_at(value_list(loop->items, loop->count), loop->range.origin);
	return cel_vm_push(vm, op, &result, op->plan->end_cost);
}

const struct cel_op *cel_op_loop_sorted(struct cel_vm *vm, const struct cel_op *op)
{
	const struct cel_loop *loop = &vm->loops[op->plan->loop];
	struct value keys = value_list(loop->items, loop->count);
	uint64_t cost = op->plan->end_cost + cel_cost_sort_by(&keys);
	struct value result = loop->range;
	if (result.kind == VALUE_LIST)
		result = cel_sort_by(vm->run, &loop->range, &keys);
	else
		result = cel_no_overload(vm->run, STR("sortBy"), &loop->range, 1);
	return cel_vm_push(vm, op, &result, cost);
}

static void insert(struct cel_vm *vm, struct cel_loop *loop, struct value_entry entry)
{
	if (loop->count >= loop->capacity)
		loop->entries = arena_grow(vm->run->arena, loop->entries, loop->count,
			&loop->capacity, sizeof(*loop->entries));
	loop->entries[loop->count++] = entry;
}

const struct cel_op *cel_op_loop_insert(struct cel_vm *vm, const struct cel_op *op)
{
	const struct cel_loop_plan *plan = op->plan;
	insert(vm, &vm->loops[plan->loop],
		(struct value_entry){vm->locals[plan->slot], *--vm->top});
	return cel_vm_charge(vm, op, plan->hit_cost, op + op->jump);
}

const struct cel_op *cel_op_loop_merge(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *map = --vm->top;
	if (map->kind != VALUE_MAP) {
		struct value error = cel_no_overload(vm->run, STR("transformMapEntry"), map, 1);
		return cel_vm_fail(vm, op, &error);
	}
	if (!cel_run_work(vm->run, map->count))
		return cel_vm_over_budget(vm, op);
	for (uint32_t i = 0; i < map->count; i++)
		insert(vm, &vm->loops[op->plan->loop], map->entries[i]);
	return cel_vm_charge(vm, op, op->plan->hit_cost, op + op->jump);
}

const struct cel_op *cel_op_loop_map(struct cel_vm *vm, const struct cel_op *op)
{
	const struct cel_loop *loop = &vm->loops[op->plan->loop];
	struct value_entry *entries = map_entries_new(vm->run->arena, loop->count);
	if (loop->count > 0)
		memcpy(entries, loop->entries, loop->count * sizeof(*entries));
	struct value made;
	struct error err = {0};
	if (map_make(entries, loop->count, &made, &err) < 0)
		made = cel_fail_at(vm->run, &loop->range, "%s", err.message);
	else
		made.origin = loop->range.origin;
	return cel_vm_push(vm, op, &made, op->plan->end_cost);
}

const struct cel_op *cel_op_lazy_reset(struct cel_vm *vm, const struct cel_op *op)
{
	vm->locals[op->a] = (struct value){.kind = CEL_UNSET};
	return cel_vm_charge(vm, op, op->c, op + 1);
}

const struct cel_op *cel_op_lazy_local(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *local = &vm->locals[op->a];
	if (local->kind != CEL_UNSET)
		return cel_vm_push(vm, op, local, op->c);
	vm->frames[vm->frame_count++] = (struct cel_frame){op, vm->base};
	vm->base = vm->top;
	return op + op->jump;
}

const struct cel_op *cel_op_lazy_return(struct cel_vm *vm, const struct cel_op *op)
{
	struct cel_frame frame = vm->frames[--vm->frame_count];
	vm->locals[op->a] = *--vm->top;
	vm->base = frame.base;
	return cel_vm_push(vm, frame.asked_by, &vm->locals[op->a], frame.asked_by->c);
}

const struct cel_op *cel_op_mark_cost(struct cel_vm *vm, const struct cel_op *op)
{
	vm->locals[op->a] = value_uint(vm->run->cost);
	return op + 1;
}

/* The macro stands for an expression that names the optional twice: once for hasValue(), and once
 * for value() as soon as the variable is used. */
const struct cel_op *cel_op_optional_begin(struct cel_vm *vm, const struct cel_op *op)
{
	struct value *optional = --vm->top, *paid = &vm->locals[op->b];
	if (optional->kind != CEL_OPTIONAL) {
		struct value error = cel_no_overload(vm->run, STR("hasValue"), optional, 1);
		return cel_vm_fail(vm, op, &error);
	}
	paid->natural = vm->run->cost - paid->natural + 1;
	if (optional->count == 0) {
		vm->top++;
		return cel_vm_charge(vm, op, 2, op + op->jump);
	}
	vm->locals[op->a] = *optional->items;
	return cel_vm_charge(vm, op, op->c + 1, op + 1);
}

const struct cel_op *cel_op_optional_local(struct cel_vm *vm, const struct cel_op *op)
{
	uint64_t cost = op->c + vm->locals[op->b].natural;
	vm->locals[op->b].natural = 0;
	return cel_vm_push(vm, op, &vm->locals[op->a], cost);
}

const struct cel_op *cel_op_optional_of(struct cel_vm *vm, const struct cel_op *op)
{
	struct value *top = &vm->top[-1];
	*top = cel_some(vm->run, *top);
	return cel_vm_charge(vm, op, 1, op + 1);
}
