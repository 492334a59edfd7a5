/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion/option_id.h"

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

/* The tables of options; docs, help and parser are derived from them. */
extern const struct option ledger_options[], context_options[];

/** The row of an option. */
const struct option *option_row(enum option_id id);
