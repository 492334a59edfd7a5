/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/trust.h"
#include "unit.h"

enum { WITNESSES = 6 };

static struct arena arena;
static struct note_signer log_signer, witnesses[WITNESSES];

static struct str vkey(const struct note_signer *signer)
{
	struct buf out;
	buf_init_arena(&out, &arena, 256);
	note_key_print(&signer->key, &out);
	return buf_str(&out);
}

static void setup(void)
{
	struct error err = {0};
	char seed[33] = "0123456789abcdef0123456789abcdef";
	arena_init(&arena, 16 << 20);
	ck_assert_int_eq(note_signer_new(&arena, STR("example.com/log"), NOTE_ED25519,
				 (struct str){seed, 32}, &log_signer, &err),
		0);
	for (int i = 0; i < WITNESSES; i++) {
		seed[0] = (char)('a' + i);
		struct str name = str_format(&arena, "w%d.example", i + 1);
		ck_assert_int_eq(note_signer_new(&arena, name, NOTE_ED25519_COSIGNATURE,
					 (struct str){seed, 32}, &witnesses[i], &err),
			0);
	}
}

/* A policy text in which $L is the log's key and $1 to $6 are those of witnesses. */
static struct str with_keys(const char *text)
{
	struct buf out;
	buf_init_arena(&out, &arena, 4096);
	for (; *text; text++) {
		if (*text != '$')
			buf_put_char(&out, *text);
		else if (*++text == 'L')
			buf_put(&out, vkey(&log_signer));
		else
			buf_put(&out, vkey(&witnesses[*text - '1']));
	}
	return buf_str(&out);
}

static int parse(const char *text, struct trust_policy *policy, struct error *err)
{
	*err = (struct error){0};
	return trust_policy_parse(&arena, with_keys(text), policy, err);
}

#define SIX \
	"log $L\nwitness X1 $1\nwitness X2 $2\nwitness X3 $3\n" \
	"witness Y1 $4\nwitness Y2 $5\nwitness Y3 $6\n"

START_TEST(a_quorum_is_reached_by_those_sets_of_witnesses_that_its_definition_says)
{
	static const struct {
		const char *text;
		uint64_t enough[3], too_few[4];
	} cases[] = {
		/* the example of the specification */
		{SIX "group X 2 X1 X2 X3\ngroup Y any Y1 Y2 Y3\ngroup both all X Y\nquorum both\n",
			{013, 033, 077}, {0, 011, 007, 071}},
		{SIX "quorum none\n", {0, 1, 077}, {64, 64, 64, 64}},
		{SIX "quorum Y1\n", {010, 011, 077}, {0, 001, 067, 007}},
		{SIX "group g all X1 X2 X3 Y1 Y2 Y3\nquorum g\n", {077, 077, 077},
			{076, 037, 0, 067}},
		{SIX "group g 1 X1\ngroup h any g Y1\nquorum h\n", {001, 010, 011}, {0, 2, 060, 4}},
		{" \t#x\n\n\tlog\t$L\thttps://l.example/ \n witness a $1 https://w.example\nquorum "
		 "a\n",
			{1, 1, 3}, {0, 2, 4, 6}},
	};
	struct trust_policy *policy;
	struct error err;
	setup();
	policy = ARENA_NEW(&arena, struct trust_policy);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_msg(parse(cases[i].text, policy, &err) == 0, "%s", err.message);
		for (size_t j = 0; j < 3; j++)
			ck_assert(trust_is_quorum(policy, cases[i].enough[j]));
		for (size_t j = 0; j < 4; j++)
			if (cases[i].too_few[j] != 64 || policy->quorum != TRUST_NONE)
				ck_assert(!trust_is_quorum(policy, cases[i].too_few[j]));
	}
}
END_TEST

START_TEST(a_policy_that_breaks_a_rule_is_refused_and_the_line_is_named)
{
	static const struct {
		const char *text;
		uint32_t line;
		const char *words;
	} cases[] = {
		{"", 0, "no quorum"},
		{"log $L\n", 0, "no quorum"},
		{"quorum none", 0, "may have been cut"},
		{"quorum none\r\n", 0, "control character 0x0d"},
		{"quorum none\nquorum none\n", 2, "there is a quorum already"},
		{"quorum a\nwitness a $1\n", 1, "not defined on a line before"},
		{"quorum\n", 1, "not defined"},
		{"quorum none none\n", 1, "one word too many"},
		{"log $1\nquorum none\n", 1, "not one of a log"},
		{"log $L\nlog $L\nquorum none\n", 2, "is there twice"},
		{"log $L u v\nquorum none\n", 1, "one word too many"},
		{"log nonsense\nquorum none\n", 1, "not of the form"},
		{"witness a $L\nquorum none\n", 1, "not one of a witness"},
		{"witness none $1\nquorum none\n", 1, "the name 'none' is taken"},
		{"witness a $1\nwitness a $2\nquorum a\n", 2, "the name 'a' is taken"},
		{"witness a $1\nwitness b $1\nquorum a\n", 2, "is there twice"},
		{"witness a $1\ngroup a any a\nquorum a\n", 2, "the name 'a' is taken"},
		{"group g any\nquorum g\n", 1, "no members"},
		{"witness a $1\ngroup g 0 a\nquorum g\n", 2, "not all, any"},
		{"witness a $1\ngroup g 2 a\nquorum g\n", 2, "not all, any"},
		{"witness a $1\ngroup g -1 a\nquorum g\n", 2, "not all, any"},
		{"witness a $1\ngroup g 4294967297 a\nquorum g\n", 2, "not all, any"},
		{"witness a $1\ngroup g any g\nquorum g\n", 2, "not defined on a line before"},
		{"witness a $1\ngroup g any none\nquorum g\n", 2, "not defined on a line before"},
		{"witness a $1\ngroup g any a a\nquorum g\n", 2, "a member already"},
		{"witness a $1\ngroup g any a\ngroup h any a\nquorum g\n", 3, "a member already"},
		{"Log $L\nquorum none\n", 1, "begins with log, witness"},
	};
	struct error err;
	setup();
	struct trust_policy *policy = ARENA_NEW(&arena, struct trust_policy);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_msg(parse(cases[i].text, policy, &err) < 0, "case %zu", i);
		ck_assert_msg(strstr(err.message, cases[i].words), "case %zu: %s", i, err.message);
		ck_assert_uint_eq(err.origin.line, cases[i].line);
	}
}
END_TEST

START_TEST(a_policy_has_room_for_what_the_specification_asks_and_no_more)
{
	struct error err;
	struct buf text;
	char seed[33] = "0123456789abcdef0123456789abcdeX";
	setup();
	struct trust_policy *policy = ARENA_NEW(&arena, struct trust_policy);
	buf_init_arena(&text, &arena, 1 << 16);
	for (int i = 0; i < TRUST_WITNESSES + 1; i++) {
		struct note_signer signer;
		err = (struct error){0};
		seed[31] = (char)i;
		ck_assert_int_eq(note_signer_new(&arena, STR("w"), NOTE_ED25519_COSIGNATURE,
					 (struct str){seed, 32}, &signer, &err),
			0);
		struct str line = str_format(&arena, "witness n%d %.*s\ngroup g%d all n%d\n", i,
			STR_ARGS(vkey(&signer)), i, i);
		buf_put(&text, line);
		struct str whole =
			str_format(&arena, "%.*squorum g%d\n", (int)text.len, text.data, i);
		int result = trust_policy_parse(&arena, whole, policy, &err);
		ck_assert_int_eq(result, i < TRUST_WITNESSES ? 0 : -1);
		if (result == 0)
			ck_assert(trust_is_quorum(policy, (uint64_t)1 << i));
	}
	ck_assert_ptr_nonnull(strstr(err.message, "at most 64 witnesses"));
}
END_TEST

START_TEST(cosignatures_count_when_they_verify_and_a_false_one_spoils_the_note)
{
	struct error err = {0};
	struct buf text;
	struct trust_verdict verdict;
	setup();
	struct trust_policy *policy = ARENA_NEW(&arena, struct trust_policy);
	struct note *note = ARENA_NEW(&arena, struct note);
	struct str body = STR("example.com/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
	ck_assert_int_eq(parse(SIX "group X 2 X1 X2 X3\nquorum X\n", policy, &err), 0);
	buf_init_arena(&text, &arena, 2048);
	buf_put(&text, body);
	buf_put_char(&text, '\n');
	ck_assert_int_eq(note_sign(&arena, &log_signer, body, 0, &text, &err), 0);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(note_parse(&arena, buf_str(&text), note, &err), 0);
		ck_assert_int_eq(trust_check(&arena, policy, note, &verdict, &err), i >= 2);
		ck_assert_uint_eq(verdict.witnesses, (1u << i) - 1);
		ck_assert_int_eq(
			note_sign(&arena, &witnesses[i], body, 1000 + (uint64_t)i, &text, &err), 0);
	}
	ck_assert_uint_eq(verdict.times_s[1], 1001);
	ck_assert_ptr_nonnull(trust_log_key(policy, STR("example.com/log"), note));
	ck_assert_ptr_null(trust_log_key(policy, STR("example.com/other"), note));
	/* The same signature under another text. */
	text.data[body.len - 3] ^= 1;
	ck_assert_int_eq(note_parse(&arena, buf_str(&text), note, &err), 0);
	ck_assert_int_eq(trust_check(&arena, policy, note, &verdict, &err), -1);
}
END_TEST

UNIT_TESTS("trust", a_quorum_is_reached_by_those_sets_of_witnesses_that_its_definition_says,
	a_policy_that_breaks_a_rule_is_refused_and_the_line_is_named,
	a_policy_has_room_for_what_the_specification_asks_and_no_more,
	cosignatures_count_when_they_verify_and_a_false_one_spoils_the_note)
