/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "ledger/redact.h"
#include "unit.h"

#include <time.h>

START_TEST(secrets_are_replaced_and_the_rest_stays)
{
	static const struct {
		struct str text, redacted;
	} cases[] = {
		{STR_INIT("spec.containers[0].image is not pinned"),
			STR_INIT("spec.containers[0].image is not pinned")},
		{STR_INIT("DB_PASSWORD=hunter22 in env"),
			STR_INIT("DB_PASSWORD=[redacted:assigned] in env")},
		{STR_INIT("apiToken: \"abc.def\", x"),
			STR_INIT("apiToken: \"[redacted:assigned]\", x")},
		{STR_INIT("the secret is mounted"), STR_INIT("the secret is mounted")},
		{STR_INIT("automountServiceAccountToken is true"),
			STR_INIT("automountServiceAccountToken is true")},
		{STR_INIT("postgres://app:s3cret@db:5432/x"),
			STR_INIT("postgres://app:[redacted:url-password]@db:5432/x")},
		{STR_INIT("https://host:8080/path@x"), STR_INIT("https://host:8080/path@x")},
		{STR_INIT("key AKIAABCDEFGHIJKLMNOP!"), STR_INIT("key [redacted:issued-token]!")},
		{STR_INIT("AKIA short"), STR_INIT("AKIA short")},
		{STR_INIT("jwt eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl end"),
			STR_INIT("jwt [redacted:web-token] end")},
		{STR_INIT("a -----BEGIN EC PRIVATE KEY-----\nMII\n-----END EC PRIVATE KEY----- b"),
			STR_INIT("a [redacted:private-key] b")},
		{STR_INIT("-----BEGIN CERTIFICATE-----\nMII"),
			STR_INIT("-----BEGIN CERTIFICATE-----\nMII")},
		{STR_INIT("Authorization: Bearer abcdef123"),
			STR_INIT("Authorization: Bearer [redacted:assigned]")},
		{STR_INIT(""), STR_INIT("")},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char memory[256];
		struct buf out;
		buf_init_fixed(&out, memory, sizeof(memory));
		redact_put(&out, cases[i].text);
		ASSERT_STR(buf_str(&out), cases[i].redacted);
	}
}
END_TEST

START_TEST(redaction_is_linear_in_hostile_text)
{
	static const char *const units[] = {
		"-----BEGIN ", "://a:", "eyJa.", "password", "AKIA", "token=", "bearer "};
	struct arena arena;
	arena_init(&arena, 64 << 20);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct buf text, out;
		buf_init_arena(&text, &arena, 1 << 20);
		buf_init_arena(&out, &arena, 1 << 20);
		while (text.len < 1000000)
			buf_put(&text, str_from(units[i]));
		clock_t start = clock();
		redact_put(&out, buf_str(&text));
		ck_assert_msg(
			clock() - start < 5 * CLOCKS_PER_SEC, "'%s' takes too long", units[i]);
		arena_reset(&arena);
	}
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("redact", secrets_are_replaced_and_the_rest_stays, redaction_is_linear_in_hostile_text)
