/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/help.h"

/* Our own words: only what would end a cell of a table is escaped. */
static void put_text(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '|' || *text == '<')
			buf_put_char(out, '\\');
		buf_put_char(out, *text);
	}
}

static void put_options(struct buf *out, const struct command *command)
{
	buf_puts(out, "| option | meaning | environment |\n|---|---|---|\n");
	for (size_t id = 0; id < OPTIONS; id++) {
		const struct option *option = option_row((enum option_id)id);
		if (!command_takes(command, (enum option_id)id))
			continue;
		buf_puts(out, "| `");
		help_put_option(out, option);
		buf_puts(out, "` | ");
		put_text(out, option->meaning);
		buf_printf(out, " | %s%s%s |\n", option->environment ? "`" : "",
			option->environment ? option->environment : "",
			option->environment ? "`" : "");
	}
	buf_put_char(out, '\n');
}

static void put_command(struct buf *out, const struct command *command)
{
	buf_printf(out, "## gabion %s\n\nTo %s.\n\n```\ngabion %s [options]%s%s\n```\n\n",
		command->name, command->summary, command->name, command->argument ? " " : "",
		command->argument ? command->argument : "");
	if (command->description) {
		buf_put(out, str_from(command->description));
		buf_puts(out, "\n\n");
	}
	put_options(out, command);
	for (const struct example *at = command->examples; at->line; at++)
		buf_printf(out, "- `%s`: %s\n", at->line, at->meaning);
	buf_puts(out, "\n| exit code | when |\n|--:|---|\n");
	for (int code = 0; code < EXIT_CODES; code++) {
		if (!command->exits[code])
			continue;
		buf_printf(out, "| %d | ", code);
		put_text(out, command->exits[code]);
		buf_puts(out, " |\n");
	}
	buf_put_char(out, '\n');
}

void reference_put(struct buf *out)
{
	buf_puts(out,
		"# Commands\n\n"
		"Made by `gabion help --markdown` from the table that also drives the parser, the "
		"help, the manual pages and the completion.\n\n"
		"Options stand in any order, as `--name value` or `--name=value`; `--` ends them. "
		"An option given twice or against another is an error unless it is repeatable. "
		"Environment variables stand in for options that are not given.\n\n"
		"## Exit codes\n\n| code | name | meaning |\n|--:|---|---|\n");
	for (int code = 0; code < EXIT_CODES; code++) {
		buf_printf(out, "| %d | %s | ", code, exit_code_word((enum exit_code)code));
		put_text(out, exit_code_meaning((enum exit_code)code));
		buf_puts(out, " |\n");
	}
	buf_put_char(out, '\n');
	for (const struct command *at = command_next(NULL); at; at = command_next(at))
		if (!at->hidden)
			put_command(out, at);
}
