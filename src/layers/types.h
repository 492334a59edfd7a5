/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/type.h"

/* How a layer writes the shapes of its facts as static tables, so that a misspelt field is found
 * when a policy is loaded. */

/* Fields by type. */
#define STRING(field) \
	{ \
		field, &cel_type_string \
	}
#define INT(field) \
	{ \
		field, &cel_type_int \
	}
#define BOOL(field) \
	{ \
		field, &cel_type_bool \
	}
#define ANY(field) \
	{ \
		field, &cel_type_dyn \
	}
#define STRINGS(field) \
	{ \
		field, &facts_strings \
	}
#define INTS(field) \
	{ \
		field, &facts_ints \
	}
#define STRING_MAP(field) \
	{ \
		field, &facts_string_map \
	}
#define ONE(field, type) \
	{ \
		field, &(type) \
	}
#define LIST(field, type) \
	{ \
		field, &(type##_list) \
	}

/* Types: a struct, a struct other files use too, and lists of them. */
#define FIELDS(id, ...) static const struct cel_field id##_fields[] = {__VA_ARGS__, {NULL, NULL}}
#define SHARED_STRUCT(id, title, ...) \
	FIELDS(id, __VA_ARGS__); \
	const struct cel_type id = {.kind = CEL_TYPE_STRUCT, .name = title, .fields = id##_fields}
#define STRUCT(id, title, ...) \
	FIELDS(id, __VA_ARGS__); \
	static const struct cel_type id = { \
		.kind = CEL_TYPE_STRUCT, .name = title, .fields = id##_fields}
#define LIST_OF(id) const struct cel_type id##_list = {.kind = CEL_TYPE_LIST, .parameters = {&(id)}}

extern const struct cel_type facts_strings, facts_ints, facts_string_map;
