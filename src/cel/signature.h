/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cel/env.h"

/**
 * Read a row's signature (its forms are described in cel/function.h) into an overload and the name
 * of its function; what was read lives in arena. Returns -1 when it is malformed.
 */
int signature_read(struct arena *arena, const struct cel_overload_row *row,
	struct cel_overload *ret_overload, struct str *ret_name);
