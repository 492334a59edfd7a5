/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/bytes.h"
#include "unit.h"

START_TEST(sizes_are_read_as_engines_write_them)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} cases[] = {
		{"0", 0},
		{"1048576", 1048576},
		{"-1", -1},
		{"7b", 7},
		{"1k", 1024},
		{"1K", 1024},
		{"64m", 64 << 20},
		{"64mb", 64 << 20},
		{"64MB", 64 << 20},
		{"64MiB", 64 << 20},
		{"64Mi", 64 << 20},
		{"2g", 2LL << 30},
		{"1t", 1LL << 40},
		{"8388607t", 8388607LL << 40},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t bytes = -2;
		ck_assert_msg(bytes_parse(cases[i].text, &bytes), "%s", cases[i].text);
		ck_assert_msg(bytes == cases[i].bytes, "%s: %lld", cases[i].text, (long long)bytes);
	}
}
END_TEST

START_TEST(all_else_is_no_size)
{
	static const char *const bad[] = {"", "-", "m", "-2", "-1m", "1x", "1mm", "1bb", "1bi",
		"1 m", " 1", "+1", "0x10", "1.5g", "9223372036854775808", "8388608t", "1ib", "1i"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t bytes;
		ck_assert_msg(!bytes_parse(bad[i], &bytes), "%s", bad[i]);
	}
}
END_TEST

UNIT_TESTS("bytes", sizes_are_read_as_engines_write_them, all_else_is_no_size)
