/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/help.h"

enum { NAME_COLUMNS = 15, OPTION_COLUMNS = 28 };

const char *exit_code_word(enum exit_code code)
{
	static const char *const words[EXIT_CODES] = {
		[EXIT_ALLOWED] = "allowed",
		[EXIT_DENIED] = "denied",
		[EXIT_INVALID] = "invalid",
		[EXIT_UNDECIDED] = "undecided",
	};
	return words[code];
}

const char *exit_code_meaning(enum exit_code code)
{
	static const char *const meanings[EXIT_CODES] = {
		[EXIT_ALLOWED] = "it was done; what was judged is allowed",
		[EXIT_DENIED] = "a policy says no, or a test of one fails",
		[EXIT_INVALID] =
			"the command line, the configuration or a policy is invalid: nothing was "
			"judged",
		[EXIT_UNDECIDED] =
			"something could not be decided: input was unreadable or malformed, or a "
			"report could not be written",
	};
	return meanings[code];
}

static void put_spaces(struct buf *out, size_t count)
{
	while (count-- > 0)
		buf_put_char(out, ' ');
}

/* Words of text from column on, further lines indented as far. */
static void put_wrapped(struct buf *out, struct str text, size_t indent)
{
	size_t column = indent;
	struct str word;
	bool first = true;
	while (str_next_part(&text, ' ', &word)) {
		if (!first && column + 1 + word.len > HELP_COLUMNS) {
			buf_put_char(out, '\n');
			put_spaces(out, indent);
			column = indent;
		} else if (!first) {
			buf_put_char(out, ' ');
			column++;
		}
		buf_put(out, word);
		column += word.len;
		first = false;
	}
	buf_put_char(out, '\n');
}

/* Two columns; a long left one stands alone. */
static void put_pair(struct buf *out, struct str left, const char *right, size_t columns)
{
	buf_puts(out, "  ");
	buf_put(out, left);
	if (left.len > columns) {
		buf_put_char(out, '\n');
		put_spaces(out, columns + 4);
	} else {
		put_spaces(out, columns - left.len + 2);
	}
	put_wrapped(out, str_from(right), columns + 4);
}

static void put_heading(struct buf *out, bool colour, const char *text)
{
	buf_put_char(out, '\n');
	style_put(out, colour, STYLE_STRONG);
	buf_put(out, str_from(text));
	style_put(out, colour, STYLE_NONE);
	buf_put_char(out, '\n');
}

void help_put_overview(struct buf *out, bool colour)
{
	style_put(out, colour, STYLE_STRONG);
	buf_puts(out, "gabion");
	style_put(out, colour, STYLE_NONE);
	buf_puts(out, " judges containers by one catalogue of policies at every layer.\n");
	put_heading(out, colour, "commands");
	for (const struct command *at = command_next(NULL); at; at = command_next(at))
		if (!at->hidden)
			put_pair(out, str_from(at->name), at->summary, NAME_COLUMNS);
	put_heading(out, colour, "begin with");
	put_pair(out, STR("gabion demo"), "see what it does, in a second", 30);
	put_pair(out, STR("gabion check deploy.yaml"), "judge a manifest of yours", 30);
	put_pair(out, STR("gabion help COMMAND"), "examples, options and exit codes", 30);
}

void help_put_option(struct buf *out, const struct option *option)
{
	if (option->letter != '\0')
		buf_printf(out, "-%c, ", option->letter);
	buf_printf(out, "--%s", option->name);
	if (option->metavar)
		buf_printf(out, " %s", option->metavar);
}

static void put_option(struct buf *out, const struct option *option)
{
	char left_memory[80], right_memory[400];
	struct buf left, right;
	buf_init_fixed(&left, left_memory, sizeof(left_memory));
	buf_init_fixed(&right, right_memory, sizeof(right_memory) - 1);
	if (option->letter == '\0')
		buf_puts(&left, "    ");
	help_put_option(&left, option);
	buf_put(&right, str_from(option->meaning));
	if (option->environment)
		buf_printf(&right, " [%s]", option->environment);
	right_memory[right.len] = '\0';
	put_pair(out, buf_str(&left), right_memory, OPTION_COLUMNS);
}

static void put_exits(struct buf *out, const struct command *command)
{
	for (int code = 0; code < EXIT_CODES; code++) {
		char digit = (char)('0' + code);
		if (command->exits[code])
			put_pair(out, (struct str){&digit, 1}, command->exits[code], 1);
	}
}

static void put_usage(struct buf *out, const struct command *command)
{
	buf_printf(out, "usage: gabion %s", command->name);
	buf_puts(out, " [options]");
	if (command->argument)
		buf_printf(out, " %s", command->argument);
	buf_put_char(out, '\n');
}

void help_put_command(struct buf *out, bool colour, const struct command *command)
{
	style_put(out, colour, STYLE_STRONG);
	buf_printf(out, "gabion %s", command->name);
	style_put(out, colour, STYLE_NONE);
	buf_printf(out, ": %s\n", command->summary);
	put_usage(out, command);
	put_heading(out, colour, "examples");
	for (const struct example *at = command->examples; at->line; at++)
		put_pair(out, str_from(at->line), at->meaning, 44);
	struct str rest =
		command->description ? str_from(command->description) : (struct str){NULL, 0};
	while (rest.data) {
		size_t end = str_find(rest, STR("\n\n"), 0);
		buf_put_char(out, '\n');
		put_wrapped(out, str_slice(rest, 0, end), 0);
		rest = end == SIZE_MAX ? (struct str){NULL, 0} : str_slice(rest, end + 2, rest.len);
	}
	put_heading(out, colour, "options");
	for (size_t id = 0; id < OPTIONS; id++)
		if (command_takes(command, (enum option_id)id))
			put_option(out, option_row((enum option_id)id));
	put_heading(out, colour, "exit codes");
	put_exits(out, command);
}
