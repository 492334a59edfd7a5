/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/problem.h"

#include "base/limits.h"
#include "policy/locate.h"

#include <stdarg.h>
#include <stdio.h>

void problem_tell(struct problems *problems, struct error *err)
{
	error_set_file(err, problems->file);
	problems->errors += problems->level == PROBLEM_ERROR;
	if (problems->count++ < LIMIT_POLICY_PROBLEMS)
		problems->report(problems->context, err, problems->level);
	if (problems->count != LIMIT_POLICY_PROBLEMS)
		return;
	struct error last = {0};
	ERROR_SET(&last, ERROR_LIMIT, NO_ORIGIN, "more than %d problems: the rest is not listed",
		LIMIT_POLICY_PROBLEMS);
	problems->report(problems->context, &last, problems->level);
}

void problem_at(struct problems *problems, const struct value *at, const char *remedy,
	const char *format, ...)
{
	struct error err = {.kind = ERROR_POLICY, .origin = at->origin, .function = __func__};
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(err.message, sizeof(err.message), format, arguments);
	va_end(arguments);
	err.length = at->kind == VALUE_STRING ? at->count : 0;
	if (remedy)
		error_set_remedy(&err, "%s", remedy);
	problem_tell(problems, &err);
}

size_t problem_offset(struct str text, struct origin origin)
{
	size_t at = 0;
	for (uint32_t line = 1; line < origin.line && at < text.len; line++) {
		size_t length = str_find_char(str_slice(text, at, text.len), '\n');
		at = length == SIZE_MAX ? text.len : at + length + 1;
	}
	at += origin.column > 0 ? origin.column - 1 : 0;
	return at < text.len ? at : text.len;
}

void problem_locate(const struct problems *problems, const struct value *scalar, size_t from,
	size_t length, struct error *err)
{
	struct str decoded = value_str(scalar);
	err->origin = locate_in_scalar(problems->text, scalar->origin, decoded, from);
	err->length = (uint32_t)length;
}

const char *problem_suggest(struct problems *problems, struct str nearest)
{
	if (nearest.len == 0)
		return NULL;
	return str_format(problems->arena, "did you mean `%.*s`?", QUOTE(nearest)).data;
}

/* Words further apart than a third of their letters are not the same word misspelt. */
struct nearest nearest_to(struct str wanted)
{
	return (struct nearest){.wanted = wanted, .distance = wanted.len / 3 + 1};
}

void nearest_try(struct nearest *nearest, struct str candidate)
{
	size_t distance = str_distance(nearest->wanted, candidate, nearest->distance);
	if (distance > nearest->distance ||
		(nearest->word.len > 0 && distance == nearest->distance))
		return;
	nearest->word = candidate;
	nearest->distance = distance;
}
