/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <time.h>

enum { INSTANT_BYTES = 96 };

/** An instant as RFC 3339 has it, in UTC: 2026-11-22T04:05:06.123456789Z. Pure. */
void instant_print(const struct timespec *instant, char ret_text[INSTANT_BYTES]);
