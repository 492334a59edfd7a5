/* SPDX-License-Identifier: Apache-2.0 */
#include "age/age.h"

#include "age/bech32.h"
#include "unit.h"

static const char recipient[] = "age1hh6h2d47fzu4vvh0a3fzwu9jxz8crpm3n9j9756vs2mty3yw7c0qw5rdpp";

START_TEST(a_recipient_is_read_and_any_other_character_in_it_is_noticed)
{
	static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l1bioA ";
	struct age_recipients recipients = {.count = 0};
	struct error err = {0};
	ck_assert_int_eq(age_add_recipient(&recipients, str_from(recipient), &err), 0);
	ck_assert_uint_eq(recipients.count, 1);
	ck_assert_uint_eq(recipients.items[0].public_key[0], 0xbd);
	for (size_t at = 0; at < sizeof(recipient) - 1; at++)
		for (size_t i = 0; i < sizeof(alphabet) - 1; i++) {
			char text[sizeof(recipient)];
			unsigned char key[32];
			memcpy(text, recipient, sizeof(text));
			if (text[at] == alphabet[i])
				continue;
			text[at] = alphabet[i];
			if (bech32_decode(str_from(text), STR("age"), key, sizeof(key)))
				ck_abort_msg("%s", text);
		}
}
END_TEST

START_TEST(what_is_no_recipient_is_refused_and_a_secret_is_not_repeated)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"", "no X25519 recipient"},
		{"age1", "no X25519 recipient"},
		{"ssh-ed25519 AAAA", "no X25519 recipient"},
		{"AGE1HH6H2D47FZU4VVH0A3FZWU9JXZ8CRPM3N9J9756VS2MTY3YW7C0QW5RDPP",
			"no X25519 recipient"},
		{"AGE-SECRET-KEY-1SECRET", "a secret key"},
		{"age-secret-key-1SECRET", "a secret key"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct age_recipients recipients = {.count = 0};
		struct error err = {0};
		ck_assert_int_eq(age_add_recipient(&recipients, str_from(rows[i].text), &err), -1);
		ck_assert_msg(strstr(err.message, rows[i].words), "%s", err.message);
		ck_assert_ptr_null(strstr(err.message, "SECRET"));
	}
}
END_TEST

START_TEST(a_file_of_recipients_may_have_comments_and_names_the_line_that_is_wrong)
{
	struct age_recipients recipients = {.count = 0};
	struct error err = {0};
	char text[512];
	int len = snprintf(text, sizeof(text), "# auditors\n\n%s\r\n  %s\n", recipient, recipient);
	ck_assert_int_eq(age_add_recipients(&recipients, (struct str){text, (size_t)len}, &err), 0);
	ck_assert_uint_eq(recipients.count, 2);
	ck_assert_int_eq(age_add_recipients(&recipients, STR("#\nage2\n"), &err), -1);
	ck_assert_uint_eq(err.origin.line, 2);
	recipients.count = AGE_MOST_RECIPIENTS;
	err = (struct error){0};
	ck_assert_int_eq(age_add_recipient(&recipients, str_from(recipient), &err), -1);
	ck_assert_int_eq(err.kind, ERROR_LIMIT);
}
END_TEST

START_TEST(a_header_has_a_stanza_for_each_recipient_and_equal_input_gives_equal_bytes)
{
	static unsigned char random[AGE_RANDOM_BYTES] = {1, 2, 3};
	static char first[4096], second[4096];
	struct age_recipients recipients = {.count = 0};
	struct age_stream stream;
	struct error err = {0};
	struct buf one, two;
	buf_init_fixed(&one, first, sizeof(first));
	buf_init_fixed(&two, second, sizeof(second));
	random[40] = random[80] = 7;
	ck_assert_int_eq(age_add_recipient(&recipients, str_from(recipient), &err), 0);
	ck_assert_int_eq(age_add_recipient(&recipients, str_from(recipient), &err), 0);
	ck_assert_int_eq(age_begin(&recipients, random, &one, &stream, &err), 0);
	ck_assert_int_eq(age_begin(&recipients, random, &two, &stream, &err), 0);
	ASSERT_STR(buf_str(&one), buf_str(&two));
	struct str rest = buf_str(&one), line;
	static const size_t lengths[] = {21, 53, 43, 53, 43, 47};
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		ck_assert(str_next_part(&rest, '\n', &line));
		ck_assert_uint_eq(line.len, lengths[i]);
	}
	ck_assert_uint_eq(rest.len, 16);
}
END_TEST

START_TEST(a_point_that_would_make_the_key_known_is_refused)
{
	static unsigned char random[AGE_RANDOM_BYTES] = {1, 2, 3};
	struct age_recipients recipients = {.count = 1};
	struct age_stream stream;
	struct error err = {0};
	char memory[4096];
	struct buf out;
	buf_init_fixed(&out, memory, sizeof(memory));
	ck_assert_int_eq(age_begin(&recipients, random, &out, &stream, &err), -1);
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(chunks_differ_by_their_number_and_by_being_the_last)
{
	struct age_stream stream = {.counter = 0};
	char sealed[3][4 + AGE_TAG_BYTES];
	struct error err = {0};
	ck_assert_int_eq(age_seal(&stream, STR("same"), false, sealed[0], &err), 0);
	ck_assert_int_eq(age_seal(&stream, STR("same"), false, sealed[1], &err), 0);
	stream.counter = 1;
	ck_assert_int_eq(age_seal(&stream, STR("same"), true, sealed[2], &err), 0);
	ck_assert(memcmp(sealed[0], sealed[1], sizeof(sealed[0])) != 0);
	ck_assert(memcmp(sealed[1], sealed[2], sizeof(sealed[0])) != 0);
}
END_TEST

UNIT_TESTS("age", a_recipient_is_read_and_any_other_character_in_it_is_noticed,
	what_is_no_recipient_is_refused_and_a_secret_is_not_repeated,
	a_file_of_recipients_may_have_comments_and_names_the_line_that_is_wrong,
	a_header_has_a_stanza_for_each_recipient_and_equal_input_gives_equal_bytes,
	a_point_that_would_make_the_key_known_is_refused,
	chunks_differ_by_their_number_and_by_being_the_last)
