/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/witness.h"
#include "unit.h"

enum { LEAVES = 40 };

static struct arena arena;
static struct note_signer log_signer, other_signer;
static struct trust_policy *policy;
static struct ledger_hash leaves[LEAVES];

/* Perfect subtrees, computed anew each time. */
static int read_node(
	void *context, unsigned level, uint64_t index, struct ledger_hash *ret, struct error *err)
{
	(void)context;
	if (level == 0) {
		*ret = leaves[index];
		return 0;
	}
	struct ledger_hash left, right;
	read_node(NULL, level - 1, 2 * index, &left, err);
	read_node(NULL, level - 1, 2 * index + 1, &right, err);
	*ret = ledger_node_hash(&left, &right);
	return 0;
}

static const struct ledger_nodes nodes = {.node = read_node};

static void setup(void)
{
	struct error err = {0};
	struct buf text;
	arena_init(&arena, 16 << 20);
	ck_assert_int_eq(note_signer_new(&arena, STR("example.com/log"), NOTE_ED25519,
				 STR("0123456789abcdef0123456789abcdef"), &log_signer, &err),
		0);
	ck_assert_int_eq(note_signer_new(&arena, STR("example.com/log"), NOTE_ED25519,
				 STR("another seed 0123456789abcdef012"), &other_signer, &err),
		0);
	buf_init_arena(&text, &arena, 512);
	buf_puts(&text, "log ");
	note_key_print(&log_signer.key, &text);
	buf_puts(&text, "\nquorum none\n");
	policy = ARENA_NEW(&arena, struct trust_policy);
	ck_assert_int_eq(trust_policy_parse(&arena, buf_str(&text), policy, &err), 0);
	for (int i = 0; i < LEAVES; i++)
		leaves[i] = ledger_leaf_hash(str_format(&arena, "entry %d", i));
}

static struct ledger_hash root_of(uint64_t size)
{
	struct ledger_hash root = ledger_empty_root();
	struct error err = {0};
	if (size > 0)
		ck_assert_int_eq(ledger_range_root(&nodes, 0, size, &root, &err), 0);
	return root;
}

/* A request from old to size; twist alters one thing. */
static struct str request_of(uint64_t old, uint64_t size, char twist)
{
	struct checkpoint checkpoint = {.origin = STR("example.com/log"), .size = size};
	struct witness_request request = {.old_size = old};
	struct buf note, body;
	struct error err = {0};
	if (twist == 'o')
		checkpoint.origin = STR("example.com/unknown");
	checkpoint.root = root_of(size);
	if (twist == 'r')
		checkpoint.root.bytes[5] ^= 1;
	if (old > 0 && old < size)
		ck_assert_int_eq(
			ledger_prove_consistency(&nodes, old, size, &request.path, &err), 0);
	if (twist == 'p')
		request.path.hashes[0].bytes[0] ^= 1;
	if (twist == 'l')
		request.path.count++;
	buf_init_arena(&note, &arena, 512);
	buf_init_arena(&body, &arena, 8192);
	ck_assert_int_eq(checkpoint_sign(&arena, &checkpoint,
				 twist == 'k' ? &other_signer : &log_signer, &note, &err),
		0);
	if (twist == 's')
		note.data[note.len - 20] = note.data[note.len - 20] == 'A' ? 'B' : 'A';
	request.checkpoint = buf_str(&note);
	witness_request_print(&request, &body);
	return buf_str(&body);
}

START_TEST(a_request_is_answered_with_the_status_that_the_specification_says)
{
	static const struct {
		uint64_t held, old, size;
		char twist;
		enum witness_status status;
	} cases[] = {
		{0, 0, 7, ' ', WITNESS_OK},
		{7, 7, 7, ' ', WITNESS_OK},
		{7, 7, 40, ' ', WITNESS_OK},
		{8, 8, 40, ' ', WITNESS_OK},
		{0, 0, 0, ' ', WITNESS_OK},
		{7, 9, 8, ' ', WITNESS_BAD_REQUEST},
		{7, 7, 40, 'k', WITNESS_FORBIDDEN},
		{7, 7, 40, 's', WITNESS_FORBIDDEN},
		{7, 7, 40, 'o', WITNESS_NOT_FOUND},
		{7, 0, 40, ' ', WITNESS_CONFLICT},
		{7, 8, 40, ' ', WITNESS_CONFLICT},
		{7, 6, 6, ' ', WITNESS_CONFLICT},
		{7, 7, 7, 'r', WITNESS_CONFLICT},
		{7, 7, 40, 'p', WITNESS_UNPROCESSABLE},
		{7, 7, 40, 'r', WITNESS_UNPROCESSABLE},
		{7, 7, 40, 'l', WITNESS_UNPROCESSABLE},
		{0, 0, 7, 'l', WITNESS_UNPROCESSABLE},
		{7, 7, 7, 'l', WITNESS_UNPROCESSABLE},
	};
	setup();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct witness_state state = {.count = 0};
		struct witness_memory *memory = witness_state_of(&state, STR("example.com/log"));
		struct checkpoint checkpoint;
		struct note *note = ARENA_NEW(&arena, struct note);
		struct error err = {0};
		memory->size = cases[i].held;
		memory->root = root_of(cases[i].held);
		enum witness_status status = witness_judge(&arena, policy,
			request_of(cases[i].old, cases[i].size, cases[i].twist), &state, &memory,
			&checkpoint, note, &err);
		ck_assert_msg(
			status == cases[i].status, "case %zu: %d, %s", i, (int)status, err.message);
		ck_assert_int_eq(status == WITNESS_OK, err.kind == ERROR_NONE);
	}
}
END_TEST

START_TEST(a_malformed_body_is_a_bad_request)
{
	static const char *const bodies[] = {"", "\n", "old\n\n", "old 0", "old 0\n", "old 00\n\n",
		"old -1\n\n", "old 18446744073709551616\n\n", "old 9223372036854775808\n\n",
		"new 0\n\nx\n", "old 0\nAAAA\n\nx\n", "old 0\n\n", "old 0\n\nx\n", "old  0\n\nx\n"};
	setup();
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct witness_state state = {.count = 0};
		struct witness_memory *memory;
		struct checkpoint checkpoint;
		struct note *note = ARENA_NEW(&arena, struct note);
		struct error err = {0};
		ck_assert_msg(witness_judge(&arena, policy, str_from(bodies[i]), &state, &memory,
				      &checkpoint, note, &err) == WITNESS_BAD_REQUEST,
			"body %zu", i);
		ck_assert_uint_eq(state.count, 0);
	}
}
END_TEST

START_TEST(a_proof_has_at_most_63_lines)
{
	struct witness_request request = {.checkpoint = STR("x\n")}, again;
	struct buf out;
	struct error err = {0};
	setup();
	for (request.path.count = 62; request.path.count <= 64; request.path.count++) {
		buf_init_arena(&out, &arena, 8192);
		witness_request_print(&request, &out);
		int result = witness_request_parse(buf_str(&out), &again, &err);
		ck_assert_int_eq(result, request.path.count <= WITNESS_PROOF_LINES ? 0 : -1);
	}
}
END_TEST

START_TEST(a_state_is_read_as_it_was_written_and_never_when_damaged)
{
	static const char *const damaged[] = {"1", "x\n", "1 AAAA log\n", "\n",
		"01 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= log\n",
		"1 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= \n",
		"1 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= log",
		"1 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= log\n"
		"2 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= log\n"};
	struct str text = STR("1 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= a log\n"
			      "0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= b\n");
	struct witness_state state;
	struct error err = {0};
	struct buf out;
	setup();
	ck_assert_int_eq(witness_state_parse(text, &state, &err), 0);
	ck_assert_uint_eq(state.count, 2);
	ASSERT_STR(state.logs[0].origin, STR("a log"));
	buf_init_arena(&out, &arena, 512);
	witness_state_print(&state, &out);
	ASSERT_STR(buf_str(&out), text);
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		err = (struct error){0};
		ck_assert_msg(witness_state_parse(str_from(damaged[i]), &state, &err) < 0,
			"state %zu", i);
	}
}
END_TEST

UNIT_TESTS("witness", a_request_is_answered_with_the_status_that_the_specification_says,
	a_malformed_body_is_a_bad_request, a_proof_has_at_most_63_lines,
	a_state_is_read_as_it_was_written_and_never_when_damaged)
