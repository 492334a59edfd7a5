/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

/** Random hexadecimal digits and a zero behind them: 0, or minus the errno. At most 256 digits.
 * Source: getrandom(2). */
int random_digits(char *ret_text, size_t count);
