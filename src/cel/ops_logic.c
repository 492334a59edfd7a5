/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/library.h"
#include "cel/operators.h"
#include "cel/ops.h"
#include "cel/vm.h"
#include "data/map.h"

/* Calls, operators and branches. */

static bool accepts(
	const struct cel_candidate *candidate, const struct value *arguments, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (candidate->kinds[i] != arguments[i].kind && candidate->kinds[i] != CEL_KINDS)
			return false;
		if (candidate->opaque[i]) {
			const struct cel_opaque *opaque = arguments[i].pointer;
			if (strcmp(opaque->class->type_name, candidate->opaque[i]) != 0)
				return false;
		}
	}
	return true;
}

const struct cel_op *cel_op_call(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *arguments = vm->top -= op->a;
	const struct cel_site *site = op->site;
	for (size_t i = 0; i < site->count; i++) {
		const struct cel_candidate *candidate = &site->candidates[i];
		if (!accepts(candidate, arguments, op->a))
			continue;
		struct value result = candidate->overload->call(vm->run, arguments, op->a);
		uint64_t cost = candidate->cost ? candidate->cost(arguments, op->a, &result) : 1;
		return cel_vm_push(vm, op, &result, cost);
	}
	struct value error = cel_no_overload(vm->run, site->function->name, arguments, op->a);
	return cel_vm_push(vm, op, &error, 1);
}

static bool is_text(const struct value *v)
{
	return v->kind == VALUE_STRING || v->kind == VALUE_BYTES;
}

const struct cel_op *cel_op_binary(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *pair = vm->top -= 2;
	struct value result = op->call(vm->run, pair, 2);
	uint64_t cost = op->b && is_text(&result) ? cel_cost_joined(&pair[0], &pair[1]) : 1;
	return cel_vm_push(vm, op, &result, cost);
}

/* An int in place of a pair; the rest of the left operand, its origin, stays. */
static const struct cel_op *put_int(struct cel_vm *vm, const struct cel_op *op, int64_t result)
{
	vm->top--;
	vm->top[-1].integer = result;
	return cel_vm_charge(vm, op, 1, op + 1);
}

static inline bool are_ints(const struct value *pair)
{
	return pair[0].kind == VALUE_INT && pair[1].kind == VALUE_INT;
}

const struct cel_op *cel_op_add(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *pair = vm->top - 2;
	int64_t sum;
	if (are_ints(pair) && !__builtin_add_overflow(pair[0].integer, pair[1].integer, &sum))
		return put_int(vm, op, sum);
	return cel_op_binary(vm, op);
}

const struct cel_op *cel_op_subtract(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *pair = vm->top - 2;
	int64_t rest;
	if (are_ints(pair) && !__builtin_sub_overflow(pair[0].integer, pair[1].integer, &rest))
		return put_int(vm, op, rest);
	return cel_op_binary(vm, op);
}

const struct cel_op *cel_op_not(struct cel_vm *vm, const struct cel_op *op)
{
	struct value *top = &vm->top[-1];
	if (top->kind != VALUE_BOOL)
		return cel_op_unary(vm, op);
	cel_put_bool(top, !top->boolean, top->origin);
	return cel_vm_charge(vm, op, 1, op + 1);
}

const struct cel_op *cel_op_unary(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *operand = --vm->top;
	struct value result = op->call(vm->run, operand, 1);
	return cel_vm_push(vm, op, &result, 1);
}

const struct cel_op *cel_op_in(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *pair = vm->top -= 2;
	struct value result = cel_in(vm->run, pair, 2);
	return cel_vm_push(vm, op, &result, op->b ? cel_size(&pair[1]) : 1);
}

/* A string among strings, by their heads. */
static bool is_listed(const struct value *element, const struct value *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (value_string_equal(element, &list->items[i]))
			return true;
	return false;
}

const struct cel_op *cel_op_in_constant(struct cel_vm *vm, const struct cel_op *op)
{
	struct value *element = &vm->top[-1];
	if (element->kind == VALUE_STRING && op->constant->kind == VALUE_LIST) {
		cel_put_bool(element, is_listed(element, op->constant), element->origin);
		return cel_vm_charge(vm, op, op->c, op + 1);
	}
	const struct value pair[] = {*--vm->top, *op->constant};
	struct value result = cel_in(vm->run, pair, 2);
	return cel_vm_push(vm, op, &result, op->c);
}

const struct cel_op *cel_op_jump(struct cel_vm *vm, const struct cel_op *op)
{
	(void)vm;
	return op + op->jump;
}

const struct cel_op *cel_op_branch(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *condition = --vm->top;
	if (condition->kind == VALUE_BOOL)
		return condition->boolean ? op + 1 : op + op->jump;
	struct value error = cel_no_overload(vm->run, STR("_?_:_"), condition, 1);
	return cel_vm_fail(vm, op, &error);
}

/* What a term that is neither true nor false counts as. */
static struct value term_error(struct cel_vm *vm, const struct cel_op *op, const struct value *term)
{
	if (cel_is_error(term))
		return *term;
	return cel_no_overload(vm->run, op->a ? STR("_||_") : STR("_&&_"), term, 1);
}

const struct cel_op *cel_op_logic_first(struct cel_vm *vm, const struct cel_op *op)
{
	struct value *term = &vm->top[-1];
	if (term->kind != VALUE_BOOL) {
		*term = term_error(vm, op, term);
		return op + 1;
	}
	return term->boolean == op->a ? op + op->jump : op + 1;
}

const struct cel_op *cel_op_logic_next(struct cel_vm *vm, const struct cel_op *op)
{
	struct value *term = --vm->top, *verdict = &vm->top[-1];
	if (term->kind == VALUE_BOOL) {
		if (term->boolean != op->a)
			return op + 1;
		cel_copy(verdict, term);
		return op + op->jump;
	}
	if (!cel_is_error(verdict))
		*verdict = term_error(vm, op, term);
	return op + 1;
}

const struct cel_op *cel_op_logic_end(struct cel_vm *vm, const struct cel_op *op)
{
	if (cel_is_error(&vm->top[-1]))
		return cel_vm_fail(vm, op, &vm->top[-1]);
	return op + 1;
}
