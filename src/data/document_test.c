/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "data/document.h"
#include "data/map.h"
#include "data/print.h"
#include "unit.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static struct arena memory, subject;

/* All documents of a text as JSON, one per line; an error as `line:column: message`. */
static struct str read_all(struct str text, enum document_format format)
{
	struct documents documents;
	struct buf out;
	buf_init_arena(&out, &memory, 256);
	documents_init(&documents, text, STR("some/file"), format, DOCUMENT_KUBERNETES);
	for (;;) {
		struct error err = {0};
		struct value root;
		arena_reset(&subject);
		int result = documents_next(&documents, &subject, &root, &err);
		if (result == 0)
			break;
		if (out.len > 0)
			buf_put_char(&out, '\n');
		if (result > 0) {
			print_json(&root, (struct print_style){0}, &out);
			continue;
		}
		ASSERT_STR(err.file, STR("some/file"));
		buf_printf(&out, "%u:%u: %s", err.origin.line, err.origin.column, err.message);
	}
	/* The end stays the end. */
	struct error err = {0};
	struct value root;
	ck_assert_int_eq(documents_next(&documents, &subject, &root, &err), 0);
	documents_release(&documents);
	return buf_str(&out);
}

/* clang-format off */
static const struct {
	struct str text;
	enum document_format format;
	const char *expected;
} rows[] = {
	{STR_INIT(" \n"), DOCUMENT_DETECT, ""},
	{STR_INIT(""), DOCUMENT_JSON, ""},
	{STR_INIT("{\"a\":1}\n[2] {\"b\":3}"), DOCUMENT_DETECT, "{\"a\":1}\n[2]\n{\"b\":3}"},
	{STR_INIT("\xEF\xBB\xBF{\"a\":1}"), DOCUMENT_DETECT, "{\"a\":1}"},
	{STR_INIT("\xEF\xBB\xBF{\"a\":x}"), DOCUMENT_JSON, "1:6: expected a value, not 'x'"},
	{STR_INIT("{\"a\":\"\\ud83d\\ude00\"}"), DOCUMENT_DETECT, "{\"a\":\"\xF0\x9F\x98\x80\"}"},
	{STR_INIT("{\"a\":1}\n---\nb: 2\n---\n{\"c\": 3}\n"), DOCUMENT_DETECT,
		"{\"a\":1}\n{\"b\":2}\n{\"c\":3}"},
	{STR_INIT("{\"a\":1}\n---\n{b: 2\n---\nc: 3"), DOCUMENT_DETECT,
		"{\"a\":1}\n4:1: did not find expected ',' or '}' while parsing a flow mapping that "
		"begins at line 3\n{\"c\":3}"},
	{STR_INIT("{\"a\":1}\n---\nb: 2\n"), DOCUMENT_JSON,
		"{\"a\":1}\n2:2: expected a digit, not '-'"},
	{STR_INIT("{\"a\":1} ---\n"), DOCUMENT_DETECT, "{\"a\":1}\n1:10: expected a digit, not '-'"},
	{STR_INIT("{\"a\":1} x"), DOCUMENT_DETECT, "{\"a\":1}\n1:9: expected a value, not 'x'"},
	{STR_INIT("{a: 1}\n---\nb: 2\n"), DOCUMENT_DETECT,
		"1:2: expected a key in double quotes, not 'a'\n{\"b\":2}"},
	{STR_INIT("{a: 1}\n"), DOCUMENT_YAML, "{\"a\":1}"},
	{STR_INIT("\"a\""), DOCUMENT_DETECT, "\"a\""},
	{STR_INIT("a: 1\n{\"b\": 2}"), DOCUMENT_DETECT,
		"2:1: could not find expected ':' while scanning a simple key"},
	{STR_INIT("\xFF\xFE{\0}\0"), DOCUMENT_DETECT, "1:1: the text is UTF-16, not UTF-8"},
	{STR_INIT("\xFE\xFF\0a"), DOCUMENT_YAML, "1:1: the text is UTF-16, not UTF-8"},
	{STR_INIT("a\0:\0 \0"), DOCUMENT_DETECT,
		"1:2: YAML does not allow the control character 0x00"},
	{STR_INIT("a: \0\n---\nb: 1"), DOCUMENT_DETECT,
		"1:4: YAML does not allow the control character 0x00\n{\"b\":1}"},
	{STR_INIT("a: \x1b[31m"), DOCUMENT_DETECT,
		"1:4: YAML does not allow the control character 0x1b"},
	{STR_INIT("a: \"\\e[31m\""), DOCUMENT_DETECT, "{\"a\":\"\\u001b[31m\"}"},
};
/* clang-format on */

START_TEST(a_text_falls_into_documents_of_its_format)
{
	arena_init(&memory, 1 << 22);
	arena_init(&subject, 1 << 22);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str actual = read_all(rows[i].text, rows[i].format);
		ck_assert_msg(str_equal(actual, str_from(rows[i].expected)),
			"row %zu: %.*s\ngives    %.*s\nexpected %s", i, STR_ARGS(rows[i].text),
			STR_ARGS(actual), rows[i].expected);
	}
	arena_release(&subject);
	arena_release(&memory);
}
END_TEST

static void put_repeated(struct buf *out, const char *part, size_t times)
{
	for (size_t i = 0; i < times; i++)
		buf_put(out, str_from(part));
}

/* Reads the first document, which must reach a limit, and then the one behind it. */
static void refuse_as_limit(struct str text)
{
	struct documents documents;
	struct error err = {0}, none = {0};
	struct value root;
	arena_reset(&subject);
	documents_init(&documents, text, STR("-"), DOCUMENT_YAML, DOCUMENT_KUBERNETES);
	ck_assert_int_eq(documents_next(&documents, &subject, &root, &err), -1);
	ck_assert_msg(err.kind == ERROR_LIMIT, "%s", err.message);
	ck_assert_uint_gt(strlen(err.remedy), 0);
	ck_assert_int_eq(documents_next(&documents, &subject, &root, &none), 1);
	ASSERT_STR(value_str(&root), STR("behind"));
	documents_release(&documents);
}

static void put_alias_bomb(struct buf *out)
{
	buf_puts(out, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 12; i++) {
		buf_printf(out, "a%d: &a%d [", i, i);
		for (int j = 0; j < 10; j++)
			buf_printf(out, "*a%d,", i - 1);
		buf_puts(out, "]\n");
	}
}

/* Each alias nests its value one deeper than text alone could. */
static void put_deep_aliases(struct buf *out)
{
	buf_puts(out, "a0: &a0 [x]\n");
	for (int i = 1; i <= LIMIT_DATA_DEPTH; i++)
		buf_printf(out, "a%d: &a%d [*a%d]\n", i, i, i - 1);
}

static void put_anchors(struct buf *out)
{
	for (int i = 0; i <= LIMIT_ANCHORS; i++)
		buf_printf(out, "a%d: &a%d x\n", i, i);
}

static void put_merge_bomb(struct buf *out)
{
	buf_puts(out, "a: &a {");
	for (int i = 0; i < 2000; i++)
		buf_printf(out, "k%d: 1, ", i);
	buf_puts(out, "}\nb: [");
	put_repeated(out, "{<<: *a}, ", 100);
	buf_puts(out, "]\n");
}

static void put_brackets(struct buf *out)
{
	put_repeated(out, "[", 1 << 20);
}

static void put_indentation(struct buf *out)
{
	for (int i = 0; i <= LIMIT_DATA_DEPTH; i++) {
		buf_printf(out, "%*sk:\n", i, "");
	}
}

static void put_dashes(struct buf *out)
{
	put_repeated(out, "- ", 100000);
}

static void put_long_text(struct buf *out)
{
	buf_puts(out, "a: |\n");
	put_repeated(out, "  0123456789012345678901234567890123456789012345678901234567\n",
		LIMIT_DOCUMENT_BYTES / 60);
	buf_puts(out, "b: 1\n");
}

START_TEST(documents_beyond_a_limit_are_refused_and_passed_over)
{
	static void (*const hostile[])(struct buf * out) = {put_alias_bomb, put_deep_aliases,
		put_anchors, put_merge_bomb, put_brackets, put_indentation, put_dashes,
		put_long_text};
	arena_init(&memory, 1 << 28);
	arena_init(&subject, 1 << 28);
	for (size_t i = 0; i < ROWS(hostile); i++) {
		struct buf text;
		struct arena_mark mark = arena_mark(&memory);
		buf_init_arena(&text, &memory, 64);
		hostile[i](&text);
		buf_puts(&text, "\n---\nbehind");
		refuse_as_limit(buf_str(&text));
		arena_rewind(&memory, mark);
	}
	arena_release(&subject);
	arena_release(&memory);
}
END_TEST

START_TEST(a_text_that_is_too_large_is_refused_at_once)
{
	arena_init(&subject, 1 << 20);
	char *text = calloc(1, LIMIT_INPUT_BYTES + 1);
	struct documents documents;
	struct error err = {0};
	struct value root;
	documents_init(&documents, (struct str){text, LIMIT_INPUT_BYTES + 1}, STR("-"),
		DOCUMENT_DETECT, DOCUMENT_KUBERNETES);
	ck_assert_int_eq(documents_next(&documents, &subject, &root, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_LIMIT);
	ck_assert_int_eq(documents_next(&documents, &subject, &root, &err), 0);
	documents_release(&documents);
	arena_release(&subject);
	free(text);
}
END_TEST

static const char sweep_yaml[] =
	"a: &a {x: 1, y: \"\\u00e9\", z: x}\nt: |\n  text\nb: [*a, *a, {<<: *a, w: 2}]\n? c\n: d\n"
	"---\n- [1, 2.5, yes, ~]\n- k1: 1\n  k2: 1\n  k3: 1\n  k4: 1\n  k5: 1\n  k6: 1\n  k7: 1\n"
	"  k8: 1\n  k9: 1\n  k10: 1\n  k11: 1\n  k12: 1\n  k13: 1\n  k14: 1\n  k15: 1\n  k16: 1\n"
	"  k17: 1\n---\nbad: [\n---\nlast: 'it''s'\n";
static const char sweep_json[] = "{\"a\":[1,2,{\"b\":\"\\n\",\"c\":[[],{}]}]}[true]\"x\"";

/* How many documents could be read under a cap; -1 unless every failure was that limit or input. */
static int read_under(struct str text, struct arena *small)
{
	struct documents documents;
	volatile int count = 0;
	documents_init(&documents, text, STR("-"), DOCUMENT_DETECT, DOCUMENT_KUBERNETES);
	if (ARENA_LIMIT_REACHED(small))
		ck_abort_msg("the cap left documents_next()");
	for (int result = 1; result != 0;) {
		struct error err = {0};
		struct value root;
		result = documents_next(&documents, small, &root, &err);
		count += result > 0;
		ck_assert(result >= 0 || err.kind == ERROR_LIMIT || err.kind == ERROR_INPUT);
		ck_assert(small->guarded);
	}
	documents_release(&documents);
	return count;
}

/* Allocations of every size can be the one that fails: the part of the cap in use is varied. */
static void sweep(struct str text, int expected)
{
	int count = 0;
	size_t cap = 64;
	for (; count < expected; cap += 64) {
		struct arena small;
		arena_init(&small, cap);
		count = read_under(text, &small);
		ck_assert_uint_le(small.held_bytes, cap);
		arena_release(&small);
		ck_assert_uint_lt(cap, 1 << 20);
	}
	ck_assert_uint_gt(cap, 128);
}

START_TEST(the_cap_of_the_arena_becomes_an_error_and_nothing_leaks)
{
	sweep(str_from(sweep_yaml), 3);
	sweep(str_from(sweep_json), 3);
}
END_TEST

START_TEST(a_stream_may_be_left_before_its_end)
{
	arena_init(&subject, 1 << 20);
	for (int documents_read = 0; documents_read < 4; documents_read++) {
		struct documents documents;
		documents_init(&documents, str_from(sweep_yaml), STR("-"), DOCUMENT_DETECT,
			DOCUMENT_KUBERNETES);
		for (int i = 0; i < documents_read; i++) {
			struct error err = {0};
			struct value root;
			(void)documents_next(&documents, &subject, &root, &err);
		}
		documents_release(&documents);
		documents_release(&documents);
	}
	arena_release(&subject);
}
END_TEST

UNIT_TESTS("document", a_text_falls_into_documents_of_its_format,
	documents_beyond_a_limit_are_refused_and_passed_over,
	a_text_that_is_too_large_is_refused_at_once,
	the_cap_of_the_arena_becomes_an_error_and_nothing_leaks,
	a_stream_may_be_left_before_its_end)
