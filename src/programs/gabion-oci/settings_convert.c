/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/settings.h"

enum {
	SHARES_MIN = 2,
	SHARES_MAX = 262144,
	WEIGHT_MIN = 1,
	WEIGHT_MAX = 10000,
	BLKIO_MIN = 10,
	BLKIO_MAX = 1000,
};

/* Fixed point, for a library of real functions would be a tenth of the program: logarithms have 48
 * bits behind the point, factors 62. */
enum { LOG_BITS = 48, FACTOR_BITS = 62 };

static const uint64_t one = 1ULL << FACTOR_BITS;

__extension__ typedef unsigned __int128 wide;

static uint64_t multiply(uint64_t a, uint64_t b, unsigned shift)
{
	return (uint64_t)((wide)a * b >> shift);
}

/* Bit by bit: squaring a factor doubles its logarithm. */
static uint64_t log2_of(uint64_t number)
{
	unsigned whole = 63 - (unsigned)__builtin_clzll(number);
	uint64_t factor = number << (FACTOR_BITS - whole), logarithm = whole;
	for (int i = 0; i < LOG_BITS; i++) {
		factor = multiply(factor, factor, FACTOR_BITS);
		logarithm <<= 1;
		if (factor >= 2 * one) {
			factor >>= 1;
			logarithm |= 1;
		}
	}
	return logarithm;
}

/* 2 to the power of a logarithm below 14, rounded up; what is above a whole number by no more than
 * rounding errors is that number. */
static uint64_t exp2_up(uint64_t logarithm)
{
	enum { TERMS = 18 };
	static const uint64_t ln2 = 0x2c5c85fdf473de6b, slack = 1ULL << (FACTOR_BITS - 30);
	uint64_t fraction = logarithm & ((1ULL << LOG_BITS) - 1), factor = one;
	uint64_t x = multiply(fraction, ln2, LOG_BITS);
	for (unsigned term = TERMS; term > 0; term--)
		factor = one + multiply(x, factor, FACTOR_BITS) / term;
	wide power = (wide)factor << (logarithm >> LOG_BITS);
	return (uint64_t)((power - slack + one - 1) >> FACTOR_BITS);
}

/* log10(weight) = (log2(shares)^2 + 125 log2(shares) - 126) / 612: through (2, 1), (1024, 100) and
 * (262144, 10000). */
uint64_t settings_weight_of_shares(uint64_t shares)
{
	static const uint64_t log2_10_by_612 = 0x163ba8301572fc2; /* 64 bits behind the point */
	if (shares <= SHARES_MIN)
		return WEIGHT_MIN;
	if (shares >= SHARES_MAX)
		return WEIGHT_MAX;
	uint64_t l = log2_of(shares);
	uint64_t sum = multiply(l, l, LOG_BITS) + 125 * l - (126ULL << LOG_BITS);
	return exp2_up(multiply(sum, log2_10_by_612, 64));
}

/* The most shares that are not more weight. */
uint64_t settings_shares_of_weight(uint64_t weight)
{
	uint64_t low = SHARES_MIN, high = SHARES_MAX;
	while (low < high) {
		uint64_t middle = (low + high + 1) / 2;
		if (settings_weight_of_shares(middle) <= weight)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

uint64_t settings_io_weight(uint64_t blkio_weight)
{
	if (blkio_weight <= BLKIO_MIN)
		return WEIGHT_MIN;
	if (blkio_weight >= BLKIO_MAX)
		return WEIGHT_MAX;
	return WEIGHT_MIN +
	       (blkio_weight - BLKIO_MIN) * (WEIGHT_MAX - WEIGHT_MIN) / (BLKIO_MAX - BLKIO_MIN);
}
