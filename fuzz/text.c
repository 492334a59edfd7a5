/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "base/arena.h"
#include "fuzz.h"

static struct str escape(struct arena *arena, struct str text)
{
	struct buf buf;
	buf_init_arena(&buf, arena, 64);
	buf_put_escaped(&buf, text);
	return buf_str(&buf);
}

/* Escaped text holds no control character, and escaping it again changes nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	arena_init(&arena, 1 << 24);
	struct str once = escape(&arena, (struct str){(const char *)data, size});
	for (size_t i = 0; i < once.len; i++)
		PROPERTY((unsigned char)once.data[i] >= ' ' && once.data[i] != 0x7f);
	PROPERTY(str_equal(escape(&arena, once), once));
	arena_release(&arena);
	return 0;
}
