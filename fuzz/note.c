/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "fuzz.h"
#include "ledger/checkpoint.h"

/* A note that is read is its text, an empty line, and lines that say what was read. */
static void check_note(struct arena *arena, struct str text, const struct note *note)
{
	struct buf again;
	buf_init_arena(&again, arena, text.len + 64);
	buf_put(&again, note->text);
	for (size_t i = 0; i < note->count; i++) {
		const struct note_signature *signature = &note->signatures[i];
		struct buf blob;
		buf_init_arena(&blob, arena, signature->bytes.len + 8);
		for (int shift = 24; shift >= 0; shift -= 8)
			buf_put_char(&blob, (char)(signature->id >> shift));
		buf_put(&blob, signature->bytes);
		if (i == 0)
			buf_put_char(&again, '\n');
		buf_puts(&again, "\xE2\x80\x94 ");
		buf_put(&again, signature->name);
		buf_put_char(&again, ' ');
		base64_put(&again, buf_str(&blob));
		buf_put_char(&again, '\n');
	}
	PROPERTY(str_equal(buf_str(&again), text));
}

/* Signed notes, checkpoint bodies and keys: what is accepted has one text only. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	arena_init(&arena, 1 << 24);
	struct str text = {(const char *)data, size};
	struct error err = {0};
	struct note *note = ARENA_NEW(&arena, struct note);
	if (note_parse(&arena, text, note, &err) == 0)
		check_note(&arena, text, note);
	struct checkpoint checkpoint, again;
	err = (struct error){0};
	if (checkpoint_parse(text, &checkpoint, &err) == 0) {
		struct buf out;
		buf_init_arena(&out, &arena, 128);
		checkpoint_print(&checkpoint, &out);
		PROPERTY(checkpoint_parse(buf_str(&out), &again, &err) == 0);
		PROPERTY(again.size == checkpoint.size &&
			 str_equal(again.origin, checkpoint.origin));
		PROPERTY(ledger_hash_equal(&again.root, &checkpoint.root));
	}
	struct note_key key;
	err = (struct error){0};
	if (note_key_parse(&arena, text, &key, &err) == 0) {
		struct buf out;
		buf_init_arena(&out, &arena, 128);
		note_key_print(&key, &out);
		PROPERTY(out.len == text.len);
	}
	arena_release(&arena);
	return 0;
}
