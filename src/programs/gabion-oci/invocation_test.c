/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/invocation.h"

#include "programs/gabion-oci/instant.h"
#include "unit.h"

#include <stdint.h>

static int nothing(struct invocation *invocation, struct error *err)
{
	(void)invocation, (void)err;
	return 0;
}

/* A table of the test's own: its rows stay when those of the program change. */
const struct command commands[] = {
	{"make", "ID", "make", 1, 1, nothing, {OPTION_BUNDLE, OPTION_PRESERVE_FDS, OPTION_FORCE}},
	{"call", "ID COMMAND...", "call", 1, SIZE_MAX, nothing, {OPTION_ENV, OPTION_TTY}},
	{0},
};

static int read_line(
	struct invocation *invocation, struct arena *arena, const char *line, struct error *err)
{
	char *arguments[16] = {0};
	size_t count = 0;
	struct str rest = str_copy(arena, str_from(line)), word;
	while (str_next_part(&rest, ' ', &word))
		arguments[count++] = (char *)(uintptr_t)str_copy(arena, word).data;
	char **copy = ARENA_NEW_ARRAY(arena, char *, count + 1);
	memcpy(copy, arguments, count * sizeof(*copy));
	return invocation_read(invocation, arena, copy, copy + count, err);
}

static void assert_same(const char *value, const char *expected)
{
	ck_assert_msg(
		(value == NULL) == (expected == NULL) && (!value || strcmp(value, expected) == 0),
		"'%s' is not '%s'", value ? value : "", expected ? expected : "");
}

START_TEST(options_are_taken_as_engines_write_them)
{
	static const struct {
		const char *line, *root, *bundle, *force;
		size_t operands;
	} rows[] = {
		{"oci make box", NULL, NULL, NULL, 1},
		{"oci --root /r make --bundle /b box", "/r", "/b", NULL, 1},
		{"oci --root=/r make --bundle=/b box", "/r", "/b", NULL, 1},
		{"oci make -b /b -f box", NULL, "/b", "", 1},
		{"oci make box --bundle /b", NULL, "/b", NULL, 1},
		{"oci make --force=true box", NULL, NULL, "", 1},
		{"oci make --force=false box", NULL, NULL, NULL, 1},
		{"oci make -- -b", NULL, NULL, NULL, 1},
		{"oci --systemd-cgroup --log /l --log-format json make box", NULL, NULL, NULL, 1},
		{"oci call box sh -c --tty", NULL, NULL, NULL, 4},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena;
		struct invocation invocation;
		struct error err = {0};
		arena_init(&arena, 1 << 20);
		int result = read_line(&invocation, &arena, rows[i].line, &err);
		ck_assert_msg(result == 0, "%s: %s", rows[i].line, err.message);
		assert_same(invocation.options[OPTION_ROOT], rows[i].root);
		assert_same(invocation.options[OPTION_BUNDLE], rows[i].bundle);
		assert_same(invocation.options[OPTION_FORCE], rows[i].force);
		ck_assert_uint_eq(invocation.operand_count, rows[i].operands);
		arena_release(&arena);
	}
}
END_TEST

START_TEST(what_is_no_command_line_is_told)
{
	static const char *const rows[][2] = {
		{"oci mkae box", "there is no command 'mkae'"},
		{"oci --rot /r make box", "there is no option '--rot'"},
		{"oci make --tty box", "there is no option '--tty' of make"},
		{"oci make -bx box", "there is no option '-bx' of make"},
		{"oci make", "make takes ID, not 0 operands"},
		{"oci make a b", "make takes ID, not 2 operands"},
		{"oci make box --bundle", "--bundle needs a value: PATH"},
		{"oci make --force=maybe box", "--force takes no value"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena;
		struct invocation invocation;
		struct error err = {0};
		arena_init(&arena, 1 << 20);
		ck_assert_int_eq(read_line(&invocation, &arena, rows[i][0], &err), -1);
		ck_assert_str_eq(err.message, rows[i][1]);
		arena_release(&arena);
	}
}
END_TEST

START_TEST(repeated_options_are_all_kept)
{
	struct arena arena;
	struct invocation invocation;
	struct error err = {0};
	arena_init(&arena, 1 << 20);
	ck_assert_int_eq(
		read_line(&invocation, &arena, "oci call -e A=1 --env B=2 box x", &err), 0);
	ck_assert_str_eq(invocation.repeated->value, "B=2");
	ck_assert_str_eq(invocation.repeated->older->value, "A=1");
	ck_assert_ptr_null(invocation.repeated->older->older);
	arena_release(&arena);
}
END_TEST

START_TEST(a_number_is_a_whole_number)
{
	struct arena arena;
	struct invocation invocation;
	struct error err = {0};
	int64_t number = 0;
	arena_init(&arena, 1 << 20);
	ck_assert_int_eq(read_line(&invocation, &arena, "oci make --preserve-fds 3 box", &err), 0);
	ck_assert_int_eq(invocation_number(&invocation, OPTION_PRESERVE_FDS, 0, &number, &err), 0);
	ck_assert_int_eq(number, 3);
	invocation.options[OPTION_PRESERVE_FDS] = "3x";
	ck_assert_int_eq(invocation_number(&invocation, OPTION_PRESERVE_FDS, 0, &number, &err), -1);
	ck_assert_str_eq(err.message, "--preserve-fds: '3x' is no whole number");
	arena_release(&arena);
}
END_TEST

START_TEST(help_lists_commands_and_options)
{
	struct arena arena;
	struct buf out;
	arena_init(&arena, 1 << 20);
	buf_init_arena(&out, &arena, 4096);
	help_print(NULL, &out);
	ck_assert(str_find(buf_str(&out), STR("  make       make\n"), 0) != SIZE_MAX);
	help_print(&commands[0], &out);
	ck_assert(str_find(buf_str(&out), STR("  -b, --bundle PATH"), 0) != SIZE_MAX);
	arena_release(&arena);
}
END_TEST

START_TEST(an_instant_is_printed_as_a_calendar_has_it)
{
	static const struct {
		struct timespec instant;
		const char *text;
	} rows[] = {
		{{0, 0}, "1970-01-01T00:00:00.000000000Z"},
		{{951782399, 999999999}, "2000-02-28T23:59:59.999999999Z"},
		{{951782400, 1}, "2000-02-29T00:00:00.000000001Z"},
		{{1795322796, 265961000}, "2026-11-22T04:46:36.265961000Z"},
		{{4102444800, 0}, "2100-01-01T00:00:00.000000000Z"},
		{{4107542400, 0}, "2100-03-01T00:00:00.000000000Z"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[INSTANT_BYTES];
		instant_print(&rows[i].instant, text);
		ck_assert_str_eq(text, rows[i].text);
	}
}
END_TEST

UNIT_TESTS("oci-invocation", options_are_taken_as_engines_write_them,
	what_is_no_command_line_is_told, repeated_options_are_all_kept, a_number_is_a_whole_number,
	help_lists_commands_and_options, an_instant_is_printed_as_a_calendar_has_it)
