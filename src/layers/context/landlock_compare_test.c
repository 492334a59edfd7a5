/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/landlock_compare.h"

#include "base/limits.h"
#include "unit.h"

static struct arena arena;

static struct landlock_text rules_of(const char *text)
{
	struct landlock_text rules;
	struct error err = {0};
	ck_assert_msg(landlock_text_read(&arena, str_from(text), &rules, &err) == 0, "%s: %s", text,
		err.message);
	return rules;
}

static const struct {
	const char *rules, *limit, *beyond, *meet;
} rows[] = {
	{"", "", "", ""},
	{"read /", "", "", "read /"},
	{"", "read /", "any file", "read /"},
	{"read /", "read /", "", "read /"},
	{"read /", "read,execute /", "", "read /"},
	{"read,execute /", "read /", "execute /", "read /"},
	{"read /etc", "read /", "", "read /etc"},
	{"read /", "read /etc", "read /", "read /etc"},
	{"write /a", "write /ab", "write /a", "execute ?/proc/none"},
	{"read /; write /a/b", "read /; write /a", "", "read /; read,write /a/b; read /a"},
	{"read /; write /a", "read /; write /a/b", "write /a", "read / /a; read,write /a/b"},
	{"write /a//b/", "write /a/b", "", "write /a//b/ /a/b"},
	{"read ?/a", "read /a", "", "read ?/a"},
	{"bind 1 2", "bind 1", "bind", "bind 1"},
	{"bind 1", "bind 1 2", "", "bind 1"},
	{"", "connect", "connect", "connect"},
	{"connect", "", "", "connect"},
	{"connect 80", "bind", "bind", "bind; connect 80"},
	{"scope signals", "scope abstract", "abstract sockets", "scope abstract signals"},
	{"", "scope signals", "signals", "scope signals"},
};

START_TEST(rules_are_compared_and_joined)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena_init(&arena, LIMIT_CONTEXT_BYTES);
		struct landlock_text rules = rules_of(rows[i].rules),
				     limit = rules_of(rows[i].limit), meet, again;
		struct str *list;
		struct buf beyond, text;
		size_t count = landlock_text_beyond(&arena, &rules, &limit, &list);
		buf_init_arena(&beyond, &arena, 64);
		for (size_t j = 0; j < count; j++) {
			buf_put(&beyond, j > 0 ? STR(", ") : STR(""));
			buf_put(&beyond, list[j]);
		}
		ck_assert_msg(str_equal(buf_str(&beyond), str_from(rows[i].beyond)),
			"row %zu: beyond: got '%.*s'", i, STR_ARGS(buf_str(&beyond)));
		meet = landlock_text_meet(&arena, &rules, &limit);
		buf_init_arena(&text, &arena, 64);
		landlock_text_print(&meet, &text);
		ck_assert_msg(str_equal(buf_str(&text), str_from(rows[i].meet)),
			"row %zu: meet: got '%.*s'", i, STR_ARGS(buf_str(&text)));
		/* What both allow is beyond neither. */
		again = rules_of(
			buf_str(&text).len > 0 ? str_copy(&arena, buf_str(&text)).data : "");
		ck_assert_uint_eq(landlock_text_beyond(&arena, &again, &limit, &list),
			strcmp(rows[i].meet, "execute ?/proc/none") == 0);
		arena_release(&arena);
	}
}
END_TEST

UNIT_TESTS("landlock_compare", rules_are_compared_and_joined)
