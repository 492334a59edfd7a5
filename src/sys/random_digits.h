/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/** Random hexadecimal digits, at most 256, and a zero behind them. Source: getrandom(2). */
int random_digits(char *ret_text, size_t count, struct error *err);
