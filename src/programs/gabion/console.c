/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/console.h"

#include "programs/gabion/command.h"

#include <errno.h>
#include <unistd.h>

enum { TELL_BYTES = 8192 }; /* one error with its excerpt */

void console_init(struct console *console, struct arena *arena, enum colour_choice choice)
{
	*console = (struct console){0};
	output_to_fd(&console->out, arena, STDOUT_FILENO, "standard output");
	console->out_terminal = terminal_look(STDOUT_FILENO, choice);
	console->err_terminal = terminal_look(STDERR_FILENO, choice);
}

struct text_style console_style(struct console *console)
{
	return (struct text_style){
		console->out_terminal.colour, console->out_terminal.unicode, &console->lines};
}

void console_say(struct console *console, struct str text)
{
	/* Both may be the same terminal: what was said before stands before. */
	output_flush(&console->out);
	while (text.len > 0) {
		ssize_t written = write(STDERR_FILENO, text.data, text.len);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return;
		text = str_slice(text, (size_t)written, text.len);
	}
}

void console_tell(
	struct console *console, const char *word, const struct error *err, struct str text)
{
	char memory[TELL_BYTES];
	struct buf out;
	struct text_style style = {
		console->err_terminal.colour, console->err_terminal.unicode, &console->lines};
	buf_init_fixed(&out, memory, sizeof(memory));
	text_put_error(&out, &style, word, err, text);
	console_say(console, buf_str(&out));
}

int console_finish(struct console *console, int code)
{
	struct error err = {0};
	if (output_commit(&console->out, &err) == 0)
		return code;
	if (err.system_errno == EPIPE)
		error_set_remedy(&err, "its reader went away before all was read");
	console_tell(console, "error", &err, (struct str){NULL, 0});
	return code == EXIT_ALLOWED ? EXIT_UNDECIDED : code;
}
