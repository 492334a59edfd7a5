/* SPDX-License-Identifier: Apache-2.0 */
#include "data/json.h"
#include "base/arena.h"
#include "data/canonical.h"
#include "data/path.h"
#include "data/print.h"
#include "fuzz.h"

enum { CAP_BYTES = 64 << 20 };

static void check_origins(struct str text, const struct value *v)
{
	PROPERTY(v->origin.line > 0 && v->origin.column > 0);
	PROPERTY(v->origin.line <= text.len + 1 && v->origin.column <= text.len + 1);
	for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->count; i++)
		check_origins(text, &v->items[i]);
	for (uint32_t i = 0; v->kind == VALUE_MAP && i < v->count; i++) {
		check_origins(text, &v->entries[i].key);
		check_origins(text, &v->entries[i].value);
	}
}

static struct str canonical(struct arena *arena, const struct value *v)
{
	struct buf out;
	struct error err = {0};
	buf_init_arena(&out, arena, 256);
	PROPERTY(canonical_put(arena, v, &out, &err) == 0);
	return buf_str(&out);
}

/* What is read is printed, in both forms, as what reads back to the same. */
static void check_value(struct arena *arena, const struct value *v, enum document_typing typing)
{
	struct error err = {0};
	struct value again;
	struct str text = canonical(arena, v);
	PROPERTY(json_read(arena, text, typing, &again, &err) == 0);
	PROPERTY(value_equal(v, &again));
	PROPERTY(str_equal(canonical(arena, &again), text));

	struct buf out;
	buf_init_arena(&out, arena, 256);
	print_json(v, (struct print_style){.indent = 2}, &out);
	PROPERTY(json_read(arena, buf_str(&out), typing, &again, &err) == 0);
	struct path path;
	const struct value *last = &again;
	while (last->count > 0 && (last->kind == VALUE_LIST || last->kind == VALUE_MAP))
		last = last->kind == VALUE_MAP ? &last->entries[last->count - 1].value
					       : &last->items[last->count - 1];
	PROPERTY(path_find(&again, last, &path) && path_value(&again, &path) == last);
}

static void read(struct arena *arena, struct str text, enum document_typing typing)
{
	struct error err = {0};
	struct value root;
	if (json_read(arena, text, typing, &root, &err) < 0) {
		PROPERTY(err.kind == ERROR_INPUT || err.kind == ERROR_LIMIT);
		PROPERTY(err.origin.line > 0 && err.origin.column <= text.len + 1);
		return;
	}
	check_origins(text, &root);
	check_value(arena, &root, typing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct str text = {(const char *)data, size};
	arena_init(&arena, CAP_BYTES);
	if (!ARENA_LIMIT_REACHED(&arena)) {
		read(&arena, text, DOCUMENT_CEL);
		read(&arena, text, DOCUMENT_KUBERNETES);
	}
	arena_release(&arena);
	return 0;
}
