/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "cel/kind.h"
#include "cel/type.h"

/*
 * The expression language: https://github.com/google/cel-spec. Text goes through cel_compile()
 * once; a program is immutable and is run by cel_eval() any number of times. Nothing here does I/O:
 * an expression sees the slots it is given and nothing else.
 */
enum cel_profile {
	CEL_PROFILE_NATIVE,     /* the specification and all libraries */
	CEL_PROFILE_KUBERNETES, /* exactly what an API server of kubernetes_minor offers */
};

/** The TZif bytes of a zone (RFC 8536) whose name has been checked to be an IANA name; false if
 * unknown. */
typedef bool cel_zone_loader(void *context, struct str name, struct str *ret_tzif);

struct cel_options {
	enum cel_profile profile;
	unsigned kubernetes_minor; /* 24 to 37 */
	struct str container;      /* for name resolution; usually empty */
	bool disable_check;        /* resolve names only: types are found at run time */
	bool disable_macros;
	cel_zone_loader *load_zone; /* NULL: only UTC and fixed offsets */
	void *zone_context;
};

/* Declarations an expression is compiled against. Lives in its arena; names are borrowed. */
struct cel_env;

/** An environment without variables, in arena; what options point to must outlive it. */
struct cel_env *cel_env_new(struct arena *arena, const struct cel_options *options);

/** Declare a variable; name may be qualified (a.b). Slots count from 0 in order of declaration. */
uint32_t cel_env_declare(struct cel_env *env, struct str name, const struct cel_type *type);

/** An environment that begins as a copy of another: for scopes such as a policy's own variables. */
struct cel_env *cel_env_extend(struct arena *arena, const struct cel_env *env);

/** How many variables are declared: the slots a run must have. */
uint32_t cel_env_slots(const struct cel_env *env);

struct cel_program;

/**
 * Parse, check and compile. The program and what it points to live in arena; text must outlive it.
 * NULL with err: kind POLICY, origin and length in text, a suggestion as remedy when a name is
 * misspelt. Limits: LIMIT_CEL_SOURCE_RUNES, LIMIT_CEL_DEPTH.
 */
const struct cel_program *cel_compile(
	const struct cel_env *env, struct arena *arena, struct str text, struct error *err);

/** The deduced type of the result; dyn when the check was disabled. */
const struct cel_type *cel_program_type(const struct cel_program *program);

/** The text it was compiled from. */
struct str cel_program_text(const struct cel_program *program);

/* One evaluation's surroundings, made by the caller, reused for many programs over one subject. */
struct cel_run {
	struct arena *arena;
	struct value *slots; /* cel_env_slots() values; kind CEL_UNSET where nothing is bound */
	const struct cel_program *const
		*lazy;       /* per slot: computes an unset slot on first use; may be NULL */
	uint64_t cost;       /* spent so far, in the API server's units */
	uint64_t cost_limit; /* an error value beyond it */
	/* The evaluator's own; zero before the first evaluation. */
	const struct cel_options *options;
	uint64_t work;  /* what no cost unit pays for, see cel_run_work() */
	uint32_t depth; /* lazy slots being computed */
};

/**
 * Evaluate; returns a value or an error value (kind CEL_ERROR), never both, never fails otherwise,
 * except that the arena's cap jumps to the subject's boundary. Values keep the origins of the data
 * they came from. A result is no larger or deeper than a document may be (LIMIT_DATA_NODES,
 * LIMIT_DATA_DEPTH), so that anyone can walk it.
 */
struct value cel_eval(const struct cel_program *program, struct cel_run *run);

/** Text of any value in the form of `string.format("%s")`; for messages and `gabion eval`. */
void cel_print(const struct value *v, struct buf *out);

/** The run-time type of a value. */
const struct cel_type *cel_type_of(struct arena *arena, const struct value *v);

/** Equality across kinds by mathematical value; unequal kinds are unequal, never an error. */
bool cel_equal(const struct value *a, const struct value *b);
