/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/settings.h"

#include <math.h>

enum {
	SHARES_MIN = 2,
	SHARES_MAX = 262144,
	WEIGHT_MIN = 1,
	WEIGHT_MAX = 10000,
	BLKIO_MIN = 10,
	BLKIO_MAX = 1000,
};

/* log10(weight) = (log2(shares)^2 + 125 log2(shares) - 126) / 612: through (2, 1), (1024, 100) and
 * (262144, 10000). */
static const double linear = 125, constant = 126, divisor = 612;

/* Rounding errors must not lift an exact result to the next number. */
static const double slack = 1e-9;

uint64_t settings_weight_of_shares(uint64_t shares)
{
	if (shares <= SHARES_MIN)
		return WEIGHT_MIN;
	if (shares >= SHARES_MAX)
		return WEIGHT_MAX;
	double l = log2((double)shares);
	return (uint64_t)ceil(pow(10, (l * l + linear * l - constant) / divisor) - slack);
}

uint64_t settings_shares_of_weight(uint64_t weight)
{
	if (weight <= WEIGHT_MIN)
		return SHARES_MIN;
	if (weight >= WEIGHT_MAX)
		return SHARES_MAX;
	double root = sqrt(linear * linear + 4 * (constant + divisor * log10((double)weight)));
	return (uint64_t)(exp2((root - linear) / 2) + slack);
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
