/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

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

/* Where the values of an option or argument come from, for checks and completion. */
enum value_source {
	VALUES_NONE,    /* free text, or no value at all */
	VALUES_WORDS,   /* one of the row's words */
	VALUES_OUTPUTS, /* FORMAT or FORMAT=FILE */
	VALUES_FILES,
	VALUES_POLICIES,
	VALUES_PROFILES,
	VALUES_VERSIONS, /* of Kubernetes */
	VALUES_COMMANDS,
	VALUES_EXPLAINED, /* policies and everything else `gabion explain` knows */
};

enum option_id {
	OPTION_OUTPUT,
	OPTION_FORM, /* --output of commands that print one thing */
	OPTION_PROFILE,
	OPTION_LANGUAGE, /* --profile of gabion eval */
	OPTION_POLICY,
	OPTION_NO_BUILTIN,
	OPTION_KUBERNETES,
	OPTION_OWNER,
	OPTION_LAYER,
	OPTION_FAIL_ON,
	OPTION_EXIT_ZERO,
	OPTION_DATA,
	OPTION_ALL,
	OPTION_MAN,
	OPTION_MARKDOWN,
	OPTION_LEDGER,
	OPTION_TRUST,
	OPTION_KEY,
	OPTION_ORIGIN,
	OPTION_NOTARY,
	OPTION_EVIDENCE,
	OPTION_PROOF,
	OPTION_RECORD,
	OPTION_LINES,
	OPTION_QUIET,
	OPTION_COLOR,
	OPTION_HELP,
	OPTION_VERSION,
	OPTIONS,
	NO_OPTION = OPTIONS,
};

struct option {
	const char *name;    /* without the dashes */
	char letter;         /* 0: none */
	const char *metavar; /* NULL: a flag */
	const char *meaning;
	enum value_source values;
	const char *const *words;
	bool repeatable;
	char separator;          /* between values in the environment; 0: one value */
	const char *environment; /* variable that sets it, NULL: none */
	enum option_id excludes; /* NO_OPTION: none */
};

enum { COMMAND_OPTIONS = 12, COMMAND_EXAMPLES = 4 };

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

/* The two tables from which parser, help, manual, completion and reference are derived. */
extern const struct option options[OPTIONS];
extern const struct command commands[]; /* ends with name == NULL */

/** Whether a command takes an option. */
bool command_takes(const struct command *command, enum option_id id);

/** The command whose name is exactly this, or NULL. */
const struct command *command_find(struct str name);
