/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/limits.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/help.h"
#include "programs/gabion/invocation.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Descriptors 0 to 2 are taken for granted below. One that the caller has closed is opened so that
 * writing to it fails, instead of letting a report land in whatever is opened next.
 */
static void claim_standard_descriptors(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

static enum colour_choice colour_choice(const struct invocation *invocation)
{
	switch (invocation_word(invocation, OPTION_COLOR)) {
	case 1:
		return COLOUR_ALWAYS;
	case 2:
		return COLOUR_NEVER;
	default:
		return COLOUR_AUTO;
	}
}

static int show_help(struct invocation *invocation)
{
	struct console *console = invocation->console;
	if (invocation->command)
		help_put_command(
			&console->out.buf, console->out_terminal.colour, invocation->command);
	else
		help_put_overview(&console->out.buf, console->out_terminal.colour);
	return EXIT_ALLOWED;
}

static int dispatch(struct invocation *invocation)
{
	if (invocation_has(invocation, OPTION_HELP))
		return show_help(invocation);
	if (invocation_has(invocation, OPTION_VERSION))
		return command_version(invocation);
	if (!invocation->command)
		return show_help(invocation);
	return invocation->command->run(invocation);
}

static int understand_and_run(struct arena *arena, struct console *console, char **words, int count)
{
	struct error err = {0};
	struct invocation invocation;
	int result = invocation_parse(&invocation, arena, words, (size_t)count, getenv, &err);
	console_init(console, arena, colour_choice(&invocation));
	if (result < 0) {
		console_tell(console, "error", &err, STR(""));
		return EXIT_INVALID;
	}
	invocation.console = console;
	return console_finish(console, dispatch(&invocation));
}

static int run(struct arena *arena, char **words, int count)
{
	struct console console = {0};
	if (!ARENA_LIMIT_REACHED(arena))
		return understand_and_run(arena, &console, words, count);
	struct error err = {0};
	ERROR_SET(&err, ERROR_LIMIT, NO_ORIGIN, "this needs more than %d MiB of memory",
		LIMIT_RUN_BYTES >> 20);
	error_set_remedy(&err, "judge fewer files at a time");
	console_tell(&console, "error", &err, STR(""));
	return EXIT_UNDECIDED;
}

int main(int count, char **words)
{
	struct arena arena;
	claim_standard_descriptors();
	/* A reader that goes away is an error to be told, not a death. */
	(void)signal(SIGPIPE, SIG_IGN);
	arena_init(&arena, LIMIT_RUN_BYTES);
	int code = run(&arena, words + 1, count > 0 ? count - 1 : 0);
	arena_release(&arena);
	return code;
}
