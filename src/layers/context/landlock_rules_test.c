/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/landlock_rules.h"

#include "base/limits.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

static struct arena arena;

static struct landlock_text read_good(const char *text)
{
	struct landlock_text rules;
	struct error err = {0};
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	ck_assert_msg(landlock_text_read(&arena, str_from(text), &rules, &err) == 0, "%s: %s", text,
		err.message);
	return rules;
}

static const struct {
	const char *text, *printed;
} forms[] = {
	{"", ""},
	{" ; \n;", ""},
	{"read /a", "read /a"},
	{"read,execute /usr  /lib\n", "read,execute /usr /lib"},
	{"write /d", "write /d"},
	{"truncate,read /d", "read,truncate /d"},
	{"all /x;read /y", "all /x; read /y"},
	{"read /a; write /a; read /b", "read,write /a; read /b"},
	{"read ?/a; read ?/a /b", "read ?/a /b"},
	{"read ?/a; read /a", "read /a"},
	{"make,make-special,make-device,refer,ioctl-device /d",
		"make,make-special,make-device,refer,ioctl-device /d"},
	{"read /a\\ b /c\\;d /e\\\\f", "read /a\\ b /c\\;d /e\\\\f"},
	{"connect 443 80; bind 8080 80", "bind 80 8080; connect 80 443"},
	{"bind", "bind"},
	{"scope signals", "scope signals"},
	{"scope signals abstract;log", "scope abstract signals; log"},
	{"read /a; connect 1; scope abstract; log", "read /a; connect 1; scope abstract; log"},
};

/* The end of a test that gave up rights: leak checks would need them. */
static __attribute__((noreturn)) void leave(void)
{
	_exit(EXIT_SUCCESS);
}

START_TEST(rules_are_read_and_written)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct landlock_text rules = read_good(forms[i].text);
		struct buf out;
		buf_init_arena(&out, &arena, 64);
		landlock_text_print(&rules, &out);
		ASSERT_STR(buf_str(&out), str_from(forms[i].printed));
		arena_release(&arena);
	}
}
END_TEST

static const struct {
	const char *text, *message;
	unsigned line, column;
} refused[] = {
	{"fly /a", "a word that begins no rule", 1, 1},
	{"read,fly /a", "a word that begins no rule", 1, 1},
	{"read", "rights for no path", 1, 1},
	{"read /a;\n  read", "rights for no path", 2, 3},
	{"read a/b", "a path that is not absolute", 1, 6},
	{"read /ok ?b", "a path that is not absolute", 1, 10},
	{"read /a/../b", "a path with '..' or a 0 byte", 1, 6},
	{"bind 65536", "a word that is no port", 1, 6},
	{"connect 1 http", "a word that is no port", 1, 11},
	{"connect -1", "a word that is no port", 1, 9},
	{"scope", "a word that begins no rule", 1, 1},
	{"scope everything", "a word that is no scope", 1, 7},
	{"log /a", "a word that begins no rule", 1, 1},
};

START_TEST(what_is_no_rule_is_named_with_its_place)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct landlock_text rules;
		struct error err = {0};
		arena_init(&arena, LIMIT_CONTEXT_BYTES);
		ck_assert_int_eq(
			landlock_text_read(&arena, str_from(refused[i].text), &rules, &err), -1);
		ck_assert_str_eq(strstr(err.message, ": ") + 2, refused[i].message);
		ck_assert_uint_eq(err.origin.line, refused[i].line);
		ck_assert_uint_eq(err.origin.column, refused[i].column);
		ck_assert_uint_gt(strlen(err.remedy), 0);
		arena_release(&arena);
	}
}
END_TEST

static int read_many(const char *head, const char *format, unsigned count)
{
	struct landlock_text rules;
	struct error err = {0};
	struct buf text;
	arena_init(&arena, LIMIT_CONTEXT_BYTES);
	buf_init_arena(&text, &arena, 64);
	buf_put(&text, str_from(head));
	for (unsigned i = 0; i < count; i++) {
		buf_put(&text, str_from(format));
		buf_put_uint(&text, i);
	}
	int result = landlock_text_read(&arena, buf_str(&text), &rules, &err);
	arena_release(&arena);
	return result;
}

START_TEST(limits_hold)
{
	ck_assert_int_eq(read_many("read", " /a", LIMIT_LANDLOCK_PATHS), 0);
	ck_assert_int_eq(read_many("read", " /a", LIMIT_LANDLOCK_PATHS + 1), -1);
	ck_assert_int_eq(read_many("bind", " ", LIMIT_LANDLOCK_PORTS), 0);
	ck_assert_int_eq(read_many("bind", " ", LIMIT_LANDLOCK_PORTS + 1), -1);
	ck_assert_int_eq(read_many("read", " /aaaaaaaaaaaaaaaaaaaaaaaa", LIMIT_LANDLOCK_BYTES), -1);
}
END_TEST

START_TEST(rules_are_entered)
{
	struct landlock_state state;
	struct error err = {0};
	struct landlock_text rules = read_good("read,execute /usr ?/not-here; scope signals");
	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_msg(landlock_text_make(&arena, &rules, &state, &err) == 0, "%s", err.message);
	ck_assert_int_eq(landlock_enter(&state, &err), 0);
	close(state.ruleset);
	if (state.abi == 0)
		leave();
	int fd = open("/usr", O_RDONLY);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(close(fd), 0);
	ck_assert_int_eq(open("/etc/passwd", O_RDONLY), -1);
	ck_assert_int_eq(errno, EACCES);
	leave();
}
END_TEST

START_TEST(a_missing_path_is_an_error_and_nothing_stays_open)
{
	struct landlock_state state;
	struct error err = {0};
	struct landlock_text rules = read_good("read /usr /not-here");
	int before = dup(0);
	close(before);
	ck_assert_int_eq(landlock_text_make(&arena, &rules, &state, &err), -1);
	ck_assert_str_eq(
		err.message, "open '/not-here' for the Landlock rules: No such file or directory");
	int after = dup(0);
	ck_assert_int_eq(before, after);
	close(after);
}
END_TEST

UNIT_TESTS("landlock_rules", rules_are_read_and_written, what_is_no_rule_is_named_with_its_place,
	limits_hold, rules_are_entered, a_missing_path_is_an_error_and_nothing_stays_open)
