/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "data/canonical.h"
#include "data/document.h"
#include "data/path.h"
#include "fuzz.h"

enum { CAP_BYTES = 64 << 20, SMALL_CAP_BYTES = 8 << 10 };

/* A line of the text, and a column of it or the one behind its end. */
static bool is_in_text(struct str text, struct origin origin)
{
	struct str rest = text, line = STR("");
	bool bom = origin.line == 1 && str_starts_with(text, STR("\xEF\xBB\xBF"));
	for (uint32_t i = 0; i < origin.line; i++)
		if (!str_next_part(&rest, '\n', &line))
			return false;
	return origin.column > 0 && origin.column <= line.len + 1 - (bom ? 3 : 0);
}

static void check_origins(struct str text, const struct value *v)
{
	PROPERTY(is_in_text(text, v->origin));
	for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->count; i++)
		check_origins(text, &v->items[i]);
	for (uint32_t i = 0; v->kind == VALUE_MAP && i < v->count; i++) {
		check_origins(text, &v->entries[i].key);
		check_origins(text, &v->entries[i].value);
	}
}

/* The value as JSON reads back as the same value, and so does JSON as YAML. */
static void check_value(struct arena *arena, const struct value *v)
{
	struct buf out;
	struct error err = {0};
	struct documents documents;
	struct value again;
	buf_init_arena(&out, arena, 256);
	PROPERTY(canonical_put(arena, v, &out, &err) == 0);
	documents_init(&documents, buf_str(&out), STR("-"), DOCUMENT_JSON, DOCUMENT_KUBERNETES);
	PROPERTY(documents_next(&documents, arena, &again, &err) == 1);
	PROPERTY(value_equal(v, &again));
	documents_release(&documents);
	struct path path;
	PROPERTY(path_find(v, v, &path) && path.count == 0);
}

/* Returns how many documents there were, good and bad. */
static size_t read_all(struct arena *arena, struct str text, bool check)
{
	struct documents documents;
	size_t count = 0;
	int result;
	documents_init(&documents, text, STR("-"), DOCUMENT_DETECT, DOCUMENT_KUBERNETES);
	do {
		struct error err = {0};
		struct value root;
		arena_reset(arena);
		result = documents_next(&documents, arena, &root, &err);
		count += result != 0;
		PROPERTY(result >= 0 || err.kind == ERROR_INPUT || err.kind == ERROR_LIMIT);
		if (result < 0 && err.origin.line > 0)
			PROPERTY(is_in_text(text, err.origin));
		if (result > 0 && check) {
			check_origins(text, &root);
			check_value(arena, &root);
		}
		PROPERTY(count <= text.len + 1);
	} while (result != 0);
	documents_release(&documents);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct str text = {(const char *)data, size};
	arena_init(&arena, CAP_BYTES);
	(void)read_all(&arena, text, size < 4096);
	arena_release(&arena);
	arena_init(&arena, SMALL_CAP_BYTES);
	(void)read_all(&arena, text, false);
	arena_release(&arena);
	return 0;
}
