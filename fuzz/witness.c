/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/witness.h"
#include "fuzz.h"

#define SEED STR("a seed that no corpus signed. 32")

static struct trust_policy *make_policy(struct arena *arena, const struct note_signer *signer)
{
	struct trust_policy *policy = ARENA_NEW(arena, struct trust_policy);
	struct error err = {0};
	struct buf text;
	buf_init_arena(&text, arena, 256);
	buf_puts(&text, "log ");
	note_key_print(&signer->key, &text);
	buf_puts(&text, "\nquorum none\n");
	PROPERTY(trust_policy_parse(arena, buf_str(&text), policy, &err) == 0);
	return policy;
}

static void check_request(struct arena *arena, struct str text)
{
	struct witness_request request;
	struct error err = {0};
	struct buf out;
	if (witness_request_parse(text, &request, &err) < 0)
		return;
	buf_init_arena(&out, arena, text.len + 16);
	witness_request_print(&request, &out);
	PROPERTY(str_equal(buf_str(&out), text));
}

static void check_state(struct arena *arena, struct str text)
{
	struct witness_state *state = ARENA_NEW(arena, struct witness_state);
	struct error err = {0};
	struct buf out;
	if (witness_state_parse(text, state, &err) < 0)
		return;
	buf_init_arena(&out, arena, text.len + 16);
	witness_state_print(state, &out);
	PROPERTY(str_equal(buf_str(&out), text));
}

/* The input as a body, and its second half as a checkpoint that is really signed. */
static void check_judgement(struct arena *arena, struct str text)
{
	struct note_signer signer;
	struct error err = {0};
	PROPERTY(note_signer_new(arena, STR("log"), NOTE_ED25519, SEED, &signer, &err) == 0);
	struct trust_policy *policy = make_policy(arena, &signer);
	struct witness_state *state = ARENA_NEW(arena, struct witness_state);
	struct witness_memory *memory = witness_state_of(state, STR("log"));
	struct note *note = ARENA_NEW(arena, struct note);
	struct checkpoint checkpoint = {.origin = STR("log"), .size = 7};
	struct buf body;
	memory->size = 3;
	PROPERTY(witness_judge(arena, policy, text, state, &memory, &checkpoint, note, &err) !=
		 WITNESS_OK);
	checkpoint = (struct checkpoint){.origin = STR("log"), .size = 7};
	buf_init_arena(&body, arena, text.len + 512);
	buf_put(&body, text);
	buf_put_char(&body, '\n');
	err = (struct error){0};
	PROPERTY(checkpoint_sign(arena, &checkpoint, &signer, &body, &err) == 0);
	PROPERTY(witness_judge(arena, policy, buf_str(&body), state, &memory, &checkpoint, note,
			 &err) != WITNESS_OK);
}

/* Requests and states have one text only, and nobody makes a witness sign without a proof. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct str text = {(const char *)data, size};
	arena_init(&arena, 1 << 24);
	check_request(&arena, text);
	check_state(&arena, text);
	check_judgement(&arena, text);
	arena_release(&arena);
	return 0;
}
