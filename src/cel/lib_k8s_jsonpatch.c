/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/library.h"

/* Kubernetes' jsonpatch library. */

/* A key as part of a JSON pointer; RFC 6901 section 3. */
static struct value escape_key(struct cel_run *run, const struct value *arguments, size_t count)
{
	(void)count;
	struct buf out;
	buf_init_arena(&out, cel_run_arena(run), arguments->count);
	for (size_t i = 0; i < arguments->count; i++) {
		char c = arguments->text[i];
		if (c == '~')
			buf_puts(&out, "~0");
		else if (c == '/')
			buf_puts(&out, "~1");
		else
			buf_put_char(&out, c);
	}
	return cel_text(&out, arguments);
}

static const struct cel_overload_row rows[] = {
	{"string_jsonpatch_escapeKey_string", "jsonpatch.escapeKey(string) -> string", escape_key,
		cel_cost_read, KUBERNETES_SINCE(32)},
};

CEL_LIBRARY(cel_lib_k8s_jsonpatch, "jsonpatch of Kubernetes", rows);
