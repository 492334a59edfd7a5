/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* Doubles as the expression language reads and writes them. */

/** Shortest digits, never with an exponent: 0.00001, 100; NaN, Infinity, -Infinity. For `%s`. */
void real_print_plain(double real, struct buf *out);

/** Shortest digits in the form of Go's %g, which is what string(double) gives: an exponent of at
 * least two digits below 1e-4 and from 1e+06 on; NaN, +Inf, -Inf. */
void real_print_general(double real, struct buf *out);

/** What Go's ParseFloat reads: a decimal number with an optional sign, or inf, infinity, nan in any
 * case. False when malformed or beyond the largest double. */
bool real_parse(struct str text, double *ret_real);
