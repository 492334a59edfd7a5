/* SPDX-License-Identifier: Apache-2.0 */
#include "base/embed.h"
#include "unit.h"

extern const struct embedded embedded_sample; /* src/base/embed_test, made by tools/embed */

START_TEST(files_are_listed_in_byte_order_without_the_excluded)
{
	const char *expected[] = {"b.txt", "empty", "folder/bytes.bin"};
	ck_assert_uint_eq(embedded_sample.count, 3);
	for (size_t i = 0; i < embedded_sample.count; i++)
		ASSERT_STR(embedded_sample.files[i].path, str_from(expected[i]));
}
END_TEST

START_TEST(every_byte_survives)
{
	const struct embedded_file *file = embedded_find(&embedded_sample, STR("folder/bytes.bin"));
	ck_assert_ptr_nonnull(file);
	ASSERT_STR(file->content, STR("nul \0 quote \" high \377"));
	ck_assert_int_eq(file->content.data[file->content.len], 0);
	ck_assert_uint_eq(embedded_find(&embedded_sample, STR("empty"))->content.len, 0);
}
END_TEST

START_TEST(an_unknown_path_is_not_found)
{
	const char *unknown[] = {"", "a.skip", "b.tx", "b.txt2", "folder", "zzz"};
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		ck_assert_ptr_null(embedded_find(&embedded_sample, str_from(unknown[i])));
	struct embedded nothing = {NULL, 0};
	ck_assert_ptr_null(embedded_find(&nothing, STR("b.txt")));
}
END_TEST

UNIT_TESTS("embed", files_are_listed_in_byte_order_without_the_excluded, every_byte_survives,
	an_unknown_path_is_not_found)
