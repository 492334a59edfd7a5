/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "cel/cel.h"
#include "cel/function.h"
#include "cel/operators.h"
#include "cel/vm.h"

#include <stdarg.h>
#include <stdio.h>

static struct value failure(struct cel_run *run, struct origin data, const char *format,
	va_list rest) __attribute__((format(printf, 3, 0)));

static struct value failure(
	struct cel_run *run, struct origin data, const char *format, va_list rest)
{
	char text[ERROR_MESSAGE_BYTES];
	(void)vsnprintf(text, sizeof(text), format, rest);
	struct cel_failure *made = ARENA_NEW(run->arena, struct cel_failure);
	made->message = str_copy(run->arena, str_from(text));
	made->data = data;
	return (struct value){.kind = CEL_ERROR, .pointer = made, .origin = data};
}

struct value cel_fail(struct cel_run *run, const char *format, ...)
{
	va_list rest;
	va_start(rest, format);
	struct value made = failure(run, NO_ORIGIN, format, rest);
	va_end(rest);
	return made;
}

struct value cel_fail_at(struct cel_run *run, const struct value *culprit, const char *format, ...)
{
	va_list rest;
	va_start(rest, format);
	struct value made = failure(run, culprit->origin, format, rest);
	va_end(rest);
	return made;
}

struct arena *cel_run_arena(struct cel_run *run)
{
	return run->arena;
}

bool cel_run_charge(struct cel_run *run, uint64_t units)
{
	if (__builtin_add_overflow(run->cost, units, &run->cost))
		run->cost = UINT64_MAX;
	return run->cost <= run->cost_limit;
}

bool cel_run_work(struct cel_run *run, uint64_t units)
{
	if (__builtin_add_overflow(run->work, units, &run->work))
		run->work = UINT64_MAX;
	return run->work <= cel_work_limit(run);
}

bool cel_run_kubernetes(const struct cel_run *run)
{
	return run->options && run->options->profile == CEL_PROFILE_KUBERNETES;
}

const struct cel_options *cel_run_options(const struct cel_run *run)
{
	return run->options;
}

struct value cel_no_overload(
	struct cel_run *run, struct str name, const struct value *arguments, size_t count)
{
	char room[ERROR_MESSAGE_BYTES];
	struct buf text;
	const struct value *culprit = NULL;
	buf_init_fixed(&text, room, sizeof(room));
	for (size_t i = 0; i < count; i++) {
		buf_put(&text, i > 0 ? STR(", ") : STR(""));
		buf_put(&text, cel_type_name(cel_type_of(run->arena, &arguments[i])));
		if (!culprit && arguments[i].origin.line > 0)
			culprit = &arguments[i];
	}
	struct origin data = culprit ? culprit->origin : NO_ORIGIN;
	struct value at = {.origin = data};
	return cel_fail_at(
		run, &at, "no such overload: %.*s(%.*s)", STR_ARGS(name), STR_ARGS(buf_str(&text)));
}
