/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/kind.h"
#include "cel/type.h"

struct cel_run;

enum { CEL_MAX_ARGUMENTS = 8 };

/**
 * One overload's work: arguments (receiver first) whose kinds match the signature, none an error
 * unless the row says so; returns a value or an error made by cel_fail(). Allocates only from
 * run->arena.
 */
typedef struct value cel_call(struct cel_run *run, const struct value *arguments, size_t count);

/** Cost units of one call in the API server's model, from arguments and result. NULL in a row
 * means 1. */
typedef uint64_t cel_cost(const struct value *arguments, size_t count, const struct value *result);

/* Where a row exists. */
enum cel_since {
	CEL_NATIVE_ONLY = 255, /* never in the kubernetes profile */
	CEL_KUBERNETES_ONLY_BIT = 256,
};

/*
 * One overload, as data. The signature is the documentation, the checker's input and the
 * dispatcher's: "size(string) -> int"              global "string.startsWith(string) -> bool"
 * member: the receiver's type stands before the dot
 *   "_+_(int, int) -> int"             operator
 *   "optional.of(A) -> optional_type(A)" a qualified global name: starts with a lower-case name
 * that is no type Capital letters are type parameters.
 */
struct cel_overload_row {
	const char *id; /* the specification's overload id */
	const char *signature;
	cel_call *call;
	cel_cost *cost;
	uint16_t since; /* first Kubernetes minor version that has it (0 = always), CEL_NATIVE_ONLY,
			   or CEL_KUBERNETES_ONLY_BIT | minor for what only the kubernetes profile
			   has */
};

/* A table of rows; src/cel/libraries.c lists all tables. */
struct cel_library {
	const char *name;
	const struct cel_overload_row *rows;
	size_t count;
};

/** An error value with a phrase; the evaluator adds the place in the expression. Allocates in run's
 * arena. */
struct value cel_fail(struct cel_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** The same, naming the value at fault so that its origin in the data is kept. */
struct value cel_fail_at(struct cel_run *run, const struct value *culprit, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** The arena of the run, for results. */
struct arena *cel_run_arena(struct cel_run *run);

/**
 * Charge work that a function does beyond its fixed cost (a loop over data); false when the run's
 * budget is spent, after which the function returns cel_fail(run, "...").
 */
bool cel_run_charge(struct cel_run *run, uint64_t units);

/**
 * Count work that the API server's cost does not see (a unit is about 10 ns: an element visited, 64
 * bytes read), so that nothing can hang; false when there was far too much of it for the budget,
 * after which the function returns cel_fail(run, "...").
 */
bool cel_run_work(struct cel_run *run, uint64_t units);

/** Whether the expression runs under the kubernetes profile, where it is cel-go that counts. */
bool cel_run_kubernetes(const struct cel_run *run);

/** What the program was compiled with. */
const struct cel_options *cel_run_options(const struct cel_run *run);
