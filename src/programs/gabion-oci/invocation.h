/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "programs/gabion-oci/option.h"

struct command;

/* A value of an option that may be given several times, newest first. */
struct option_value {
	const struct option_value *older;
	enum option_id option;
	const char *value;
};

/* What was asked on the command line. */
struct invocation {
	struct arena *arena;
	const struct command *command; /* NULL: none was named */
	const char *options[OPTIONS];  /* NULL: not given; "" for one that takes no value */
	const struct option_value *repeated;
	char **operands;
	size_t operand_count;
	char **arguments, **environment; /* ours */
	bool needs_console;              /* a terminal would have nobody at its other end */
	const char *step;                /* what is being done, for errors: "making cgroups" */
};

/* A command: one row of the table. */
struct command {
	const char *name;
	const char *operands; /* as help shows them */
	const char *summary;
	size_t min_operands, max_operands;
	/** Do it: the exit status of the program, or -1 with err. */
	int (*run)(struct invocation *invocation, struct error *err);
	enum option_id options[24]; /* ends with OPTION_NONE */
};

extern const struct command commands[]; /* the last has no name */

/** Read the command line; operands point into arguments. */
int invocation_read(struct invocation *ret, struct arena *arena, char **arguments,
	char **environment, struct error *err);

/** A number of an option, or otherwise when it was not given. */
int invocation_number(const struct invocation *invocation, enum option_id option, int64_t otherwise,
	int64_t *ret_number, struct error *err);

/** Print what --help says: of the command, or of all when it is NULL; as text or as Markdown. */
void help_print(const struct command *command, struct buf *out);
