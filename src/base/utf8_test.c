/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "unit.h"

START_TEST(every_code_point_survives_encoding)
{
	for (uint32_t rune = 0; rune <= 0x10FFFF; rune++) {
		if (rune == 0xD800)
			rune = 0xE000;
		char bytes[4];
		struct str s = {bytes, utf8_encode(rune, bytes)};
		size_t at = 0;
		if (utf8_next(s, &at) != rune || at != s.len || utf8_previous(s, &at) != rune ||
			at != 0)
			ck_abort_msg("U+%04X was lost", rune);
	}
}
END_TEST

START_TEST(invalid_sequences_are_found)
{
	static const struct {
		struct str text;
		size_t invalid;
	} cases[] = {
		{STR_INIT("plain ascii that is long enough"), SIZE_MAX},
		{STR_INIT("é漢😀"), SIZE_MAX},
		{STR_INIT("abc\x80"), 3},
		{STR_INIT("\xC0\x80"), 0},
		{STR_INIT("\xE0\x80\x80"), 0},
		{STR_INIT("\xED\xA0\x80"), 0},
		{STR_INIT("\xF4\x90\x80\x80"), 0},
		{STR_INIT("ab\xE6\xBC"), 2},
		{STR_INIT("0123456789abcdef\xFF"), 16},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_uint_eq(utf8_find_invalid(cases[i].text), cases[i].invalid);
}
END_TEST

START_TEST(code_points_are_counted)
{
	ck_assert_uint_eq(utf8_count(STR("é漢😀a")), 4);
	ck_assert(utf8_is_ascii(STR("abcdefgh1")));
	ck_assert(!utf8_is_ascii(STR("abcdefghé")));
}
END_TEST

UNIT_TESTS("utf8", every_code_point_survives_encoding, invalid_sequences_are_found,
	code_points_are_counted)
