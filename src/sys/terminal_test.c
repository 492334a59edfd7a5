/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/terminal.h"

#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

static const char *const variables[] = {
	"NO_COLOR", "CLICOLOR_FORCE", "TERM", "LC_ALL", "LC_CTYPE", "LANG"};

static struct terminal look(const char *const *settings, enum colour_choice choice)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		ck_assert_int_eq(unsetenv(variables[i]), 0);
	for (; *settings; settings += 2)
		ck_assert_int_eq(setenv(settings[0], settings[1], 1), 0);
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct terminal terminal = terminal_look(fd, choice);
	ck_assert_int_eq(close(fd), 0);
	return terminal;
}

START_TEST(colour_follows_choice_then_environment)
{
	static const struct {
		const char *settings[5];
		enum colour_choice choice;
		bool colour;
	} rows[] = {
		{{NULL}, COLOUR_AUTO, false},
		{{NULL}, COLOUR_ALWAYS, true},
		{{"NO_COLOR", "1", NULL}, COLOUR_ALWAYS, true},
		{{"CLICOLOR_FORCE", "1", NULL}, COLOUR_AUTO, true},
		{{"CLICOLOR_FORCE", "0", NULL}, COLOUR_AUTO, false},
		{{"CLICOLOR_FORCE", "1", "NO_COLOR", "1", NULL}, COLOUR_AUTO, false},
		{{"CLICOLOR_FORCE", "1", NULL}, COLOUR_NEVER, false},
		{{"NO_COLOR", "", "CLICOLOR_FORCE", "1", NULL}, COLOUR_AUTO, true},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct terminal terminal = look(rows[i].settings, rows[i].choice);
		ck_assert_msg(terminal.colour == rows[i].colour, "row %zu", i);
		ck_assert(!terminal.interactive);
	}
}
END_TEST

START_TEST(unicode_follows_the_first_locale_variable_that_is_set)
{
	static const struct {
		const char *settings[5];
		bool unicode;
	} rows[] = {
		{{NULL}, false},
		{{"LANG", "C.UTF-8", NULL}, true},
		{{"LANG", "de_DE.utf8", NULL}, true},
		{{"LANG", "de_DE.UTF-8", "LC_ALL", "C", NULL}, false},
		{{"LANG", "C", "LC_CTYPE", "C.UTF-8", NULL}, true},
		{{"LC_ALL", "", "LANG", "C.UTF-8", NULL}, true},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(look(rows[i].settings, COLOUR_AUTO).unicode == rows[i].unicode,
			"row %zu", i);
}
END_TEST

UNIT_TESTS("terminal", colour_follows_choice_then_environment,
	unicode_follows_the_first_locale_variable_that_is_set)
