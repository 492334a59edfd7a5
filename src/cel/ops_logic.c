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

const struct cel_op *cel_op_unary(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *operand = --vm->top;
	struct value result = op->call(vm->run, operand, 1);
	return cel_vm_push(vm, op, &result, 1);
}

/* Takes a pair that need not lie on the stack; what it leaves replaces the top `taken` values. */
static inline const struct cel_op *equal(struct cel_vm *vm, const struct cel_op *op,
	const struct value *a, const struct value *b, unsigned taken)
{
	uint64_t cost = op->c + 1;
	bool same;
	if (a->kind == VALUE_STRING && b->kind == VALUE_STRING) {
		same = value_string_equal(a, b);
		cost = op->c + cel_cost_shorter(a, b);
	} else if (a->kind == b->kind && a->kind <= VALUE_UINT) {
		same = a->kind == VALUE_NULL || a->integer == b->integer;
		if (a->kind == VALUE_BOOL)
			same = a->boolean == b->boolean;
	} else {
		const struct value pair[] = {*a, *b};
		struct value result = cel_equals(vm->run, pair, 2);
		if (cel_is_error(&result))
			return cel_vm_fail(vm, op, &result);
		same = result.boolean;
		cost = op->c + cel_cost_shorter(a, b);
	}
	struct origin origin = a->origin.line ? a->origin : b->origin;
	vm->top -= taken;
	*vm->top++ = value_at(value_bool(same != op->a), origin);
	return cel_vm_charge(vm, op, cost, op + 1);
}

const struct cel_op *cel_op_equal(struct cel_vm *vm, const struct cel_op *op)
{
	return equal(vm, op, &vm->top[-2], &vm->top[-1], 2);
}

const struct cel_op *cel_op_equal_constant(struct cel_vm *vm, const struct cel_op *op)
{
	return equal(vm, op, &vm->top[-1], op->constant, 1);
}

/* Names of the ordering operators, by cel_order_set. */
static const char *const order_names[] = {
	[CEL_SET_LESS] = "_<_",
	[CEL_SET_LESS | CEL_SET_EQUAL] = "_<=_",
	[CEL_SET_GREATER] = "_>_",
	[CEL_SET_GREATER | CEL_SET_EQUAL] = "_>=_",
};

static inline const struct cel_op *order(struct cel_vm *vm, const struct cel_op *op,
	const struct value *a, const struct value *b, unsigned taken)
{
	struct value result;
	uint64_t cost = op->c + 1;
	if (a->kind == VALUE_INT && b->kind == VALUE_INT) {
		int stands = (a->integer > b->integer) - (a->integer < b->integer);
		result = value_bool(op->a >> (stands + 1) & 1);
	} else {
		const struct value pair[] = {*a, *b};
		result = cel_compare(vm->run, pair, op->a, order_names[op->a]);
		if (op->b && is_text(a) && is_text(b))
			cost = op->c + cel_cost_shorter(a, b);
	}
	vm->top -= taken;
	return cel_vm_push(vm, op, &result, cost);
}

const struct cel_op *cel_op_order(struct cel_vm *vm, const struct cel_op *op)
{
	return order(vm, op, &vm->top[-2], &vm->top[-1], 2);
}

const struct cel_op *cel_op_order_constant(struct cel_vm *vm, const struct cel_op *op)
{
	return order(vm, op, &vm->top[-1], op->constant, 1);
}

const struct cel_op *cel_op_in(struct cel_vm *vm, const struct cel_op *op)
{
	const struct value *pair = vm->top -= 2;
	struct value result = cel_in(vm->run, pair, 2);
	return cel_vm_push(vm, op, &result, op->b ? cel_size(&pair[1]) : 1);
}

const struct cel_op *cel_op_in_constant(struct cel_vm *vm, const struct cel_op *op)
{
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
		*verdict = *term;
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
