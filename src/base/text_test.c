/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/text.h"
#include "unit.h"

START_TEST(hostile_text_is_made_visible)
{
	static const struct {
		struct str text, escaped;
	} cases[] = {
		{STR_INIT("plain é 漢 😀"), STR_INIT("plain é 漢 😀")},
		{STR_INIT("\x1b[31mred"), STR_INIT("\\x1b[31mred")},
		{STR_INIT("a\nb\tc\rd"), STR_INIT("a\\nb\\tc\\x0dd")},
		{STR_INIT("\xE2\x80\xAE"
			  "evil"),
			STR_INIT("\\u{202e}evil")},
		{STR_INIT("\xC2\x9B"
			  "31m"),
			STR_INIT("\\u{9b}31m")},
		{STR_INIT("\xFF\xC0\xAF"), STR_INIT("\\xff\\xc0\\xaf")},
		{STR_INIT("nul\0end"), STR_INIT("nul\\x00end")},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char memory[128];
		struct buf buf;
		buf_init_fixed(&buf, memory, sizeof(memory));
		buf_put_escaped(&buf, cases[i].text);
		ASSERT_STR(buf_str(&buf), cases[i].escaped);
	}
}
END_TEST

START_TEST(a_fixed_buffer_cuts_and_says_so)
{
	char memory[8];
	struct buf buf;
	buf_init_fixed(&buf, memory, sizeof(memory));
	buf_puts(&buf, "12345678");
	ck_assert(!buf.truncated);
	buf_put_char(&buf, '9');
	ck_assert(buf.truncated);
	ASSERT_STR(buf_str(&buf), STR("12345678"));
}
END_TEST

START_TEST(an_arena_buffer_grows)
{
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct buf buf;
	buf_init_arena(&buf, &arena, 3);
	for (int i = 0; i < 1000; i++)
		buf_printf(&buf, "%d,", i);
	ASSERT_STR(str_slice(buf_str(&buf), 0, 6), STR("0,1,2,"));
	ASSERT_STR(str_slice(buf_str(&buf), buf.len - 4, buf.len), STR("999,"));
	arena_release(&arena);
}
END_TEST

START_TEST(numbers_are_written_in_full)
{
	char memory[64];
	struct buf buf;
	buf_init_fixed(&buf, memory, sizeof(memory));
	buf_put_int(&buf, INT64_MIN);
	buf_put_char(&buf, ' ');
	buf_put_uint(&buf, UINT64_MAX);
	ASSERT_STR(buf_str(&buf), STR("-9223372036854775808 18446744073709551615"));
}
END_TEST

START_TEST(distance_counts_edits_up_to_the_limit)
{
	ck_assert_uint_eq(str_distance(STR("hostNetwork"), STR("hostNetwrok"), 3), 1);
	ck_assert_uint_eq(str_distance(STR("privileged"), STR("priviledged"), 3), 1);
	ck_assert_uint_eq(str_distance(STR("abc"), STR("xyz"), 2), 3);
	ck_assert_uint_eq(str_distance(STR(""), STR("ab"), 2), 2);
}
END_TEST

START_TEST(slices_are_clamped_and_parts_are_cut)
{
	ASSERT_STR(str_slice(STR("hello"), 1, 3), STR("el"));
	ASSERT_STR(str_slice(STR("hello"), 4, 99), STR("o"));
	ASSERT_STR(str_slice(STR("hello"), 9, 2), STR(""));
	ASSERT_STR(str_trim(STR(" \t x y\n")), STR("x y"));
	ck_assert_uint_eq(str_find(STR("banana"), STR("an"), 2), 3);
	struct str rest = STR("a,,b"), part;
	ck_assert(str_next_part(&rest, ',', &part));
	ASSERT_STR(part, STR("a"));
	ck_assert(str_next_part(&rest, ',', &part));
	ASSERT_STR(part, STR(""));
	ck_assert(str_next_part(&rest, ',', &part));
	ASSERT_STR(part, STR("b"));
	ck_assert(!str_next_part(&rest, ',', &part));
}
END_TEST

UNIT_TESTS("text", hostile_text_is_made_visible, a_fixed_buffer_cuts_and_says_so,
	an_arena_buffer_grows, numbers_are_written_in_full, distance_counts_edits_up_to_the_limit,
	slices_are_clamped_and_parts_are_cut)
