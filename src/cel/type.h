/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/text.h"

enum cel_type_kind {
	CEL_TYPE_DYN,
	CEL_TYPE_NULL,
	CEL_TYPE_BOOL,
	CEL_TYPE_INT,
	CEL_TYPE_UINT,
	CEL_TYPE_DOUBLE,
	CEL_TYPE_STRING,
	CEL_TYPE_BYTES,
	CEL_TYPE_TIMESTAMP,
	CEL_TYPE_DURATION,
	CEL_TYPE_LIST,   /* parameters[0] = element */
	CEL_TYPE_MAP,    /* parameters[0] = key, [1] = value */
	CEL_TYPE_TYPE,   /* parameters[0] = the type it denotes, may be NULL */
	CEL_TYPE_STRUCT, /* name, fields: a map whose keys are known; at run time a VALUE_MAP */
	CEL_TYPE_OPAQUE, /* name, parameters; optional_type(T) is one */
	CEL_TYPE_PARAM,  /* name = "A", index = its number in the signature; only in signatures */
	CEL_TYPE_VAR,    /* index; only while checking */
	CEL_TYPE_ERROR,
};

enum { CEL_TYPE_PARAMETERS = 3 };

/* One field of a struct type. */
struct cel_field {
	const char *name;
	const struct cel_type *type;
};

/* Immutable; may be a static table (schemas of facts) or live in an arena. */
struct cel_type {
	enum cel_type_kind kind;
	const char *name;                                       /* STRUCT, OPAQUE, PARAM */
	const struct cel_type *parameters[CEL_TYPE_PARAMETERS]; /* the first NULL ends them */
	const struct cel_field *fields; /* STRUCT; sorted or not, ends with name == NULL */
	uint32_t index;                 /* VAR, PARAM */
	bool open;                      /* STRUCT: unknown fields are allowed and are dyn */
	bool generic;                   /* a PARAM or VAR is in it */
};

/* The types without parameters, shared: compare kinds, not pointers. */
extern const struct cel_type cel_type_dyn, cel_type_null, cel_type_bool, cel_type_int,
	cel_type_uint, cel_type_double, cel_type_string, cel_type_bytes, cel_type_timestamp,
	cel_type_duration, cel_type_list_dyn, cel_type_map_dyn, cel_type_type,
	cel_type_optional_dyn, cel_type_error;

/** Text as the specification's tools write it: list(int), map(string, dyn), optional_type(int). */
void cel_type_print(const struct cel_type *type, struct buf *out);

/** The name of a type as a value, without parameters: list, null_type, google.protobuf.Duration. */
struct str cel_type_name(const struct cel_type *type);

/** Structural equality; structs are equal by name. */
bool cel_type_equal(const struct cel_type *a, const struct cel_type *b);

/** True for optional_type(T). */
bool cel_type_is_optional(const struct cel_type *type);

/**
 * A type of one of the kinds that have parameters; name only for OPAQUE. Unused parameters are
 * NULL.
 */
const struct cel_type *cel_type_new(struct arena *arena, enum cel_type_kind kind, const char *name,
	const struct cel_type *first, const struct cel_type *second);

/** Read a type from its text (list(int), map(string, dyn), net.IP, A); NULL when malformed. */
const struct cel_type *cel_type_parse(struct arena *arena, struct str text);

/** The type that one word means (int, list, timestamp, google.protobuf.Timestamp), or NULL. */
const struct cel_type *cel_type_named(struct str name);

enum { CEL_TYPE_NAMES = 8 };

/* The type parameters of one signature, numbered in order of appearance. */
struct cel_type_names {
	struct str names[CEL_TYPE_NAMES];
	uint32_t count;
};

/** The same, cutting the type off the front of *rest and numbering its type parameters in names. */
const struct cel_type *cel_type_read(
	struct arena *arena, struct str *rest, struct cel_type_names *names);
