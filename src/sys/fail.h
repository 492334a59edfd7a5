/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/** An error from errno `cause`: the text, a colon, and what the cause means; ERROR_DENIED for
 * missing rights, else ERROR_SYSTEM. Works with every C library. Returns -1. */
int fail_system(struct error *err, int cause, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
