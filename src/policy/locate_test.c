/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/locate.h"

#include "base/arena.h"
#include "data/document.h"
#include "data/map.h"
#include "unit.h"

/* Each holds the word needle once in what `a` decodes to, and once in its text. */
static const char *const texts[] = {
	"a: x needle",
	"a: x\n  y\n  needle z",
	"a: \"x \\\"\\u00e9\\\" needle\"",
	"a: \"x \\t\\n\\x20 needle\"",
	"a: \"x \\\n     y needle\"",
	"a: \"x\n  \\  needle\"",
	"a: \"\\N\\_\\L\\P\\U0001F600 needle\"",
	"a: 'x ''y'' needle'",
	"a: 'x\n\n   needle'",
	"a: |\n  x\n    needle\n  y",
	"a: |2- # comment\n    x\n  needle\n",
	"a: >-\n  x\n  needle\n\n  y",
	"a: >\n  x\n    more\n  needle",
	"a: !!str &anchor x needle",
	"{\"a\": \"x \\ud83d\\ude00 \\/ needle\"}",
	"\xC3\xA9: b\na: \xC3\xA9 needle",
	"b:\n  - a\na: | \n\n\n  needle",
};

static struct value read_value(struct arena *arena, struct str text)
{
	struct documents documents;
	struct value root;
	struct error err = {0};
	documents_init(&documents, text, STR("x"), DOCUMENT_DETECT, DOCUMENT_KUBERNETES);
	ck_assert_msg(documents_next(&documents, arena, &root, &err) == 1, "%.*s: %s",
		STR_ARGS(text), err.message);
	documents_release(&documents);
	const struct value *a = map_get_str(&root, STR("a"));
	ck_assert(value_is(a, VALUE_STRING));
	return *a;
}

static size_t offset_of(struct str text, struct origin origin)
{
	size_t at = 0;
	for (uint32_t line = 1; line < origin.line; line++)
		at = str_find(text, STR("\n"), at) + 1;
	return at + origin.column - 1;
}

START_TEST(a_byte_of_a_scalar_is_found_where_it_is_written)
{
	struct arena arena;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct str text = str_from(texts[i]);
		struct value a = read_value(&arena, text);
		size_t offset = str_find(value_str(&a), STR("needle"), 0);
		ck_assert(offset != SIZE_MAX);
		struct origin found = locate_in_scalar(text, a.origin, value_str(&a), offset);
		ck_assert_msg(offset_of(text, found) == str_find(text, STR("needle"), 0),
			"%s: %u:%u", texts[i], found.line, found.column);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(the_end_is_behind_the_last_byte_and_an_alias_is_where_it_stands)
{
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct str text = STR("a: x &&\nb: 1");
	struct value a = read_value(&arena, text);
	struct origin end = locate_in_scalar(text, a.origin, value_str(&a), a.count);
	ck_assert(end.line == 1 && end.column == 8);
	text = STR("b: &x one two\na: *x");
	a = read_value(&arena, text);
	struct origin alias = locate_in_scalar(text, a.origin, value_str(&a), 4);
	ck_assert(alias.line == 2 && alias.column == 4);
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("locate", a_byte_of_a_scalar_is_found_where_it_is_written,
	the_end_is_behind_the_last_byte_and_an_alias_is_where_it_stands)
