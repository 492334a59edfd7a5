/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/proof.h"
#include "fuzz.h"

/* A proof file that is read prints to the same bytes, and no proof verifies under a made-up key. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	arena_init(&arena, 1 << 24);
	struct str text = {(const char *)data, size};
	struct error err = {0};
	struct proof_file proof;
	if (proof_parse(&arena, text, &proof, &err) == 0) {
		struct buf out;
		buf_init_arena(&out, &arena, size + 16);
		proof_print(&proof, &out);
		bool has_empty_extra = proof.extra.len == 0 && out.len < size;
		PROPERTY(has_empty_extra || str_equal(buf_str(&out), text));
		struct note_signer signer;
		struct checkpoint checkpoint;
		struct note *note = ARENA_NEW(&arena, struct note);
		PROPERTY(note_signer_new(&arena, STR("nobody"), NOTE_ED25519,
				 STR("a seed that no corpus ever signed."), &signer, &err) < 0);
		err = (struct error){0};
		PROPERTY(note_signer_new(&arena, STR("nobody"), NOTE_ED25519,
				 STR("a seed that no corpus signed. 32"), &signer, &err) == 0);
		PROPERTY(proof_verify(&arena, &proof, STR("entry"), STR("nobody"), &signer.key,
				 &checkpoint, note, &err) < 0);
	}
	arena_release(&arena);
	return 0;
}
