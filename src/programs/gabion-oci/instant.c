/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/instant.h"

#include <stdio.h>

void instant_print(const struct timespec *instant, char ret_text[INSTANT_BYTES])
{
	/* Days since 0000-03-01, so that the leap day is the last of a year. */
	long long days = instant->tv_sec / 86400 + 719468, seconds = instant->tv_sec % 86400;
	long long era = days / 146097, of_era = days % 146097;
	long long year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	long long of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	long long shifted = (5 * of_year + 2) / 153; /* March is 0 */
	long long day = of_year - (153 * shifted + 2) / 5 + 1;
	long long month = shifted < 10 ? shifted + 3 : shifted - 9;
	long long year = year_of_era + era * 400 + (month <= 2);
	(void)snprintf(ret_text, INSTANT_BYTES, "%04lld-%02lld-%02lldT%02lld:%02lld:%02lld.%09ldZ",
		year, month, day, seconds / 3600, seconds / 60 % 60, seconds % 60,
		instant->tv_nsec);
}
