/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

/* How the tables of spec_reader.h are written: rows of a field, their end, the shape they make. */

#define SPEC_FIELD(name, how, type, member, ...) \
	{ \
		.key = name, .kind = (how), .offset = offsetof(struct type, member), __VA_ARGS__ \
	}

#define SPEC_END \
	{ \
		.key = "" \
	}

#define SPEC_SHAPE(type, table, ...) \
	{ \
		.fields = (table), .size = sizeof(struct type), .has_origin = true, \
		.origin_offset = offsetof(struct type, origin), __VA_ARGS__ \
	}
