/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "cel/compare.h"
#include "cel/function.h"
#include "cel/library.h"
#include "cel/ops.h"
#include "cel/vm.h"

/* What most expressions need is kept on the C stack; more comes from the arena. */
enum { ROOM_VALUES = 32, ROOM_LOOPS = 2 };

const struct cel_op cel_stop = {.run = cel_op_end};

static struct value located(struct cel_run *run, const struct value *error, struct str prefix,
	struct origin origin, uint32_t length)
{
	struct cel_failure *failure = ARENA_NEW(run->arena, struct cel_failure);
	*failure = *(const struct cel_failure *)error->pointer;
	failure->expression = origin;
	failure->length = length;
	if (prefix.len > 0)
		failure->message = str_format(
			run->arena, "%.*s: %.*s", STR_ARGS(prefix), STR_ARGS(failure->message));
	return (struct value){.kind = CEL_ERROR, .pointer = failure, .origin = error->origin};
}

static const struct cel_op *stop_with(struct cel_vm *vm, const struct value *error)
{
	vm->top = vm->base;
	*vm->top++ = *error;
	return &cel_stop;
}

const struct cel_op *cel_vm_over_budget(struct cel_vm *vm, const struct cel_op *op)
{
	/* Whatever was exceeded, from here on the cost is, and no operator absorbs that. */
	if (vm->run->cost <= vm->run->cost_limit && vm->run->cost_limit < UINT64_MAX)
		vm->run->cost = vm->run->cost_limit + 1;
	struct value error = cel_fail_budget(vm->run);
	if (vm->program) {
		const struct cel_place *place = &vm->program->places[op - vm->program->ops];
		error = located(vm->run, &error, STR(""), place->origin, place->length);
	}
	return stop_with(vm, &error);
}

const struct cel_op *cel_vm_fail_at(struct cel_vm *vm, const struct cel_op *op,
	const struct value *error, struct origin origin, uint32_t length)
{
	if (vm->run->cost > vm->run->cost_limit || vm->run->work > cel_work_limit(vm->run))
		return cel_vm_over_budget(vm, op);
	const struct cel_failure *failure = error->pointer;
	struct value placed = *error;
	if (failure->expression.line == 0)
		placed = located(vm->run, error, STR(""), origin, length);
	if (!vm->program)
		return stop_with(vm, &placed);
	const struct cel_place *place = &vm->program->places[op - vm->program->ops];
	const struct cel_context *context = &vm->program->contexts[place->context];
	vm->top = vm->base + context->depth;
	*vm->top++ = placed;
	return vm->program->ops + context->target;
}

const struct cel_op *cel_vm_fail(
	struct cel_vm *vm, const struct cel_op *op, const struct value *error)
{
	struct cel_place place = {{0, 0}, 0, 0};
	if (vm->program)
		place = vm->program->places[op - vm->program->ops];
	return cel_vm_fail_at(vm, op, error, place.origin, place.length);
}

static struct value compute_slot(struct cel_run *run, uint32_t slot)
{
	if (!run->lazy || !run->lazy[slot])
		return cel_fail(run, "no value is bound");
	if (run->depth >= LIMIT_CEL_LAZY_DEPTH)
		return cel_fail(run, "too many variables depend on each other");
	/* Whoever asks for it while it is being computed depends on itself. */
	run->slots[slot] = cel_fail(run, "the variable depends on itself");
	const struct cel_options *options = run->options;
	run->depth++;
	struct value computed = cel_eval(run->lazy[slot], run);
	run->depth--;
	run->options = options;
	run->slots[slot] = computed;
	return computed;
}

const struct value *cel_vm_slot(struct cel_vm *vm, uint32_t slot)
{
	struct value *bound = &vm->run->slots[slot];
	struct value found = *bound;
	if (found.kind == CEL_UNSET)
		found = compute_slot(vm->run, slot);
	if (!cel_is_error(&found))
		return bound;
	/* A place in the expression of a lazy slot means nothing in this one. */
	struct value *error = arena_alloc(vm->run->arena, sizeof(*error));
	*error = located(vm->run, &found, vm->program->variables[slot].name, NO_ORIGIN, 0);
	return error;
}

/* What leaves the evaluator can be walked by anyone. */
static void check_result(struct cel_vm *vm)
{
	struct cel_effort effort = {.left = LIMIT_DATA_NODES};
	struct value error;
	if (!cel_is_printable(&vm->top[-1], &effort))
		error = cel_fail(vm->run, "the result is too large or too deeply nested");
	else if (!cel_run_work(vm->run, effort.spent))
		error = cel_fail_budget(vm->run);
	else
		return;
	vm->top[-1] = error;
}

static void *room(struct arena *arena, void *memory, size_t held, size_t needed, size_t size)
{
	return needed <= held ? memory : arena_alloc(arena, needed * size);
}

struct value cel_eval(const struct cel_program *program, struct cel_run *run)
{
	/* What is read has been written before: clearing it would cost more than most
	 * expressions. */
	struct value values[ROOM_VALUES] __attribute__((uninitialized));
	struct cel_loop loops[ROOM_LOOPS] __attribute__((uninitialized));
	struct cel_vm vm __attribute__((uninitialized));
	vm.run = run;
	vm.program = program;
	vm.locals = room(run->arena, values, ROOM_VALUES, program->locals + program->stack_values,
		sizeof(values[0]));
	vm.top = vm.base = vm.locals + program->locals;
	vm.loops = room(run->arena, loops, ROOM_LOOPS, program->loops, sizeof(loops[0]));
	if (program->thunks > 0)
		vm.frames = arena_alloc(run->arena, program->thunks * sizeof(*vm.frames));
	vm.frame_count = 0;
	run->options = program->options;
	for (const struct cel_op *op = program->ops; op->run != cel_op_end;)
		op = op->run(&vm, op);
	if (vm.top[-1].kind >= VALUE_LIST && run->depth == 0)
		check_result(&vm);
	struct value result __attribute__((uninitialized));
	cel_copy(&result, &vm.top[-1]);
	return result;
}

const struct cel_type *cel_program_type(const struct cel_program *program)
{
	return program->type;
}

struct str cel_program_text(const struct cel_program *program)
{
	return program->text;
}
