/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);
	return value && value[0] != '\0';
}

static bool wants_colour(bool interactive, enum colour_choice choice)
{
	if (choice != COLOUR_AUTO)
		return choice == COLOUR_ALWAYS;
	if (is_set("NO_COLOR"))
		return false;
	const char *force = getenv("CLICOLOR_FORCE");
	if (force && force[0] != '\0' && strcmp(force, "0") != 0)
		return true;
	const char *term = getenv("TERM");
	return interactive && term && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

/* The first of the three that is set decides. */
static bool locale_is_utf8(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = getenv(variables[i]);
		if (!value || value[0] == '\0')
			continue;
		return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return false;
}

struct terminal terminal_look(int fd, enum colour_choice choice)
{
	bool interactive = isatty(fd) == 1;
	return (struct terminal){interactive, wants_colour(interactive, choice), locale_is_utf8()};
}
