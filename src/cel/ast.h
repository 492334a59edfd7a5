/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/type.h"
#include "data/value.h"

enum cel_node_kind {
	CEL_NODE_LITERAL, /* also, by resolution, the name of a type: kind CEL_TYPE */
	CEL_NODE_IDENT,
	CEL_NODE_SELECT, /* a.b, a.?b, has(a.b) */
	CEL_NODE_CALL,   /* functions and operators; operators by their names in the specification:
			    _+_, _[_], _[?_], _?_:_, @in, !_, -_. a && b && c is one call of _&&_
			    with three arguments, and so is _||_ */
	CEL_NODE_LIST,
	CEL_NODE_MAP,
	CEL_NODE_MACRO, /* comprehensions and the other macros that bind variables */
};

/* Macros are kept as written: one node each for the checker, the compiler and the cost. */
enum cel_macro {
	CEL_MACRO_ALL,
	CEL_MACRO_EXISTS,
	CEL_MACRO_EXISTS_ONE,
	CEL_MACRO_FILTER,
	CEL_MACRO_MAP,            /* argument = predicate or NULL, transform */
	CEL_MACRO_TRANSFORM_LIST, /* two variables; predicate or NULL, transform */
	CEL_MACRO_TRANSFORM_MAP,
	CEL_MACRO_TRANSFORM_MAP_ENTRY,
	CEL_MACRO_SORT_BY,
	CEL_MACRO_OPT_MAP,
	CEL_MACRO_OPT_FLAT_MAP,
	CEL_MACRO_BIND,  /* range = the value bound, transform = the body; the slots of BIND and
			    BLOCK and of their ranges stay theirs until the end of the body, so
			    that a value can wait until it is used */
	CEL_MACRO_BLOCK, /* range = a LIST node, transform = the body; cel.index(n) is an IDENT
			    "@index<n>" */
};

/* A name that resolution could not find; only with the check disabled: an error at run time. */
#define CEL_SLOT_UNKNOWN UINT32_MAX

struct cel_node {
	enum cel_node_kind kind;
	uint32_t length; /* bytes to underline */
	struct origin
		origin; /* in the expression: of the operator or name, where a caret belongs */
	const struct cel_type *type; /* by the checker; NULL when unchecked */
	union {
		struct value literal;
		struct {
			struct str name;
			bool absolute; /* written with a leading dot */
			uint32_t slot; /* by resolution: of the environment, or of a macro
					  variable, or CEL_SLOT_UNKNOWN */
			bool is_local; /* slot counts macro variables */
		} ident;
		struct {
			struct cel_node *operand;
			struct str field;
			bool test_only; /* has() */
			bool optional;  /* .? */
		} select;
		struct {
			struct str function;
			struct cel_node *target; /* NULL for a global call */
			struct cel_node **arguments;
			size_t count;
			bool absolute;
			/* By resolution: the overloads that may apply; NULL for &&, || and ?:, and
			 * for a function that is unknown (only with the check disabled). Targets
			 * that are namespaces are gone: math.abs(x) has the function "math.abs". */
			const struct cel_function *resolved;
		} call;
		struct {
			struct cel_node **items;
			const bool *optional; /* [?e]; NULL when none is */
			size_t count;
		} list;
		struct {
			struct cel_node **keys, **values;
			const bool *optional; /* {?k: v}; NULL when none is */
			size_t count;
		} map;
		struct {
			enum cel_macro macro;
			struct cel_node *range;
			struct str variable, variable2; /* variable2.len == 0: one-variable form */
			struct cel_node *predicate;     /* NULL where the form has none */
			struct cel_node *transform; /* NULL for all, exists, exists_one, filter */
			uint32_t slot; /* first local slot of its variables, by resolution */
		} macro;
	};
};

/* A parsed expression; text is borrowed. */
struct cel_ast {
	struct str text;
	struct cel_node *root;
	uint32_t local_slots; /* most macro variables alive at once, by resolution */
};
