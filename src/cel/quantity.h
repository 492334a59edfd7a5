/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

enum quantity_format { QUANTITY_DECIMAL, QUANTITY_EXPONENT, QUANTITY_BINARY };

/*
 * An exact decimal number as Kubernetes' resource.Quantity has it: small ones as value * 10^scale,
 * others as digits * 10^scale. Which of the two it is depends on how it was written and is visible:
 * only a small one can be an integer.
 */
struct quantity {
	enum quantity_format format;
	bool is_small;
	bool negative;     /* of digits */
	int64_t value;     /* when small */
	struct str digits; /* else; no zeros in front, empty for 0 */
	int64_t scale;
};

/* Adding may write at most so many digits: exponents make them as far apart as one likes. */
enum { QUANTITY_MAX_DIGITS = 1 << 16 };

/**
 * Read a quantity: [sign] digits [. digits] and one of n u m k M G T P E, Ki Mi Gi Ti Pi Ei, or an
 * exponent. What is finer than 10^-9 is rounded away from zero, binary ones stop at 2^63-1. Returns
 * NULL, or a phrase saying what is wrong. Digits are borrowed or live in arena. Source:
 * k8s.io/apimachinery/pkg/api/resource.
 */
const char *quantity_parse(struct arena *arena, struct str text, struct quantity *ret_quantity);

/** -1, 0 or 1; linear in the digits, whatever the exponents are. */
int quantity_sign(const struct quantity *q);
int quantity_compare(const struct quantity *a, const struct quantity *b);

/** a + b, or a - b; false when the result has more than QUANTITY_MAX_DIGITS digits. */
bool quantity_add(struct arena *arena, const struct quantity *a, const struct quantity *b,
	bool subtract, struct quantity *ret_sum);

/** The integer it is; false when it is none or no small one. */
bool quantity_integer(const struct quantity *q, int64_t *ret_integer);

/** About the same number as a double, to the bit what an API server has; infinite when out of
 * range. */
double quantity_real(const struct quantity *q);

/** The canonical text: digits that do not end in 000 and a suffix. */
void quantity_print(const struct quantity *q, struct buf *out);
