/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* The one place where text becomes a number and a number text. No locale, no white space, no "+".
 */

/** Decimal integer `-?[0-9]+` that fits int64; false otherwise. */
bool number_parse_int(struct str s, int64_t *ret_number);

/** Unsigned integer of digits in base 2, 8, 10 or 16 that fits uint64; false otherwise. */
bool number_parse_uint(struct str s, unsigned base, uint64_t *ret_number);

/**
 * Decimal floating point `-?(digits.digits?|.digits)([eE][+-]?digits)?`, nearest double, overflow
 * gives infinity; false for anything else (also for "inf", "nan" and hexadecimal). At most 1,100
 * bytes.
 */
bool number_parse_double(struct str s, double *ret_number);

enum { NUMBER_DOUBLE_BYTES = 32, NUMBER_DIGITS_BYTES = 24 };

/**
 * Shortest decimal text that reads back as the same double, in the form of ECMAScript's
 * Number::toString (RFC 8785 section 3.2.2.3): 1e+21, 1e-7, 0.000001, 100. Infinity and NaN give
 * "inf", "-inf", "nan". Returns the length; the text is terminated.
 */
size_t number_print_double(double number, char ret_text[NUMBER_DOUBLE_BYTES]);

/**
 * The significant digits of that text, for other layouts: of a finite magnitude above 0, without
 * zeros at the end, into digits; ret_exponent is that of d.ddd form. Returns how many digits; not
 * terminated.
 */
size_t number_shortest_digits(
	double magnitude, char digits[NUMBER_DIGITS_BYTES], int *ret_exponent);
