/* SPDX-License-Identifier: Apache-2.0 */
#include "data/document.h"
#include "data/excerpt.h"
#include "data/map.h"
#include "data/scalar.h"
#include "unit.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static struct arena memory;

START_TEST(lines_are_found_in_any_order)
{
	struct excerpts excerpts;
	struct excerpt excerpt;
	excerpts_init(&excerpts, STR("\xEF\xBB\xBF"
				     "first\r\n\nthird"));
	static const struct {
		uint32_t line;
		const char *text;
	} rows[] = {{1, "first"}, {3, "third"}, {2, ""}, {1, "first"}, {3, "third"}};
	for (size_t i = 0; i < ROWS(rows); i++) {
		ck_assert(excerpt_at(&excerpts, (struct origin){rows[i].line, 1}, 1, &excerpt));
		ASSERT_STR(excerpt.line, str_from(rows[i].text));
	}
	ck_assert(!excerpt_at(&excerpts, (struct origin){4, 1}, 1, &excerpt));
	ck_assert(!excerpt_at(&excerpts, (struct origin){0, 1}, 1, &excerpt));
	ck_assert(!excerpt_at(&excerpts, (struct origin){1, 0}, 1, &excerpt));
	ck_assert(excerpt_at(&excerpts, (struct origin){2, 1}, 1, &excerpt));
}
END_TEST

START_TEST(carets_count_code_points_and_stay_in_the_line)
{
	static const struct {
		const char *line;
		uint32_t column, length;
		size_t indent, width;
	} rows[] = {
		{"abc", 1, 2, 0, 2},
		{"abc", 2, 0, 1, 2},
		{"abc", 2, 99, 1, 2},
		{"abc", 4, 0, 3, 1},
		{"abc", 99, 5, 3, 1},
		{"", 1, 0, 0, 1},
		{"\xC3\xA9\xC3\xA9: \xE2\x82\xAC", 7, 0, 4, 1},
		{"\xC3\xA9\xC3\xA9: x", 1, 4, 0, 2},
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct excerpts excerpts;
		struct excerpt excerpt;
		excerpts_init(&excerpts, str_from(rows[i].line));
		ck_assert(excerpt_at(
			&excerpts, (struct origin){1, rows[i].column}, rows[i].length, &excerpt));
		ck_assert_msg(excerpt.indent == rows[i].indent && excerpt.width == rows[i].width,
			"row %zu: %zu, %zu", i, excerpt.indent, excerpt.width);
	}
}
END_TEST

START_TEST(a_token_ends_where_a_reader_expects_it)
{
	/* The token is between the two marks. */
	static const char *const rows[] = {
		"image: ^nginx:1.25^ # why",
		"^image^: nginx",
		"add: [^SYS_ADMIN^, NET_RAW]",
		"add: [SYS_ADMIN, ^NET_RAW^]",
		"a: ^x, y^",
		"a: ^x, y^   ",
		"a: ^\"q \\\" r\"^ # c",
		"a: ^'it''s^",
		"  \"port\": ^80^,",
		"{\"a\": \"[\", \"b\": ^true^}",
		"a: ^|^",
		"^-^ a: b",
		"^[^1]",
		"a: ^b#c^",
		"a: ^http://x^",
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str row = str_from(rows[i]);
		size_t start = str_find_char(row, '^'), end = str_find(row, STR("^"), start + 1);
		char line[64];
		(void)snprintf(line, sizeof(line), "%.*s%.*s%s", (int)start, row.data,
			(int)(end - start - 1), row.data + start + 1, row.data + end + 1);
		size_t len = excerpt_token(str_from(line), start);
		ck_assert_msg(len == end - start - 1, "%s: %zu", rows[i], len);
	}
}
END_TEST

/* The byte of the value that stands at a place, found by comparing with the source. */
static const char *const scalars[] = {
	"v: plain text",
	"v: \"quoted text\"",
	"v: 'quoted ''text'' of two'",
	"v: \"a\\tb \\x41 \\u00e9 \\U0001F600 \\\" end\"",
	"{\"v\": \"\\ud83d\\ude00 and \\u20ac\"}",
	"v: |\n  first\n  second\n\n  fourth\n",
	"v: |2\n    first\n  second\n",
	"v: |+\n\n\n  third\n    more\n",
	"l:\n- v: |-\n    first\n    second\n",
	"v: >\n  folded\n  text\n\n  next\n    more\n  less\n  end\n",
	"v: >-\n\n  a\n\n\n  b\n",
	"v: plain\n  of\n\n  three lines\n",
	"v: \"quoted\n  over \\\n   lines\n\n  end\"\n",
	"v: 'quoted\n  over\n\n  lines'\n",
	"v: |\r\n  first\r\n  second\r\n",
	"v: \xC3\xA9t\xC3\xA9 fini",
	"v: |\n  \xC3\xA9\n  t\n",
};

static const struct value *find_v(const struct value *root)
{
	const struct value *list = map_get_str(root, STR("l"));
	return map_get_str(list ? &list->items[0] : root, STR("v"));
}

static struct str line_of(const char *text, uint32_t number)
{
	struct str rest = str_from(text), line = STR("");
	while (number-- > 0)
		ck_assert(str_next_part(&rest, '\n', &line));
	return line;
}

START_TEST(a_byte_of_a_scalar_is_found_where_it_stands)
{
	arena_init(&memory, 1 << 20);
	for (size_t i = 0; i < ROWS(scalars); i++) {
		struct documents documents;
		struct error err = {0};
		struct value root;
		documents_init(&documents, str_from(scalars[i]), STR("-"), DOCUMENT_DETECT,
			DOCUMENT_KUBERNETES);
		ck_assert_int_eq(documents_next(&documents, &memory, &root, &err), 1);
		const struct value *v = find_v(&root);
		for (size_t at = 0; at < v->count; at++) {
			struct origin origin = scalar_position(str_from(scalars[i]), v->origin, at);
			struct str line = line_of(scalars[i], origin.line);
			char c = v->text[at];
			char source =
				origin.column <= line.len ? line.data[origin.column - 1] : '\n';
			bool same = c == source || source == '\\' || (c == ' ' && source == '\n') ||
				    (c == '\n' && source == '\r') || (signed char)c < 0;
			ck_assert_msg(same, "row %zu, byte %zu '%c': %u:%u '%c'", i, at, c,
				origin.line, origin.column, source);
		}
		documents_release(&documents);
	}
	arena_release(&memory);
}
END_TEST

START_TEST(places_in_scalars_are_exact)
{
	static const struct {
		const char *text;
		struct origin origin;
		size_t offset;
		struct origin place;
	} rows[] = {
		{"v: plain", {1, 4}, 3, {1, 7}},
		{"v: \"plain\"", {1, 4}, 3, {1, 8}},
		{"v: \"a\\u00e9b\"", {1, 4}, 3, {1, 12}},
		{"v: |\n  ab\n  cd\n", {1, 4}, 0, {2, 3}},
		{"v: |\n  ab\n  cd\n", {1, 4}, 2, {2, 5}},
		{"v: |\n  ab\n  cd\n", {1, 4}, 3, {3, 3}},
		{"v: |\n  ab\n  cd\n", {1, 4}, 4, {3, 4}},
		{"v: |\n  ab\n  cd\n", {1, 4}, 99, {3, 5}},
		{"v: >\n  ab\n  cd\n", {1, 4}, 3, {3, 3}},
		{"v: >\n  ab\n\n  cd\n", {1, 4}, 3, {4, 3}},
		{"a: &x y\nb: *x", {2, 4}, 1, {2, 4}},
		{"v: x", {9, 1}, 1, {9, 1}},
		{"v: x", {1, 99}, 1, {1, 99}},
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct origin place =
			scalar_position(str_from(rows[i].text), rows[i].origin, rows[i].offset);
		ck_assert_msg(
			place.line == rows[i].place.line && place.column == rows[i].place.column,
			"row %zu: %u:%u", i, place.line, place.column);
	}
}
END_TEST

UNIT_TESTS("source", lines_are_found_in_any_order, carets_count_code_points_and_stay_in_the_line,
	a_token_ends_where_a_reader_expects_it, a_byte_of_a_scalar_is_found_where_it_stands,
	places_in_scalars_are_exact)
