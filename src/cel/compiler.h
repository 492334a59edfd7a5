/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/ast.h"
#include "cel/ops.h"

/* What is known while a program is being made. */

/* How a macro variable is read. */
struct cel_local {
	enum cel_local_kind {
		CEL_LOCAL_PLAIN,
		CEL_LOCAL_LAZY,     /* cel.bind, cel.block */
		CEL_LOCAL_OPTIONAL, /* optMap: the first use costs what the optional did */
	} kind;
	uint32_t thunk;  /* LAZY: the operation that computes it */
	uint32_t hidden; /* OPTIONAL: where its cost is kept */
};

/* A node whose left operand comes first, on the way down a chain. */
struct cel_pending {
	struct cel_node *node;
	bool bare;        /* an attribute whose own cost cel-go does not count */
	uint32_t context; /* outside */
	uint32_t inner;   /* the context or the hidden local it took */
	uint32_t first;   /* operation */
};

/* What is counted while compiling, and its peak. */
struct cel_gauge {
	uint32_t now, peak;
};

struct cel_compiler {
	const struct cel_env *env;
	struct arena *arena;
	struct error *err; /* the first error; compiling goes on */
	bool kubernetes;
	struct cel_op *ops;
	struct cel_place *places;
	size_t count, op_capacity, place_capacity;
	struct cel_context *contexts;
	size_t context_count, context_capacity;
	struct cel_pending *pending;
	size_t pending_count, pending_capacity;
	uint32_t context;     /* of what is emitted now */
	uint32_t depth;       /* values on the stack there */
	uint32_t stack_peak;  /* of the code that is being compiled */
	uint32_t thunk_stack; /* of all lazy values together */
	uint32_t thunks;
	struct cel_gauge loops, hidden;
	struct cel_local *locals; /* local_slots of them */
	uint32_t local_slots;
	/* The attribute being emitted, to which more steps can be added. */
	uint32_t attribute; /* its operation, or UINT32_MAX */
	struct cel_step *steps;
	size_t step_capacity;
};
