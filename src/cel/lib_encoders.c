/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/base64.h"
#include "cel/library.h"

/* The encoders extension. */

static struct value encode(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct buf out;
	buf_init_arena(&out, cel_run_arena(run), arguments->count / 3 * 4 + 4);
	base64_put(&out, value_str(arguments));
	return cel_text(&out, arguments);
}

/* Padding may be missing, whole or not at all. */
static struct value decode(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct str text = value_str(arguments);
	char *bytes = arena_alloc(cel_run_arena(run), base64_decoded_max(text.len + 2));
	struct buf padded;
	size_t len = 0;
	buf_init_arena(&padded, cel_run_arena(run), text.len + 2);
	buf_put(&padded, text);
	for (size_t i = text.len; i % 4 != 0 && i < text.len + 2; i++)
		buf_put_char(&padded, '=');
	if (!base64_decode(text.len % 4 == 0 ? text : buf_str(&padded), bytes, &len))
		return cel_fail_at(run, arguments, "the text is no base64");
	return value_at(value_bytes((struct str){bytes, len}), arguments->origin);
}

static const struct cel_overload_row rows[] = {
	{"base64_encode_bytes", "base64.encode(bytes) -> string", encode, cel_cost_read,
		CEL_NATIVE_ONLY},
	{"base64_decode_string", "base64.decode(string) -> bytes", decode, cel_cost_read,
		CEL_NATIVE_ONLY},
};

CEL_LIBRARY(cel_lib_encoders, "encoders", rows);
