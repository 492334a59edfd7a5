/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/cel.h"
#include "cel/function.h"

/*
 * What an environment knows, for the parser, the checker, the compiler and the evaluator. Built
 * once by cel_env_new(), read-only afterwards apart from declarations.
 */

/* One overload, its signature read. */
struct cel_overload {
	const char *id;
	const struct cel_type *const *params; /* arity of them, the receiver first */
	const struct cel_type *result;
	cel_call *call; /* NULL for a declaration without work: no such overload at run time */
	cel_cost *cost; /* NULL: 1 */
	uint16_t since;
	uint8_t arity;
	bool is_member;
	bool generic; /* has type parameters, numbered from 0 */
};

/* All overloads with one name, call style and number of arguments, in order of declaration. */
struct cel_function {
	struct str name; /* qualified for namespaced functions: math.greatest */
	const struct cel_overload *const *overloads;
	size_t count;
	uint8_t arity; /* receiver included */
	bool is_member;
};

/** The function a call can mean, or NULL; arity counts the receiver. */
const struct cel_function *cel_env_function(
	const struct cel_env *env, struct str name, bool is_member, size_t arity);

/** Any function of that name and style, whatever its arity, or NULL; for messages. */
const struct cel_function *cel_env_any_function(
	const struct cel_env *env, struct str name, bool is_member);

/** Call each once for every name of a function of that style; for suggestions. */
void cel_env_each_function(const struct cel_env *env, bool is_member,
	void (*each)(void *context, struct str name), void *context);

/** Add an overload that no library has; the row and its signature must outlive env. -1 when
 * malformed. */
int cel_env_declare_overload(
	struct cel_env *env, const struct cel_overload_row *row, struct error *err);

/* A declared variable. */
struct cel_variable {
	struct str name;
	const struct cel_type *type;
	uint32_t slot;
};

/** The variable of exactly this name, or NULL. */
const struct cel_variable *cel_env_variable(const struct cel_env *env, struct str name);

/** The type that is a value under exactly this name (int, net.IP, ...), or NULL. */
const struct cel_type *cel_env_type(const struct cel_env *env, struct str name);

/** The most parts that a declared name has (a.b.c: 3): longer ones need no looking up. */
size_t cel_env_longest_name(const struct cel_env *env);

/** All variables by slot, cel_env_slots() of them; for suggestions. */
const struct cel_variable *cel_env_variables(const struct cel_env *env);

/** The options it was made with. */
const struct cel_options *cel_env_options(const struct cel_env *env);

/** True when what a row or a macro declares as `since` exists in the profile and version of env. */
bool cel_env_offers(const struct cel_env *env, uint16_t since);

/* One way a name can be read in the container: container prefixes first, the name as written last.
 */
struct cel_candidates {
	struct str container; /* what is left of it */
	struct str name;
	bool done;
};

/** Begin with the longest prefix; an absolute name has only itself. */
struct cel_candidates cel_env_candidates(const struct cel_env *env, struct str name, bool absolute);

/** The next candidate, in arena when a prefix was put before it; false at the end. */
bool cel_candidates_next(
	struct cel_candidates *candidates, struct arena *arena, struct str *ret_name);
