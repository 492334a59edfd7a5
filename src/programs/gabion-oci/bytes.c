/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/bytes.h"

#include "base/number.h"

bool bytes_parse(const char *text, int64_t *ret_bytes)
{
	static const char units[] = "bkmgt";
	size_t digits = strspn(text, "-0123456789");
	if (!number_parse_int((struct str){text, digits}, ret_bytes))
		return false;
	const char *unit = text + digits;
	if (unit[0] == '\0')
		return *ret_bytes >= -1;
	const char *found = strchr(units, unit[0] | 0x20);
	unit++;
	/* "m", "mb" and "MiB" are all 1024 * 1024, as container engines have it. */
	if (unit[0] == 'i' && found != units)
		unit++;
	if ((unit[0] | 0x20) == 'b' && found != units)
		unit++;
	if (!found || unit[0] != '\0' || *ret_bytes < 0)
		return false;
	for (; found > units; found--)
		if (__builtin_mul_overflow(*ret_bytes, 1024, ret_bytes))
			return false;
	return true;
}
