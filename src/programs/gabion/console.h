/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "report/text.h"
#include "sys/output.h"
#include "sys/terminal.h"

/* The two ways out: data goes to standard output, words about it to standard error. */
struct console {
	struct output out;
	struct terminal out_terminal;
	struct terminal err_terminal;
	struct lines lines; /* cursor for excerpts on standard error */
};

/** Look at both descriptors; buffers live in arena. */
void console_init(struct console *console, struct arena *arena, enum colour_choice choice);

/** How text on standard output is to look. */
struct text_style console_style(struct console *console);

/**
 * Print an error (word "error", "warning" or "notice") on standard error at once, with an excerpt
 * when the text it is about is given.
 */
void console_tell(
	struct console *console, const char *word, const struct error *err, struct str text);

/** Print words on standard error at once; text is ours, not from outside. */
void console_say(struct console *console, struct str text);

/**
 * Hand over what is buffered for standard output; the code, or EXIT_UNDECIDED with a word about it
 * when it could not be written and the code was EXIT_ALLOWED.
 */
int console_finish(struct console *console, int code);
