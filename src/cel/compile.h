/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/compiler.h"

/* The making of programs; of no use to anyone else. */

/** Append an operation that leaves `pushed` more values on the stack; valid until the next. */
struct cel_op *cel_emit(
	struct cel_compiler *c, const struct cel_node *node, cel_op_run *run, int pushed);

/** Take one more of something counted. */
uint32_t cel_take(struct cel_gauge *gauge);

/** A context for what is emitted from here on. */
uint32_t cel_context_begin(struct cel_compiler *c);

/** Errors of the context go on at the next operation; back to the outer one. */
void cel_context_end(struct cel_compiler *c, uint32_t context, uint32_t outer);

/** Let the jump of an operation lead to another, or to the next one emitted. */
void cel_jump_to(struct cel_compiler *c, uint32_t from, uint32_t to);
void cel_jump_here(struct cel_compiler *c, uint32_t from);

/** Push a constant. */
void cel_emit_constant(struct cel_compiler *c, const struct cel_node *node, struct value v,
	uint32_t cost, bool planned);

/** Whether everything from an operation on is one constant; planned: of cel-go's, too. */
bool cel_is_constant_since(const struct cel_compiler *c, size_t from, bool planned);

/** When constants and one operation on them were emitted since `from`: compute it now. */
void cel_fold(struct cel_compiler *c, const struct cel_node *node, size_t from, bool planned);

/** Code that pushes a node's value. bare: see struct cel_pending. */
void cel_compile_node(struct cel_compiler *c, struct cel_node *node, bool bare);

/** Whether cel-go plans a node as an attribute: a name and what is selected from it. */
bool cel_is_attribute(const struct cel_node *node);

/** Add a step to the attribute on top of the stack; extra: cost when it is no attribute yet. */
void cel_emit_step(
	struct cel_compiler *c, const struct cel_node *node, struct cel_step step, uint32_t extra);

/** Emits operations. */
typedef void cel_compile_part(struct cel_compiler *c, struct cel_pending *pending);

/** The parts of calls and macros that come before and behind their left operand. */
cel_compile_part cel_enter_call, cel_leave_call, cel_enter_macro, cel_leave_macro;

/** The attribute (UINT32_MAX: none) need not be pushed for the operation emitted next. */
void cel_fuse(struct cel_compiler *c, uint32_t attribute);

/** Record that the expression cannot be compiled. */
void cel_compile_fail(struct cel_compiler *c, const struct cel_node *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
