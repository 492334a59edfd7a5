/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/load.h"
#include "policy/uses.h"

/* One policy being loaded: what its expressions may name, growing field by field. */
struct scope {
	struct loader *loader;
	struct policy_entry *entry;
	struct policy *policy;
	const struct value *root;
	struct cel_env *env;
	struct policy_binding *variables; /* all of them, also those not yet compiled */
	size_t variable_count;
	bool valid;
};

/** Tell of a problem at a value and count it against the policy. */
#define scope_problem(scope, ...) \
	((scope)->valid = false, problem_at(&(scope)->loader->problems, __VA_ARGS__))

/**
 * Compile an expression of the policy against what is declared so far. NULL when it is invalid, or
 * when its type is neither dyn nor the wanted kind; field is its name in messages.
 */
const struct cel_program *scope_compile(struct scope *scope, const struct value *expression,
	enum cel_type_kind wanted, const char *field);

/** Tell of an error in an expression; its origin is turned into a place of the file. */
void scope_bad_expression(struct scope *scope, const struct value *expression, struct error *err);

/** The index of a variable, variable_count when there is none of that name. */
size_t scope_find_variable(const struct scope *scope, struct str name);

/** What an expression names under `variables`; NULL too when it cannot be parsed. */
const struct use *scope_variable_uses(struct scope *scope, const struct value *expression);

/** Declare parameters, compile and declare variables, then each. */
void scope_load_parameters(struct scope *scope);
void scope_load_variables(struct scope *scope);
void scope_load_each(struct scope *scope);

/** Read `at`: a path whose first name is a root or a name of each, checked against the types. */
void scope_load_at(struct scope *scope);

/** The type of a value: what `params.<name>` is, deduced from a default. */
const struct cel_type *type_of_default(struct arena *arena, const struct value *value);

/**
 * Whether a value fits the type of a default; an int where a double is wanted becomes one, for a
 * whole number in YAML is an int. Lists and maps are copied into arena.
 */
bool type_fit(struct arena *arena, const struct cel_type *type, struct value *value);
