/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/ast.h"
#include "cel/env.h"
#include "cel/fail.h"
#include "cel/unify.h"

/* Names that macros bind, innermost first. */
struct cel_scope {
	struct cel_scope *outer;
	struct str name;               /* empty for a block */
	const struct cel_type *type;   /* of a name */
	uint32_t slot;                 /* of a name, or of a block's first value */
	struct cel_node *const *block; /* the values of a block */
	size_t block_count;            /* how many of them can be seen from here */
};

struct node_set {
	struct cel_node **items;
	size_t count, capacity;
};

/* The state of one cel_check(). */
struct cel_checker {
	const struct cel_env *env;
	struct arena *arena;
	struct cel_unifier types;
	struct cel_scope *scope;
	uint32_t locals;          /* slots in use here */
	uint32_t most_locals;     /* since the start, or since the current bind or block began */
	bool typed;               /* false: names only */
	bool homogeneous;         /* lists and maps must not mix types */
	bool mixes;               /* inside of string.format(), which may mix them all the same */
	bool validate;            /* look into literals, as the API server does since 1.29 */
	struct node_set generic;  /* nodes whose types may still change */
	struct node_set literals; /* lists, maps and calls to validate at the end */
	struct error *err;
};

/** Remember a node. */
void cel_note(struct cel_checker *checker, struct node_set *set, struct cel_node *node);

/** Resolve the names below a node and find its type. */
int cel_check_node(struct cel_checker *checker, struct cel_node *root);

/** The same for a macro whose range, unless it is a bind or block, has been checked. */
int cel_check_macro(struct cel_checker *checker, struct cel_node *node);

/** The same for a call whose receiver or, without one, first argument has been checked. */
int cel_check_call(struct cel_checker *checker, struct cel_node *node);

/** The type of a field of a struct, or NULL with err. */
const struct cel_type *cel_field_type(struct cel_checker *checker, const struct cel_node *at_fault,
	const struct cel_type *type, struct str field);

/* A name as written: an identifier, and the plain selections above it. */
struct cel_chain {
	struct cel_node *name;
	struct cel_node *const *selects; /* the innermost last */
	size_t count;
	struct cel_node *call; /* whose receiver all of it is, or NULL */
};

/**
 * Find what a name means; the identifier or one of the selections becomes a variable or a type.
 * Returns how many selections belong to the name; -1 with err.
 */
int cel_resolve_name(struct cel_checker *checker, const struct cel_chain *chain);

/** True when a call's receiver is a namespace: then the call is global and has its full name. */
bool cel_resolve_namespace(struct cel_checker *checker, const struct cel_chain *chain);

/** The innermost macro variable of that name, or NULL; with its type and slot. */
bool cel_find_local(const struct cel_checker *checker, struct str name,
	const struct cel_type **ret_type, uint32_t *ret_slot);

/** Set a node's type. */
void cel_set_type(struct cel_checker *checker, struct cel_node *node, const struct cel_type *type);

/** Say that the types of a small expression grew beyond all measure. */
int cel_fail_exhausted(struct cel_checker *checker, const struct cel_node *node);

/** After types are settled: what the API server checks in literals. */
int cel_validate_literals(struct cel_checker *checker);
