/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/function.h"

/*
 * The operators as functions: each takes any kinds and fails with "no such overload" for those it
 * has no meaning for, so that one function serves all rows of its operator, and the evaluator's own
 * opcodes can hand over to it what they do not do themselves.
 */
cel_call cel_add, cel_subtract, cel_multiply, cel_divide, cel_modulo, cel_negate, cel_not;
cel_call cel_equals, cel_not_equals, cel_less, cel_less_equals, cel_greater, cel_greater_equals;
cel_call cel_in, cel_size_of, cel_index, cel_optional_index;

/* cel_order as bits of a set: bit (order + 1). */
enum cel_order_set {
	CEL_SET_LESS = 1,
	CEL_SET_EQUAL = 2,
	CEL_SET_GREATER = 4,
};

/** What a map holds under a key or a list at a position (any kind of number that is a whole one);
 * NULL when there is none, with ret_sensible false when the kinds make no sense together. */
const struct value *cel_element(
	const struct value *from, const struct value *index, bool *ret_sensible);

/** "no such key: name", or "index out of bounds", at the origin of the map or list. */
struct value cel_missing_element(
	struct cel_run *run, const struct value *from, const struct value *index);

/** Whether the order of two values is in the set: all the ordering operators. */
struct value cel_compare(
	struct cel_run *run, const struct value *arguments, unsigned set, const char *name);

/** Cost of a comparison of two texts, of == and of !=: the shorter is read. */
uint64_t cel_cost_shorter(const struct value *a, const struct value *b);

/** Cost of joining two texts. */
uint64_t cel_cost_joined(const struct value *a, const struct value *b);

/** "no such overload: name(int, string)", at the origin of the first argument that has one. */
struct value cel_no_overload(
	struct cel_run *run, struct str name, const struct value *arguments, size_t count);

/** Whether an overload (a row's id, by pointer) is the standard library's own: its cost is then
 * only known to the API server when it is the only one that may apply. */
bool cel_is_standard(const char *id);

/** A map of entries from map_entries_new(); an error when a key occurs twice, except under the
 * kubernetes profile, where the last one counts. */
struct value cel_make_map(struct cel_run *run, struct value_entry *entries, size_t count);
