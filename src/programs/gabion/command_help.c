/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/help.h"
#include "programs/gabion/invocation.h"
#include "programs/gabion/suggest.h"
#include "report/json.h"

static int unknown(struct invocation *invocation, struct str name)
{
	struct error err = {0};
	struct suggestion suggestion = {0};
	ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN, "there is no command '%.*s'", STR_ARGS(name));
	for (const struct command *at = command_next(NULL); at; at = command_next(at))
		if (!at->hidden)
			suggest_offer(&suggestion, name, str_from(at->name));
	if (suggest_found(&suggestion))
		error_set_remedy(&err, "did you mean '%.*s'?", STR_ARGS(suggestion.best));
	else
		error_set_remedy(&err, "gabion help lists all commands");
	console_tell(invocation->console, "error", &err, STR(""));
	return EXIT_INVALID;
}

/* The commands below a word that is none itself, such as policy. */
static bool put_group(struct buf *out, bool colour, struct str group)
{
	bool found = false;
	for (const struct command *at = command_next(NULL); at; at = command_next(at)) {
		struct str rest = str_from(at->name), word;
		if (!str_next_part(&rest, ' ', &word) || !rest.data || !str_equal(word, group))
			continue;
		if (found)
			buf_put_char(out, '\n');
		help_put_command(out, colour, at);
		found = true;
	}
	return found;
}

static void put_all(struct buf *out, bool colour)
{
	help_put_overview(out, colour);
	for (const struct command *at = command_next(NULL); at; at = command_next(at)) {
		if (at->hidden)
			continue;
		buf_put_char(out, '\n');
		help_put_command(out, colour, at);
	}
}

static int help_about(struct invocation *invocation, struct str name)
{
	struct buf *out = &invocation->console->out.buf;
	bool colour = invocation->console->out_terminal.colour;
	const struct command *command = command_find(name);
	if (command && invocation_has(invocation, OPTION_MAN))
		manual_put(out, command);
	else if (command)
		help_put_command(out, colour, command);
	else if (invocation_has(invocation, OPTION_MAN) || !put_group(out, colour, name))
		return unknown(invocation, name);
	return EXIT_ALLOWED;
}

int command_help(struct invocation *invocation)
{
	struct buf *out = &invocation->console->out.buf;
	bool colour = invocation->console->out_terminal.colour;
	if (invocation->argument_count == 1)
		return help_about(invocation, invocation->arguments[0]);
	if (invocation->argument_count == 2)
		return help_about(invocation, str_format(invocation->arena, "%.*s %.*s",
						      STR_ARGS(invocation->arguments[0]),
						      STR_ARGS(invocation->arguments[1])));
	if (invocation_has(invocation, OPTION_MAN))
		manual_put(out, NULL);
	else if (invocation_has(invocation, OPTION_MARKDOWN))
		reference_put(out);
	else if (invocation_has(invocation, OPTION_ALL))
		put_all(out, colour);
	else
		help_put_overview(out, colour);
	return EXIT_ALLOWED;
}

int command_version(struct invocation *invocation)
{
	struct buf *out = &invocation->console->out.buf;
	int form = invocation_word(invocation, OPTION_FORM);
	if (form != 1) {
		buf_puts(out, "gabion " GABION_VERSION "\n");
		return EXIT_ALLOWED;
	}
	struct json json = {.out = out};
	json_open(&json, "", '{');
	json_text(&json, "apiVersion", "gabion.dev/v1");
	json_text(&json, "kind", "Version");
	json_text(&json, "version", GABION_VERSION);
	json_close(&json, '}');
	buf_puts(out, "\n");
	return EXIT_ALLOWED;
}
