/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* A place in a text: line and column count from 1, columns in bytes; line 0 means unknown. */
struct origin {
	uint32_t line;
	uint32_t column;
};
