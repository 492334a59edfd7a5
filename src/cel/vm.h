/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/limits.h"
#include "cel/copy.h"
#include "cel/program.h"

/* A comprehension at work. */
struct cel_loop {
	struct value range;
	struct value verdict;
	uint32_t next;
	uint32_t count; /* collected so far */
	size_t capacity;
	union {
		struct value *items;
		struct value_entry *entries;
	};
};

/* Where a lazily computed local goes on with what it was asked for. */
struct cel_frame {
	const struct cel_op *asked_by;
	struct value *base;
};

struct cel_vm {
	struct cel_run *run;
	const struct cel_program *program; /* NULL while the compiler folds constants */
	struct value *top;                 /* first free place of the stack */
	struct value *base;                /* where depths of contexts count from */
	struct value *locals;
	struct cel_loop *loops;
	struct cel_frame *frames;
	size_t frame_count;
	uint64_t work_limit;       /* set where a comprehension begins */
	const struct cel_op *next; /* after what a helper could not do */
};

/** Go on in the operation's context with an error, which gets the operation's place unless it has
 * one; a spent budget ends the evaluation instead. */
const struct cel_op *cel_vm_fail(
	struct cel_vm *vm, const struct cel_op *op, const struct value *error);

/** The same with a place of its own. */
const struct cel_op *cel_vm_fail_at(struct cel_vm *vm, const struct cel_op *op,
	const struct value *error, struct origin origin, uint32_t length);

/** What follows where the evaluation ends before its last operation; the result is on the stack. */
extern const struct cel_op cel_stop;

/** End the evaluation because the budget is spent. */
const struct cel_op *cel_vm_over_budget(struct cel_vm *vm, const struct cel_op *op);

/** The value of a slot, computed now if it is lazy; an error when nothing is bound. */
const struct value *cel_vm_slot(struct cel_vm *vm, uint32_t slot);

/** Units of cel_run_work() that a run may use. */
static inline uint64_t cel_work_limit(const struct cel_run *run)
{
	uint64_t limit;
	if (__builtin_mul_overflow(run->cost_limit, LIMIT_CEL_WORK_PER_COST, &limit) ||
		__builtin_add_overflow(limit, LIMIT_CEL_FREE_WORK, &limit))
		return UINT64_MAX;
	return limit;
}

/** Add to the cost; the next operation, or the end. */
static inline const struct cel_op *cel_vm_charge(
	struct cel_vm *vm, const struct cel_op *op, uint64_t cost, const struct cel_op *next)
{
	struct cel_run *run = vm->run;
	bool overflow = __builtin_add_overflow(run->cost, cost, &run->cost);
	if (__builtin_expect(overflow || run->cost > run->cost_limit, 0))
		return cel_vm_over_budget(vm, op);
	return next;
}

/** Push a result that may be an error. */
static inline const struct cel_op *cel_vm_push(
	struct cel_vm *vm, const struct cel_op *op, const struct value *result, uint64_t cost)
{
	if (__builtin_expect(result->kind == CEL_ERROR, 0)) {
		vm->run->cost += cost;
		return cel_vm_fail(vm, op, result);
	}
	cel_copy(vm->top++, result);
	return cel_vm_charge(vm, op, cost, op + 1);
}
