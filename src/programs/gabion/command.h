/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"
#include "programs/gabion/option.h"

struct invocation;

/* What the program tells its caller; a report's words for the same are in report.h. */
enum exit_code {
	EXIT_ALLOWED = 0,
	EXIT_DENIED = 1,
	EXIT_INVALID = 2, /* usage, configuration or policy */
	EXIT_UNDECIDED =
		3, /* unreadable or malformed input, or a report that could not be written */
	EXIT_CODES,
};

enum { COMMAND_OPTIONS = 32, COMMAND_EXAMPLES = 4 };

struct example {
	const char *line;
	const char *meaning;
};

struct command {
	const char *name; /* its words, one space between them */
	const char *summary;
	const char *description; /* paragraphs, an empty line between them */
	const char *argument;    /* NULL: takes none */
	enum value_source values;
	const char *const *words;
	unsigned least, most;                      /* arguments */
	enum option_id options[COMMAND_OPTIONS];   /* ends with NO_OPTION */
	struct example examples[COMMAND_EXAMPLES]; /* ends with line == NULL */
	const char *exits[EXIT_CODES];             /* NULL: does not happen */
	int (*run)(struct invocation *invocation);
	bool hidden; /* for programs, not for people */
};

/* With options[], what parser, help, manual, completion and reference are derived from; ends with
 * name == NULL. */
extern const struct command commands[];

/** Whether a command takes an option. */
bool command_takes(const struct command *command, enum option_id id);

/** The command whose name is exactly this, or NULL. */
const struct command *command_find(struct str name);
