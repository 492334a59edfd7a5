/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "programs/gabion/command.h"

struct arena;
struct console;

/* The values given for one option, in order. */
struct option_use {
	struct str *values; /* each followed by a 0 byte that is not counted */
	size_t count;       /* flags: 1 when set */
	bool from_environment;
};

/* A command line after it was understood. */
struct invocation {
	const struct command *command; /* NULL: none was named */
	struct option_use options[OPTIONS];
	struct str *arguments; /* each followed by a 0 byte */
	size_t argument_count;
	struct arena *arena; /* of the run */
	struct console *console;
};

/** getenv(), or a test's own. */
typedef char *environment_reader(const char *name);

/**
 * Understand a command line: options in any order, --name value or --name=value, -n value, --.
 * What is not given comes from the environment where the option's row names a variable. words are
 * the arguments of the program without its name. Everything lives in arena; words must outlive it.
 */
int invocation_parse(struct invocation *ret_invocation, struct arena *arena, char *const *words,
	size_t count, environment_reader *environment, struct error *err);

/** Whether a flag is set or an option was given. */
bool invocation_has(const struct invocation *invocation, enum option_id id);

/** The value of an option that takes one, or the fallback. */
struct str invocation_value(
	const struct invocation *invocation, enum option_id id, struct str fallback);

/** The value as an index into the words of the option's row, -1 when not given. */
int invocation_word(const struct invocation *invocation, enum option_id id);
