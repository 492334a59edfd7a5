/* SPDX-License-Identifier: Apache-2.0 */
#include "report/excerpt.h"

#include "report/columns.h"
#include "unit.h"

static char memory[16384];

static struct str show(const struct excerpt *excerpt)
{
	struct buf out;
	struct lines lines = {0};
	buf_init_fixed(&out, memory, sizeof(memory));
	excerpt_put(&out, excerpt, &lines);
	return buf_str(&out);
}

static const struct origin secrets[] = {{1, 4}, {2, 6}};

static const struct {
	struct excerpt excerpt;
	struct str expected;
} rows[] = {
	{{.file = STR_INIT("deploy.yaml"),
		 .text = STR_INIT("spec:\n  add: [SYS_ADMIN]\n"),
		 .origin = {2, 9},
		 .length = 9,
		 .before = true,
		 .unicode = true},
		STR_INIT(" --> deploy.yaml:2:9\n"
			 "  |\n"
			 "1 | spec:\n"
			 "2 |   add: [SYS_ADMIN]\n"
			 "  |         ^^^^^^^^^\n")},
	{{.text = STR_INIT("1\n2\n3\n4\n5\n6\n7\n8\nnine\nten"),
		 .origin = {10, 1},
		 .length = 3,
		 .label = STR_INIT("spec.x"),
		 .before = true},
		STR_INIT("   |\n"
			 "9  | nine\n"
			 "10 | ten\n"
			 "   | ^^^ spec.x\n")},
	/* A length behind the end of the line, a missing length, a column behind the line. */
	{{.text = STR_INIT("abc\ndef"), .origin = {1, 2}, .length = 100},
		STR_INIT("  |\n1 | abc\n  |  ^^\n")},
	{{.text = STR_INIT("abc"), .origin = {1, 3}}, STR_INIT("  |\n1 | abc\n  |   ^\n")},
	{{.text = STR_INIT("abc"), .origin = {1, 77}, .length = 5},
		STR_INIT("  |\n1 | abc\n  |    ^\n")},
	/* Tabs, wide and combining characters keep the caret in place. */
	{{.text = STR_INIT("\ta\tb: c"), .origin = {1, 4}, .length = 1},
		STR_INIT("  |\n1 |     a   b: c\n  |         ^\n")},
	{{.text = STR_INIT("\xe6\x97\xa5\xe6\x9c\xac: x"),
		 .origin = {1, 9},
		 .length = 1,
		 .unicode = true},
		STR_INIT("  |\n1 | \xe6\x97\xa5\xe6\x9c\xac: x\n  |       ^\n")},
	{{.text = STR_INIT("e\xcc\x81: x"), .origin = {1, 6}, .length = 1, .unicode = true},
		STR_INIT("  |\n1 | e\xcc\x81: x\n  |    ^\n")},
	/* What would act on the terminal is shown, and underlined as wide as it is shown. */
	{{.text = STR_INIT("\x1b[2J: x"), .origin = {1, 1}, .length = 4, .unicode = true},
		STR_INIT("  |\n1 | \\x1b[2J: x\n  | ^^^^^^^\n")},
	{{.text = STR_INIT("\xc3\xbc: x"), .origin = {1, 1}, .length = 2},
		STR_INIT("  |\n1 | \\u{fc}: x\n  | ^^^^^^\n")},
	{{.text = STR_INIT("a\r\nb\r\n"), .origin = {2, 1}, .length = 1, .before = true},
		STR_INIT("  |\n1 | a\n2 | b\n  | ^\n")},
	/* No text, no such line, no place. */
	{{.file = STR_INIT("a\x1b"), .origin = {3, 4}}, STR_INIT(" --> a\\x1b:3:4\n")},
	{{.file = STR_INIT("a"), .text = STR_INIT("x"), .origin = {9, 1}},
		STR_INIT(" --> a:9:1\n")},
	{{.file = STR_INIT("a"), .text = STR_INIT("x")}, STR_INIT(" --> a\n")},
	/* A secret is not shown, neither where it is meant nor beside it. */
	{{.text = STR_INIT("a: b\nkey: hunter2 # x"),
		 .origin = {2, 6},
		 .length = 7,
		 .hidden = secrets,
		 .hidden_count = 2,
		 .before = true},
		STR_INIT("  |\n1 | a: (hidden)\n2 | key: (hidden)\n  |      ^^^^^^^^\n")},
	{{.text = STR_INIT("a: b\nkey: hunter2 # x"),
		 .origin = {2, 1},
		 .length = 3,
		 .hidden = secrets,
		 .hidden_count = 2},
		STR_INIT("  |\n2 | key: (hidden)\n  | ^^^\n")},
	/* A separator says nothing about the line below it. */
	{{.text = STR_INIT("---\na: b"), .origin = {2, 1}, .length = 1, .before = true},
		STR_INIT("  |\n2 | a: b\n  | ^\n")},
};

START_TEST(carets_stand_under_the_bytes_meant)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ASSERT_STR(show(&rows[i].excerpt), rows[i].expected);
}
END_TEST

START_TEST(of_a_long_line_the_part_around_the_caret_is_shown)
{
	char text[1000];
	memset(text, 'x', sizeof(text));
	text[500] = '!';
	struct excerpt excerpt = {.text = {text, sizeof(text)}, .origin = {1, 501}, .length = 1};
	struct str out = show(&excerpt);
	ck_assert_uint_ne(str_find(out, STR("~xxx"), 0), SIZE_MAX);
	ck_assert_uint_ne(str_find(out, STR("xxx~"), 0), SIZE_MAX);
	size_t mark = str_find(out, STR("!"), 0), caret = str_find(out, STR("^"), 0);
	size_t line = str_find(out, STR("\n1 |"), 0) + 1;
	size_t below = str_find(out, STR("\n"), mark) + 1;
	ck_assert_uint_eq(mark - line, caret - below);
	ck_assert_uint_lt(out.len, 600);
}
END_TEST

START_TEST(a_long_line_of_hidden_characters_fits)
{
	static char text[3000];
	for (size_t i = 0; i + 3 <= sizeof(text); i += 3)
		memcpy(text + i, "\xe2\x80\xae", 3);
	struct excerpt excerpt = {
		.text = {text, sizeof(text)}, .origin = {1, 1501}, .length = 30, .unicode = true};
	struct str out = show(&excerpt);
	ck_assert_uint_eq(str_find(out, STR("\xe2\x80\xae"), 0), SIZE_MAX);
	ck_assert_uint_ne(str_find(out, STR("^^^^"), 0), SIZE_MAX);
}
END_TEST

START_TEST(lines_are_found_in_any_order)
{
	static const uint32_t asked[] = {1, 4, 2, 3, 4, 1, 3};
	static const size_t starts[] = {0, 0, 2, 4, 5};
	struct lines lines = {0};
	struct str text = STR("a\nb\n\nd");
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		ck_assert_uint_eq(lines_find(&lines, text, asked[i]), starts[asked[i]]);
	ck_assert_uint_eq(lines_find(&lines, text, 5), SIZE_MAX);
	ck_assert_uint_eq(lines_find(&lines, text, 0), SIZE_MAX);
	ck_assert_uint_eq(lines_find(&lines, text, 2), 2);
}
END_TEST

START_TEST(columns_count_code_points)
{
	struct columns columns = {0};
	struct lines lines = {0};
	struct str text = STR("\xc3\xa4\xc3\xb6: \xe6\x97\xa5x\nsecond");
	static const struct {
		struct origin origin;
		uint32_t length;
		size_t from, to;
	} asked[] = {
		{{1, 1}, 4, 1, 3},
		{{1, 7}, 3, 5, 6},
		{{1, 10}, 99, 6, 7},
		{{1, 3}, 2, 2, 3},
		{{2, 1}, 0, 1, 2},
		{{2, 99}, 3, 7, 8},
		{{0, 0}, 0, 1, 2},
	};
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct columns_range range =
			columns_find(&columns, &lines, text, asked[i].origin, asked[i].length);
		ck_assert_msg(range.from == asked[i].from && range.to == asked[i].to,
			"row %zu: %zu to %zu", i, range.from, range.to);
	}
}
END_TEST

UNIT_TESTS("excerpt", carets_stand_under_the_bytes_meant,
	of_a_long_line_the_part_around_the_caret_is_shown, a_long_line_of_hidden_characters_fits,
	lines_are_found_in_any_order, columns_count_code_points)
