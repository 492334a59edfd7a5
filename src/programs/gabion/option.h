/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

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
	OPTION_FORM,         /* --output of commands that print one thing */
	OPTION_EXPORT_FORM,  /* --output of gabion policy export */
	OPTION_METRICS_FORM, /* --output of gabion metrics */
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
	OPTION_TO,
	OPTION_BEFORE,
	OPTION_OLDER_THAN,
	OPTION_FORCE,
	/* What records are searched by, in the order of enum search_field. */
	OPTION_FIND_TYPE,
	OPTION_FIND_LAYER,
	OPTION_FIND_VERDICT,
	OPTION_FIND_POLICY,
	OPTION_FIND_OWNER,
	OPTION_FIND_RISK,
	OPTION_FIND_KIND,
	OPTION_FIND_NAMESPACE,
	OPTION_FIND_NAME,
	OPTION_FIND_NODE,
	OPTION_FIND_ACTOR,
	OPTION_FIND_ACTION,
	OPTION_FIND_INCIDENT,
	OPTION_FIND_WAIVER,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_FIRST,
	OPTION_LAST,
	OPTION_TEXT,
	OPTION_LIMIT,
	OPTION_NEWEST,
	OPTION_COUNT,
	OPTION_INDEX,
	OPTION_NO_INDEX,
	OPTION_AT,
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

/* The table of options; docs, help and parser are derived from it. */
extern const struct option options[OPTIONS];
