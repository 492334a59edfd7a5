/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

int error_set(struct error *err, const char *function, enum error_kind kind, struct origin origin,
	const char *format, ...)
{
	if (err->kind != ERROR_NONE)
		return -1;
	err->kind = kind;
	err->origin = origin;
	err->function = function;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(err->message, sizeof(err->message), format, arguments);
	va_end(arguments);
	return -1;
}

void error_set_remedy(struct error *err, const char *format, ...)
{
	if (err->remedy[0] != '\0')
		return;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(err->remedy, sizeof(err->remedy), format, arguments);
	va_end(arguments);
}

void error_set_file(struct error *err, struct str file)
{
	if (err->file.len == 0)
		err->file = file;
}
