/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* What can be shown at the other end of a descriptor. */
struct terminal {
	bool interactive; /* a terminal */
	bool colour;
	bool unicode;
};

/**
 * Look at a descriptor and the environment: colour by choice, else off for NO_COLOR, on for
 * CLICOLOR_FORCE, else on for a terminal that is not dumb; Unicode when the locale's character set
 * is UTF-8. Source: no-color.org, bixense.com/clicolors, POSIX locale variables.
 */
struct terminal terminal_look(int fd, enum colour_choice choice);
