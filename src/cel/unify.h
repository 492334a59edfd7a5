/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/type.h"

/*
 * Type variables and what they stand for so far. Gradual: dyn fits everything. The rules are those
 * of the specification's "Gradual Type Checking"; null fits structs, opaque types, timestamps and
 * durations, and a struct is also a map with string keys. Work is counted, for a small expression
 * can have a type whose text would fill the memory.
 */
struct cel_unifier {
	struct arena *arena;
	const struct cel_type **bound; /* per variable; NULL: free */
	size_t count, capacity;
	struct cel_undo *trail;
	size_t trail_count, trail_capacity;
	uint32_t steps;
	bool exhausted; /* LIMIT_CEL_TYPE_STEPS was reached: every answer since is worthless */
};

/** Without variables yet. */
void unify_init(struct cel_unifier *unifier, struct arena *arena);

/** A new free variable. */
const struct cel_type *unify_fresh(struct cel_unifier *unifier);

/** The number that the type parameters of one signature count from, instantiated anew. */
uint32_t unify_fresh_many(struct cel_unifier *unifier, uint32_t count);

/** A type of a signature with its type parameters made variables first, first + 1, ... */
const struct cel_type *unify_instantiate(
	struct cel_unifier *unifier, const struct cel_type *type, uint32_t first);

/** What a type stands for at its top: never a bound variable. */
const struct cel_type *unify_resolve(
	const struct cel_unifier *unifier, const struct cel_type *type);

/** The type without bound variables; free ones become dyn when asked. */
const struct cel_type *unify_substitute(
	struct cel_unifier *unifier, const struct cel_type *type, bool free_is_dyn);

/** True when values of one type fit the other; binds variables only if so. */
bool unify_assignable(
	struct cel_unifier *unifier, const struct cel_type *from, const struct cel_type *to);

/** The same for count types at once. */
bool unify_all_assignable(struct cel_unifier *unifier, const struct cel_type *const *from,
	const struct cel_type *const *to, size_t count);

/** The more general one of two types that fit each other; NULL when they do not. */
const struct cel_type *unify_join(
	struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b);

/** True when both are the same type once variables are replaced. */
bool unify_same(struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b);
