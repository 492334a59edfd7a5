/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/cel.h"
#include "cel/env.h"
#include "cel/kind.h"

/*
 * The compact form of an expression: a list of operations on a stack of values. An operation is its
 * handler, which returns the next one. Where an operation fails, the error becomes the value of
 * the innermost context around it: the term of && or ||, the predicate of all() or exists(), or the
 * expression itself. No C recursion takes place, whatever the expression is.
 */
struct cel_vm;
struct cel_op;

/** Does the operation and returns the next one. */
typedef const struct cel_op *cel_op_run(struct cel_vm *vm, const struct cel_op *op);

struct cel_op {
	cel_op_run *run;
	union {
		const struct value *constant;
		const struct cel_step *steps;
		const struct cel_site *site;
		const struct cel_loop_plan *plan;
		const bool *optional;
		cel_call *call;
	};
	uint32_t a, b, c;
	int32_t jump; /* to be added to the operation's address */
};

/* One selection of an attribute: .name, ["name"], [3]. */
struct cel_step {
	struct value key; /* its origin is in the expression */
	uint32_t length;
	bool optional;
};

/* Of each operation: where it stands in the expression, and its context. */
struct cel_place {
	struct origin origin;
	uint32_t length;
	uint32_t context;
};

/* Where to go on with an error as a value, and how many values are below it on the stack. */
struct cel_context {
	uint32_t target;
	uint32_t depth;
};

/* CEL_KINDS in it stands for any kind. */
struct cel_candidate {
	const struct cel_overload *overload;
	cel_cost *cost;
	uint8_t kinds[CEL_MAX_ARGUMENTS];
	const char *opaque[CEL_MAX_ARGUMENTS]; /* name of a type of kind CEL_OPAQUE */
};

/* A call that is no operator. */
struct cel_site {
	const struct cel_function *function;
	const struct cel_candidate *candidates;
	size_t count;
};

/* A comprehension; its costs are those of the expression that the macro stands for in cel-go. */
struct cel_loop_plan {
	uint32_t loop; /* number among the loops alive at once */
	uint32_t slot; /* local slot of its first variable */
	uint32_t variables;
	uint32_t begin_cost, next_cost, hit_cost, stop_cost, end_cost;
	bool verdict; /* of no element */
};

struct cel_program {
	const struct cel_op *ops;
	const struct cel_place *places;
	const struct cel_context *contexts;
	uint32_t count;
	uint32_t stack_values, locals, loops, thunks; /* most that are in use at once */
	const struct cel_options *options;
	const struct cel_type *type;
	struct str text;
	const struct cel_variable *variables; /* by slot; names for messages */
};
