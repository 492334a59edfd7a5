/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/producers.h"

#include "base/arena.h"
#include "base/number.h"
#include "fuzz.h"

/* The log's own key has signed whatever the input says. */
static bool sign(
	struct arena *arena, const struct note_signer *signer, struct str body, struct buf *out)
{
	struct error err = {0};
	buf_put(out, body);
	buf_puts(out, "\n");
	return note_sign(arena, signer, body, 0, out, &err) == 0;
}

/* A table that is accepted prints to the very note it was read from; without the signature it is
 * refused. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct producers producers;
	struct arena arena;
	struct note_signer signer;
	struct error err = {0};
	struct buf note, again;
	struct str body = {(const char *)data, size};
	arena_init(&arena, 1 << 26);
	buf_init_arena(&note, &arena, size + 256);
	buf_init_arena(&again, &arena, size + 256);
	PROPERTY(note_signer_new(&arena, STR("log"), NOTE_ED25519,
			 STR("a seed that no corpus signed. 32"), &signer, &err) == 0);
	PROPERTY(producers_parse(body, 0, &signer.key, &arena, &producers, &err) < 0);
	err = (struct error){0};
	if (sign(&arena, &signer, body, &note) &&
		producers_parse(buf_str(&note), 0, &signer.key, &arena, &producers, &err) == 0) {
		uint64_t written;
		struct str rest = body, line;
		PROPERTY(str_next_part(&rest, '\n', &line) && str_next_part(&rest, '\n', &line));
		PROPERTY(number_parse_uint(str_slice(line, 5, line.len), 10, &written));
		PROPERTY(producers_print(&producers, written, &signer, &arena, &again, &err) == 0);
		PROPERTY(str_equal(buf_str(&again), buf_str(&note)));
	}
	arena_release(&arena);
	return 0;
}
