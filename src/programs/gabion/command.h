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

/* With options[], what parser, help, manual, completion and reference are derived from: groups of
 * rows, each ends with name == NULL. */
extern const struct command ledger_commands[], context_commands[];

/** The command after this one, the first for NULL; NULL at the end. */
const struct command *command_next(const struct command *command);

/* What several rows say. */
#define EXIT_INVALID_USAGE "the command line or a policy is invalid"
#define CATALOGUE_OPTIONS  OPTION_PROFILE, OPTION_POLICY, OPTION_NO_BUILTIN, OPTION_KUBERNETES

/** Whether a command takes an option. */
bool command_takes(const struct command *command, enum option_id id);

/** The command whose name is exactly this, or NULL. */
const struct command *command_find(struct str name);
