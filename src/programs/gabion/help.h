/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion/command.h"
#include "report/excerpt.h"

enum { HELP_COLUMNS = 90 }; /* lines are broken before this */

/** The commands by one line each. */
void help_put_overview(struct buf *out, bool colour);

/** One command: usage, examples, options, exit codes. */
void help_put_command(struct buf *out, bool colour, const struct command *command);

/** A manual page in mdoc: of gabion itself when command is NULL. Source: mdoc(7). */
void manual_put(struct buf *out, const struct command *command);

/** The reference of all commands in Markdown, as in docs/reference/commands.md. */
void reference_put(struct buf *out);

/** One line on when a command ends with each of its exit codes. */
const char *exit_code_word(enum exit_code code);

/** What an exit code means whatever the command. */
const char *exit_code_meaning(enum exit_code code);

/** The names and metavariable of an option: `-o, --output FORMAT[=FILE]`. */
void help_put_option(struct buf *out, const struct option *option);
