/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/help.h"
#include "report/escape.h"

enum { SOURCE_COLUMNS = 76 };

static void put_word(struct buf *out, struct str word)
{
	if (str_starts_with(word, STR(".")) || str_starts_with(word, STR("'")))
		buf_puts(out, "\\&");
	escape_put(out, MEDIUM_MDOC, word);
}

/* Text in lines of its own, none too long: nothing in it may begin a request. */
static void put_line(struct buf *out, struct str text)
{
	size_t column = 0;
	struct str word;
	while (str_next_part(&text, ' ', &word)) {
		if (column > 0 && column + 1 + word.len > SOURCE_COLUMNS) {
			buf_put_char(out, '\n');
			column = 0;
		} else if (column > 0) {
			buf_put_char(out, ' ');
		}
		size_t before = out->len;
		put_word(out, word);
		column += 1 + (out->len > before ? out->len - before : word.len);
	}
	buf_put_char(out, '\n');
}

/* mdoc wants each sentence on a line of its own. */
static void put_sentences(struct buf *out, struct str text)
{
	while (text.len > 0) {
		size_t end = str_find(text, STR(". "), 0);
		put_line(out, str_slice(text, 0, end == SIZE_MAX ? text.len : end + 1));
		text = end == SIZE_MAX ? STR("") : str_slice(text, end + 2, text.len);
	}
}

static void put_paragraphs(struct buf *out, const char *description)
{
	struct str rest = str_from(description);
	bool first = true;
	while (rest.data) {
		size_t end = str_find(rest, STR("\n\n"), 0);
		if (!first)
			buf_puts(out, ".Pp\n");
		put_sentences(out, str_slice(rest, 0, end));
		rest = end == SIZE_MAX ? (struct str){NULL, 0} : str_slice(rest, end + 2, rest.len);
		first = false;
	}
}

static void put_page_name(struct buf *out, const struct command *command)
{
	buf_puts(out, "gabion");
	struct str rest = command ? str_from(command->name) : (struct str){NULL, 0}, word;
	while (str_next_part(&rest, ' ', &word)) {
		buf_put_char(out, '-');
		buf_put(out, word);
	}
}

static void put_head(struct buf *out, const struct command *command, const char *summary)
{
	char memory[80];
	struct buf name;
	buf_init_fixed(&name, memory, sizeof(memory));
	put_page_name(&name, command);
	buf_puts(out, ".Dd " GABION_DATE "\n.Dt ");
	for (size_t i = 0; i < name.len; i++)
		buf_put_char(out, memory[i] == '-' ? '-' : (char)(memory[i] & ~0x20));
	buf_puts(out, " 1\n.Os\n.Sh NAME\n.Nm ");
	buf_put(out, buf_str(&name));
	buf_puts(out, "\n.Nd ");
	escape_put(out, MEDIUM_MDOC, str_from(summary));
	buf_put_char(out, '\n');
}

static void put_option_macro(struct buf *out, const struct option *option)
{
	if (option->letter != '\0')
		buf_printf(out, "Fl %c , ", option->letter);
	buf_puts(out, "Fl \\-");
	escape_put(out, MEDIUM_MDOC, str_from(option->name));
	if (option->metavar) {
		buf_puts(out, " Ar ");
		escape_put(out, MEDIUM_MDOC, str_from(option->metavar));
	}
}

static void put_synopsis(struct buf *out, const struct command *command)
{
	buf_puts(out, ".Sh SYNOPSIS\n.Nm gabion\n");
	buf_printf(out, ".Cm %s\n", command->name);
	buf_puts(out, ".Op Ar options\n");
	if (!command->argument)
		return;
	bool optional = command->least == 0;
	struct str name = str_from(command->argument);
	if (str_starts_with(name, STR("[")))
		name = str_slice(name, 1, name.len - 1);
	buf_put(out, optional ? STR(".Op Ar ") : STR(".Ar "));
	bool many = str_ends_with(name, STR("..."));
	escape_put(out, MEDIUM_MDOC, many ? str_slice(name, 0, name.len - 3) : name);
	buf_put(out, many ? STR(" ...\n") : STR("\n"));
}

static void put_options(struct buf *out, const struct command *command)
{
	buf_puts(out, "The options are:\n.Bl -tag -width Ds\n");
	for (size_t id = 0; id < OPTIONS; id++) {
		if (!command_takes(command, (enum option_id)id))
			continue;
		buf_puts(out, ".It ");
		put_option_macro(out, option_row((enum option_id)id));
		buf_put_char(out, '\n');
		put_line(out, str_from(option_row((enum option_id)id)->meaning));
	}
	buf_puts(out, ".El\n");
}

static bool has_environment(const struct command *command)
{
	for (size_t id = 0; id < OPTIONS; id++)
		if (command_takes(command, (enum option_id)id) &&
			option_row((enum option_id)id)->environment)
			return true;
	return false;
}

static void put_environment(struct buf *out, const struct command *command)
{
	if (!has_environment(command))
		return;
	buf_puts(out, ".Sh ENVIRONMENT\nWhat the command line does not say is taken from:\n"
		      ".Bl -tag -width GABION_OUTPUT\n");
	for (size_t id = 0; id < OPTIONS; id++) {
		const struct option *option = option_row((enum option_id)id);
		if (!command_takes(command, (enum option_id)id) || !option->environment)
			continue;
		buf_printf(out, ".It Ev %s\nas\n.Fl \\-", option->environment);
		escape_put(out, MEDIUM_MDOC, str_from(option->name));
		buf_put_char(out, '\n');
	}
	buf_puts(out, ".It Ev NO_COLOR , CLICOLOR_FORCE\ncolours off and on\n.El\n");
}

static void put_exits(struct buf *out, const struct command *command)
{
	buf_puts(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
	for (int code = 0; code < EXIT_CODES; code++) {
		const char *meaning =
			command ? command->exits[code] : exit_code_meaning((enum exit_code)code);
		if (!meaning)
			continue;
		buf_printf(out, ".It %d\n", code);
		put_line(out, str_from(meaning));
	}
	buf_puts(out, ".El\n");
}

static void put_examples(struct buf *out, const struct command *command)
{
	buf_puts(out, ".Sh EXAMPLES\n");
	for (const struct example *at = command->examples; at->line; at++) {
		if (at != command->examples)
			buf_puts(out, ".Pp\n");
		buf_puts(out, "For ");
		escape_put(out, MEDIUM_MDOC, str_from(at->meaning));
		buf_puts(out, ":\n.Dl ");
		escape_put(out, MEDIUM_MDOC, str_from(at->line));
		buf_put_char(out, '\n');
	}
}

static void put_command_page(struct buf *out, const struct command *command)
{
	put_head(out, command, command->summary);
	put_synopsis(out, command);
	buf_puts(out, ".Sh DESCRIPTION\n");
	put_paragraphs(out, command->description ? command->description : command->summary);
	buf_puts(out, ".Pp\n");
	put_options(out, command);
	put_environment(out, command);
	put_exits(out, command);
	put_examples(out, command);
	buf_puts(out, ".Sh SEE ALSO\n.Xr gabion 1\n");
}

/* The next command's name in alphabetical order, NULL behind the last. */
static const struct command *next_by_name(const struct command *last)
{
	const struct command *next = NULL;
	for (const struct command *at = command_next(NULL); at; at = command_next(at)) {
		bool after = !last || strcmp(at->name, last->name) > 0;
		if (!at->hidden && after && (!next || strcmp(at->name, next->name) < 0))
			next = at;
	}
	return next;
}

static void put_others(struct buf *out)
{
	const struct command *at = next_by_name(NULL);
	buf_puts(out, ".Sh SEE ALSO\n");
	while (at) {
		buf_puts(out, ".Xr ");
		put_page_name(out, at);
		at = next_by_name(at);
		buf_put(out, at ? STR(" 1 ,\n") : STR(" 1\n"));
	}
}

void manual_put(struct buf *out, const struct command *command)
{
	if (command) {
		put_command_page(out, command);
		return;
	}
	put_head(out, NULL, "layered container security by one catalogue of policies");
	buf_puts(out, ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n.Op Ar argument ...\n"
		      ".Sh DESCRIPTION\nThe commands are:\n.Bl -tag -width Ds\n");
	for (const struct command *at = command_next(NULL); at; at = command_next(at)) {
		if (at->hidden)
			continue;
		buf_printf(out, ".It Cm %s\n", at->name);
		put_line(out, str_from(at->summary));
	}
	buf_puts(out, ".El\n");
	put_exits(out, NULL);
	put_others(out);
}
