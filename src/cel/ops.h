/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/program.h"

/*
 * All operations. Each says what it takes from the stack, what it leaves, and what its fields hold;
 * costs are those of cel-go, from which the API server's follow.
 */

/* -> value. constant; a = cost; b = cel-go plans it as a constant too */
cel_op_run cel_op_constant;
/* -> value. a = slot of the environment; steps, b of them; c = cost besides one per step */
cel_op_run cel_op_slot;
/* -> value. a = local slot; steps, b; c = cost besides */
cel_op_run cel_op_local;
/* The same and the next operation at once, which tests or compares with a constant: -> bool */
cel_op_run cel_op_slot_into, cel_op_local_into;
/* value -> value. steps, b of them; c = cost besides */
cel_op_run cel_op_steps;
/* map -> bool. steps: the one tested; c = cost */
cel_op_run cel_op_has;
/* container, index -> value. a = 1: an optional; c = cost besides 1 */
cel_op_run cel_op_index;
/* items -> list. a = how many; b = cost; optional = which are, or NULL */
cel_op_run cel_op_list;
/* keys and values, in turn -> map. a = how many entries; b = cost; optional */
cel_op_run cel_op_map;
/* -> nothing. constant = the phrase to fail with */
cel_op_run cel_op_failure;
/* value -> result of the program */
cel_op_run cel_op_end;

/* a = how many; site; b = 1: the cost of a standard overload is known */
cel_op_run cel_op_call;
/* left, right -> value. call; b = 1: cost by the lengths of texts */
cel_op_run cel_op_binary;
/* The same for + and -, of ints mostly. b: see above */
cel_op_run cel_op_add, cel_op_subtract;
/* value -> value. call */
cel_op_run cel_op_unary, cel_op_not;
/* left, right -> bool; or left -> bool with the right one in constant. a = 1: unequal; c = cost
 * besides */
cel_op_run cel_op_equal, cel_op_equal_constant;
/* The same; a = cel_order_set; b = 1: cost by the lengths of texts */
cel_op_run cel_op_order, cel_op_order_constant;
/* element, container -> bool. b = 1: the container is known to be a list */
cel_op_run cel_op_in;
/* element -> bool. constant = the list, or a map with its items as keys; c = cost */
cel_op_run cel_op_in_constant;

/* condition -> nothing. jump: where to when it is false */
cel_op_run cel_op_branch;
cel_op_run cel_op_jump;
/* first term -> verdict so far; verdict, term -> verdict. a = 1: ||. jump: behind the last */
cel_op_run cel_op_logic_first, cel_op_logic_next;
/* verdict -> bool, or the error among the terms */
cel_op_run cel_op_logic_end;

/* range -> nothing. plan; a = how many will be collected: 0 unknown, 1 each */
cel_op_run cel_op_loop_begin;
/* Sets the variables. plan; jump: where to when none is left */
cel_op_run cel_op_loop_next;
/* predicate -> nothing. plan; jump: for the next element */
cel_op_run cel_op_loop_decide;
/* predicate -> nothing. plan; jump: for the next element */
cel_op_run cel_op_loop_count, cel_op_loop_filter;
/* value -> nothing. plan; jump: for the next element */
cel_op_run cel_op_loop_collect, cel_op_loop_insert, cel_op_loop_merge;
/* -> result. plan */
cel_op_run cel_op_loop_verdict, cel_op_loop_counted, cel_op_loop_list, cel_op_loop_map;
cel_op_run cel_op_loop_sorted;

/* a = local slot: it is to be computed when asked for; c = cost */
cel_op_run cel_op_lazy_reset;
/* -> value. a = local slot; c = cost; jump: what computes it */
cel_op_run cel_op_lazy_local;
/* value -> value. a = local slot: it has been computed */
cel_op_run cel_op_lazy_return;

/* a = hidden local: remembers the cost so far */
cel_op_run cel_op_mark_cost;
/* optional -> nothing, or none. a = local slot; b = hidden local; c = cost; jump: when none */
cel_op_run cel_op_optional_begin;
/* -> value. a = local slot; b = hidden local; c = cost */
cel_op_run cel_op_optional_local;
/* value -> optional */
cel_op_run cel_op_optional_of;
