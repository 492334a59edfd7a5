/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/explain.h"
#include "programs/gabion/invocation.h"
#include "programs/gabion/load.h"
#include "report/escape.h"
#include "report/report.h"

/* The line being completed. */
struct line {
	struct arena *arena;
	struct buf *out;
	struct str *words; /* before the current one */
	size_t count;
	struct str current;
	struct str prefix; /* stands before every candidate: the `--name=` of the current word */
};

static void put_candidate(const struct line *line, struct str candidate, struct str meaning)
{
	if (!str_starts_with(candidate, line->current))
		return;
	buf_put(line->out, line->prefix);
	escape_put(line->out, MEDIUM_TERMINAL, candidate);
	if (meaning.len > 0) {
		buf_put_char(line->out, '\t');
		escape_put(line->out, MEDIUM_TERMINAL, meaning);
	}
	buf_put_char(line->out, '\n');
}

static void put_words(const struct line *line, const char *const *words)
{
	for (; words && *words; words++)
		put_candidate(line, str_from(*words), STR(""));
}

/* FORMAT, or the file behind FORMAT=. */
static void put_outputs(const struct line *line)
{
	if (str_find_char(line->current, '=') != SIZE_MAX) {
		buf_puts(line->out, ":files\n");
		return;
	}
	for (const struct report_format *const *at = report_formats; *at; at++)
		put_candidate(line, str_from((*at)->name), str_from((*at)->meaning));
}

static void put_policies(const struct line *line)
{
	const struct catalogue *catalogue = load_builtin(line->arena);
	for (size_t i = 0; catalogue && i < catalogue_count(catalogue); i++) {
		const struct policy *policy = catalogue_policy(catalogue, i);
		put_candidate(line, policy->id, policy->title);
	}
}

static void put_profiles(const struct line *line)
{
	const struct catalogue *catalogue = load_builtin(line->arena);
	for (size_t i = 0; catalogue && i < catalogue_profile_count(catalogue); i++) {
		const struct policy_profile *profile = catalogue_profile_at(catalogue, i);
		put_candidate(line, profile->id, profile->title);
	}
}

static void put_versions(const struct line *line)
{
	for (unsigned minor = KUBERNETES_OLDEST; minor <= KUBERNETES_NEWEST; minor++)
		put_candidate(line, str_format(line->arena, "1.%u", minor), STR(""));
}

/* The next word of every command whose first words are those typed. */
static void put_commands(const struct line *line, const struct str *typed, size_t typed_count)
{
	struct str last = {NULL, 0};
	for (const struct command *at = command_next(NULL); at; at = command_next(at)) {
		struct str rest = str_from(at->name), word = {NULL, 0};
		bool fits = !at->hidden;
		for (size_t i = 0; i < typed_count && fits; i++)
			fits = str_next_part(&rest, ' ', &word) && str_equal(word, typed[i]);
		if (!fits || !str_next_part(&rest, ' ', &word) || str_equal(word, last))
			continue;
		put_candidate(line, word, rest.data ? STR("") : str_from(at->summary));
		last = word;
	}
}

static void put_explained(const struct line *line)
{
	put_policies(line);
	for (size_t i = 0; i < explain_topic_count(); i++) {
		const struct explain_topic *topic = explain_topic(i);
		put_candidate(line, str_from(topic->id), str_from(topic->title));
	}
}

static void put_values(const struct line *line, enum value_source source, const char *const *words)
{
	switch (source) {
	case VALUES_WORDS:
		put_words(line, words);
		return;
	case VALUES_OUTPUTS:
		put_outputs(line);
		return;
	case VALUES_FILES:
		buf_puts(line->out, ":files\n");
		return;
	case VALUES_POLICIES:
		put_policies(line);
		return;
	case VALUES_PROFILES:
		put_profiles(line);
		return;
	case VALUES_VERSIONS:
		put_versions(line);
		return;
	case VALUES_COMMANDS:
		put_commands(line, NULL, 0);
		return;
	case VALUES_EXPLAINED:
		put_explained(line);
		return;
	case VALUES_NONE:
		return;
	}
}

/* The option a word names on its own, or NULL. */
static const struct option *option_named(const struct command *command, struct str word)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct option *option = option_row((enum option_id)i);
		bool is_long = str_starts_with(word, STR("--")) &&
			       str_equal(str_slice(word, 2, word.len), str_from(option->name));
		bool is_letter = word.len == 2 && word.data[0] == '-' && option->letter != '\0' &&
				 word.data[1] == option->letter;
		if ((is_long || is_letter) &&
			(!command || command_takes(command, (enum option_id)i)))
			return option;
	}
	return NULL;
}

/* The words that are neither options nor values of options. */
static size_t plain_words(const struct line *line, struct str *ret_words)
{
	size_t count = 0;
	for (size_t i = 0; i < line->count; i++) {
		const struct option *option = option_named(NULL, line->words[i]);
		if (option && option->metavar)
			i++;
		else if (!str_starts_with(line->words[i], STR("-")) || line->words[i].len == 1)
			ret_words[count++] = line->words[i];
	}
	return count;
}

static const struct command *command_of(
	const struct line *line, const struct str *words, size_t count)
{
	for (size_t taken = count < 2 ? count : 2; taken > 0; taken--) {
		struct str name = words[0];
		if (taken == 2)
			name = str_format(
				line->arena, "%.*s %.*s", STR_ARGS(words[0]), STR_ARGS(words[1]));
		const struct command *command = command_find(name);
		if (command)
			return command;
	}
	return NULL;
}

static void put_options(const struct line *line, const struct command *command)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (command_takes(command, (enum option_id)i))
			put_candidate(line,
				str_format(
					line->arena, "--%s", option_row((enum option_id)i)->name),
				str_from(option_row((enum option_id)i)->meaning));
}

/* `--name=va`: what stands before the value is not part of what is compared. */
static const struct option *split_current(
	struct line *line, const struct command *command, bool bash)
{
	size_t equals = str_find_char(line->current, '=');
	if (equals == SIZE_MAX || !str_starts_with(line->current, STR("--")))
		return NULL;
	const struct option *option = option_named(command, str_slice(line->current, 0, equals));
	if (!option || !option->metavar)
		return NULL;
	/* To bash the value is a word of its own. */
	line->prefix = bash ? STR("") : str_slice(line->current, 0, equals + 1);
	line->current = str_slice(line->current, equals + 1, line->current.len);
	return option;
}

static void complete(struct line *line, bool bash)
{
	struct str *plain = ARENA_NEW_ARRAY(line->arena, struct str, line->count + 1);
	size_t count = plain_words(line, plain);
	const struct command *command = command_of(line, plain, count);
	const struct option *option = split_current(line, command, bash);
	if (!option && line->count > 0)
		option = option_named(command, line->words[line->count - 1]);
	if (option && option->metavar)
		put_values(line, option->values, option->words);
	else if (str_starts_with(line->current, STR("-")))
		put_options(line, command);
	else if (command)
		put_values(line, command->values, command->words);
	else
		put_commands(line, plain, count);
}

/* Bash takes words apart at "="; here they are put together again. */
static void take_words(struct line *line, const struct str *words, size_t count)
{
	line->words = ARENA_NEW_ARRAY(line->arena, struct str, count + 1);
	for (size_t i = 0; i < count; i++) {
		bool glue = line->count > 0 && str_equal(words[i], STR("="));
		if (!glue) {
			line->words[line->count++] = words[i];
			continue;
		}
		struct str value = i + 1 < count ? words[++i] : STR("");
		line->words[line->count - 1] = str_format(line->arena, "%.*s=%.*s",
			STR_ARGS(line->words[line->count - 1]), STR_ARGS(value));
	}
	if (line->count > 0)
		line->current = line->words[--line->count];
}

int command_complete(struct invocation *invocation)
{
	struct line line = {.arena = invocation->arena,
		.out = &invocation->console->out.buf,
		.current = STR(""),
		.prefix = STR("")};
	take_words(&line, invocation->arguments + 1, invocation->argument_count - 1);
	complete(&line, str_equal(invocation->arguments[0], STR("bash")));
	return EXIT_ALLOWED;
}
