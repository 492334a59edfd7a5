/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "fuzz.h"
#include "layers/context/landlock_rules.h"

static bool same(const struct landlock_text *a, const struct landlock_text *b)
{
	bool same = a->path_count == b->path_count && a->port_count == b->port_count &&
		    a->restrict_bind == b->restrict_bind &&
		    a->restrict_connect == b->restrict_connect &&
		    a->scope_abstract == b->scope_abstract &&
		    a->scope_signals == b->scope_signals && a->log_after_exec == b->log_after_exec;
	for (size_t i = 0; same && i < a->path_count; i++)
		same = str_equal(str_from(a->paths[i].path), str_from(b->paths[i].path)) &&
		       a->paths[i].rights == b->paths[i].rights &&
		       a->paths[i].may_be_missing == b->paths[i].may_be_missing;
	for (size_t i = 0; same && i < a->port_count; i++)
		same = a->ports[i].port == b->ports[i].port &&
		       a->ports[i].bind == b->ports[i].bind &&
		       a->ports[i].connect == b->ports[i].connect;
	return same;
}

/* What is printed reads back as the same rules. */
static void judge(struct arena *arena, struct str text)
{
	struct error err = {.kind = ERROR_NONE};
	struct landlock_text first, second;
	struct buf out;
	if (landlock_text_read(arena, text, &first, &err) < 0) {
		PROPERTY(err.message[0] != '\0' && err.remedy[0] != '\0');
		return;
	}
	PROPERTY(first.path_count <= LIMIT_LANDLOCK_PATHS);
	for (size_t i = 0; i < first.path_count; i++)
		PROPERTY(first.paths[i].path[0] == '/' && first.paths[i].rights != 0);
	buf_init_arena(&out, arena, 64);
	landlock_text_print(&first, &out);
	PROPERTY(landlock_text_read(arena, buf_str(&out), &second, &err) == 0);
	PROPERTY(same(&first, &second));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	if (!ARENA_LIMIT_REACHED(&arena))
		judge(&arena, (struct str){(const char *)data, size});
	arena_release(&arena);
	return 0;
}
