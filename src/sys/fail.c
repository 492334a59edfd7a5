/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int fail_system(struct error *err, int cause, const char *format, ...)
{
	char what[ERROR_MESSAGE_BYTES];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	bool is_first = err->kind == ERROR_NONE;
	bool denied = cause == EACCES || cause == EPERM || cause == EROFS;
	char meaning[64];
	errno = cause;
	/* The one way to say it that both C libraries have. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat"
	(void)snprintf(meaning, sizeof(meaning), "%m");
#pragma GCC diagnostic pop
	ERROR_SET(err, denied ? ERROR_DENIED : ERROR_SYSTEM, NO_ORIGIN, "%s: %s", what, meaning);
	if (is_first)
		err->system_errno = cause;
	return -1;
}
