/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/random_digits.h"

#include "sys/fail.h"

#include <errno.h>
#include <sys/random.h>

int random_digits(char *ret_text, size_t count, struct error *err)
{
	static const char digits[] = "0123456789abcdef";
	ssize_t got = getrandom(ret_text, count, 0);
	if (got != (ssize_t)count)
		return fail_system(err, got < 0 ? errno : EIO, "cannot ask for random digits");
	for (size_t i = 0; i < count; i++)
		ret_text[i] = digits[(unsigned char)ret_text[i] & 15];
	ret_text[count] = '\0';
	return 0;
}
