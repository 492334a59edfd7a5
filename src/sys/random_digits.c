/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/random_digits.h"

#include <errno.h>
#include <sys/random.h>

int random_digits(char *ret_text, size_t count)
{
	static const char digits[] = "0123456789abcdef";
	ssize_t got = getrandom(ret_text, count, 0);
	if (got != (ssize_t)count)
		return got < 0 ? -errno : -EIO;
	for (size_t i = 0; i < count; i++)
		ret_text[i] = digits[(unsigned char)ret_text[i] & 15];
	ret_text[count] = '\0';
	return 0;
}
