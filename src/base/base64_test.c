/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "unit.h"

START_TEST(the_vectors_of_rfc_4648_pass_both_ways)
{
	static const struct {
		struct str bytes, text;
	} cases[] = {
		{STR_INIT(""), STR_INIT("")},
		{STR_INIT("f"), STR_INIT("Zg==")},
		{STR_INIT("fo"), STR_INIT("Zm8=")},
		{STR_INIT("foo"), STR_INIT("Zm9v")},
		{STR_INIT("foob"), STR_INIT("Zm9vYg==")},
		{STR_INIT("fooba"), STR_INIT("Zm9vYmE=")},
		{STR_INIT("foobar"), STR_INIT("Zm9vYmFy")},
		{STR_INIT("\xFF\xFE\xFD\0"), STR_INIT("//79AA==")},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char memory[32], bytes[32];
		struct buf out;
		buf_init_fixed(&out, memory, sizeof(memory));
		base64_put(&out, cases[i].bytes);
		ASSERT_STR(buf_str(&out), cases[i].text);
		size_t len;
		ck_assert(base64_decode(cases[i].text, bytes, &len));
		ASSERT_STR(((struct str){bytes, len}), cases[i].bytes);
	}
}
END_TEST

START_TEST(only_the_one_canonical_text_is_read)
{
	static const char *const bad[] = {
		"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n", "Zm-_", "====", "="};
	char bytes[32];
	size_t len;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!base64_decode(str_from(bad[i]), bytes, &len), "read '%s'", bad[i]);
}
END_TEST

UNIT_TESTS("base64", the_vectors_of_rfc_4648_pass_both_ways, only_the_one_canonical_text_is_read)
