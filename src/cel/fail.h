/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* An expression is at fault, from origin on for length bytes; always -1. */
#define CEL_FAIL(err, origin, length, ...) \
	(ERROR_SET((err), ERROR_POLICY, (origin), __VA_ARGS__), cel_underline((err), (length)))

/* The two arguments of "%.*s" for text of the user, short enough to leave room for the phrase. */
#define CEL_SHOWN(s) ((int)((s).len > 80 ? 80 : (s).len)), (s).data

static inline int cel_underline(struct error *err, size_t length)
{
	if (err->length == 0)
		err->length = (uint32_t)length;
	return -1;
}
