/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/invocation.h"

#include "base/arena.h"
#include "programs/gabion/suggest.h"

/* An option as it was typed, before it is known whose it is. */
struct typed {
	struct str shown; /* --name or -n */
	struct str name;  /* long name, or the letter alone */
	bool is_letter;
	bool has_value;
	struct str value;
};

struct parser {
	struct invocation *invocation;
	struct arena *arena;
	char *const *words;
	size_t count, at;
	struct typed *typed;
	size_t typed_count, typed_capacity;
	struct error *err;
};

static bool matches(const struct option *option, const struct typed *typed)
{
	if (typed->is_letter)
		return option->letter != '\0' && typed->name.data[0] == option->letter;
	return str_equal(typed->name, str_from(option->name));
}

/* Rows of one name agree on whether they take a value, so the first will do. */
static const struct option *any_option(const struct typed *typed)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (matches(option_row((enum option_id)i), typed))
			return option_row((enum option_id)i);
	return NULL;
}

static enum option_id option_of(const struct command *command, const struct typed *typed)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (matches(option_row((enum option_id)i), typed) &&
			command_takes(command, (enum option_id)i))
			return (enum option_id)i;
	return NO_OPTION;
}

static int usage(struct parser *parser, const char *message, struct str what, const char *more)
{
	return ERROR_SET(
		parser->err, ERROR_POLICY, NO_ORIGIN, "%s%.*s%s", message, STR_ARGS(what), more);
}

static void remember(struct parser *parser, struct typed typed)
{
	if (parser->typed_count == parser->typed_capacity)
		parser->typed = arena_grow(parser->arena, parser->typed, parser->typed_count,
			&parser->typed_capacity, sizeof(*parser->typed));
	parser->typed[parser->typed_count++] = typed;
}

/* The value stands behind "=", or is the next word, which may begin with a dash only if it is one.
 */
static int take_value(struct parser *parser, struct typed *typed)
{
	const struct option *option = any_option(typed);
	if (!option)
		return 0;
	if (!option->metavar) {
		if (!typed->has_value)
			return 0;
		return usage(parser, "", typed->shown, " takes no value");
	}
	if (!typed->has_value && parser->at < parser->count) {
		struct str next = str_from(parser->words[parser->at]);
		typed->has_value = !str_starts_with(next, STR("-")) || next.len == 1;
		if (typed->has_value) {
			typed->value = next;
			parser->at++;
		}
	}
	if (!typed->has_value || typed->value.len == 0) {
		usage(parser, "", typed->shown, " needs a value");
		error_set_remedy(parser->err, "write --%s %s", option->name, option->metavar);
		return -1;
	}
	return 0;
}

static int parse_long(struct parser *parser, struct str word)
{
	size_t equals = str_find_char(word, '=');
	struct typed typed = {.shown = str_slice(word, 0, equals),
		.name = str_slice(word, 2, equals),
		.has_value = equals != SIZE_MAX};
	if (typed.has_value)
		typed.value = str_slice(word, equals + 1, word.len);
	if (take_value(parser, &typed) < 0)
		return -1;
	remember(parser, typed);
	return 0;
}

/* -q, -o json, -ojson, -o=json, -qo json. */
static int parse_letters(struct parser *parser, struct str word)
{
	for (size_t i = 1; i < word.len; i++) {
		struct typed typed = {.name = str_slice(word, i, i + 1), .is_letter = true};
		typed.shown = str_format(parser->arena, "-%c", word.data[i]);
		const struct option *option = any_option(&typed);
		if (option && option->metavar && i + 1 < word.len) {
			typed.has_value = true;
			typed.value = str_slice(word, i + 1 + (word.data[i + 1] == '='), word.len);
			i = word.len;
		}
		if (take_value(parser, &typed) < 0)
			return -1;
		remember(parser, typed);
	}
	return 0;
}

static int split_words(struct parser *parser)
{
	struct invocation *invocation = parser->invocation;
	bool only_arguments = false;
	invocation->arguments = ARENA_NEW_ARRAY(parser->arena, struct str, parser->count + 1);
	while (parser->at < parser->count) {
		struct str word = str_from(parser->words[parser->at++]);
		bool dashed = !only_arguments && word.len > 1 && word.data[0] == '-';
		int result = 0;
		if (dashed && word.len == 2 && word.data[1] == '-')
			only_arguments = true;
		else if (dashed && word.data[1] == '-')
			result = parse_long(parser, word);
		else if (dashed)
			result = parse_letters(parser, word);
		else
			invocation->arguments[invocation->argument_count++] = word;
		if (result < 0)
			return -1;
	}
	return 0;
}

/* How many words of a command's name the arguments begin with; all of them or 0. */
static size_t words_of_name(const struct invocation *invocation, const char *name)
{
	struct str rest = str_from(name), word;
	size_t count = 0;
	while (str_next_part(&rest, ' ', &word)) {
		if (count >= invocation->argument_count ||
			!str_equal(word, invocation->arguments[count]))
			return 0;
		count++;
	}
	return count;
}

static int unknown_command(struct parser *parser)
{
	const struct invocation *invocation = parser->invocation;
	struct suggestion suggestion = {0};
	struct str typed = invocation->arguments[0];
	bool is_group = false;
	for (const struct command *at = command_next(NULL); at; at = command_next(at)) {
		struct str rest = str_from(at->name), group;
		str_next_part(&rest, ' ', &group);
		is_group |= rest.data && str_equal(group, typed);
	}
	if (is_group)
		typed = invocation->argument_count > 1
				? str_format(parser->arena, "%.*s %.*s", STR_ARGS(typed),
					  STR_ARGS(invocation->arguments[1]))
				: typed;
	for (const struct command *at = command_next(NULL); at; at = command_next(at))
		if (!at->hidden)
			suggest_offer(&suggestion, typed, str_from(at->name));
	if (is_group && invocation->argument_count == 1) {
		usage(parser, "gabion ", typed, " needs to be told what to do");
		error_set_remedy(
			parser->err, "gabion help %.*s lists what it can", STR_ARGS(typed));
		return -1;
	}
	usage(parser, "there is no command '", typed, "'");
	if (suggest_found(&suggestion))
		error_set_remedy(parser->err, "did you mean '%.*s'? gabion help lists all commands",
			STR_ARGS(suggestion.best));
	else
		error_set_remedy(parser->err, "gabion help lists all commands");
	return -1;
}

static int find_command(struct parser *parser)
{
	struct invocation *invocation = parser->invocation;
	size_t taken = 0;
	if (invocation->argument_count == 0)
		return 0;
	for (const struct command *at = command_next(NULL); at; at = command_next(at)) {
		size_t words = words_of_name(invocation, at->name);
		if (words > taken) {
			invocation->command = at;
			taken = words;
		}
	}
	if (!invocation->command)
		return unknown_command(parser);
	invocation->arguments += taken;
	invocation->argument_count -= taken;
	return 0;
}

static int unknown_option(struct parser *parser, const struct typed *typed)
{
	const struct command *command = parser->invocation->command;
	struct suggestion suggestion = {0};
	ERROR_SET(parser->err, ERROR_POLICY, NO_ORIGIN, "gabion%s%s has no option %.*s",
		command ? " " : "", command ? command->name : "", STR_ARGS(typed->shown));
	for (size_t i = 0; i < OPTIONS && !typed->is_letter; i++)
		if (command_takes(command, (enum option_id)i))
			suggest_offer(&suggestion, typed->name,
				str_from(option_row((enum option_id)i)->name));
	if (suggest_found(&suggestion))
		error_set_remedy(parser->err, "did you mean --%.*s?", STR_ARGS(suggestion.best));
	else if (typed->is_letter)
		error_set_remedy(parser->err, "write -- before an argument that begins with -");
	else
		error_set_remedy(parser->err, "gabion help%s%s lists its options",
			command ? " " : "", command ? command->name : "");
	return -1;
}

static int check_word(
	struct parser *parser, const struct option *option, struct str value, const char *where)
{
	struct suggestion suggestion = {0};
	char memory[256];
	struct buf all;
	if (option->values != VALUES_WORDS)
		return 0;
	buf_init_fixed(&all, memory, sizeof(memory));
	for (const char *const *word = option->words; *word; word++) {
		if (str_equal(value, str_from(*word)))
			return 0;
		suggest_offer(&suggestion, value, str_from(*word));
		buf_printf(&all, "%s%s", word == option->words ? "" : ", ", *word);
	}
	ERROR_SET(parser->err, ERROR_POLICY, NO_ORIGIN, "%s does not know '%.*s'", where,
		STR_ARGS(value));
	if (suggest_found(&suggestion))
		error_set_remedy(parser->err, "did you mean %.*s? It knows %.*s",
			STR_ARGS(suggestion.best), STR_ARGS(buf_str(&all)));
	else
		error_set_remedy(parser->err, "it knows %.*s", STR_ARGS(buf_str(&all)));
	return -1;
}

static void add_value(struct parser *parser, enum option_id id, struct str value)
{
	struct option_use *use = &parser->invocation->options[id];
	struct str *values = ARENA_NEW_ARRAY(parser->arena, struct str, use->count + 1);
	if (use->count > 0)
		memcpy(values, use->values, use->count * sizeof(*values));
	values[use->count++] = str_copy(parser->arena, value);
	use->values = values;
}

static int use_option(struct parser *parser, const struct typed *typed)
{
	enum option_id id = option_of(parser->invocation->command, typed);
	if (id == NO_OPTION)
		return unknown_option(parser, typed);
	const struct option *option = option_row((enum option_id)id);
	if (parser->invocation->options[id].count > 0 && !option->repeatable) {
		usage(parser, "", typed->shown, " is given twice");
		error_set_remedy(parser->err, "keep the one you mean");
		return -1;
	}
	char where[64];
	struct buf text;
	buf_init_fixed(&text, where, sizeof(where) - 1);
	buf_printf(&text, "--%s", option->name);
	where[text.len] = '\0';
	if (option->metavar && check_word(parser, option, typed->value, where) < 0)
		return -1;
	add_value(parser, id, typed->value);
	return 0;
}

static int check_exclusions(struct parser *parser)
{
	const struct option_use *uses = parser->invocation->options;
	for (size_t i = 0; i < OPTIONS; i++) {
		enum option_id other = option_row((enum option_id)i)->excludes;
		if (uses[i].count == 0 || other == NO_OPTION || uses[other].count == 0)
			continue;
		ERROR_SET(parser->err, ERROR_POLICY, NO_ORIGIN,
			"--%s and --%s contradict each other", option_row((enum option_id)i)->name,
			option_row((enum option_id)other)->name);
		error_set_remedy(parser->err, "keep the one you mean");
		return -1;
	}
	return 0;
}

static int use_flag_variable(struct parser *parser, enum option_id id, struct str value)
{
	if (str_equal(value, STR("1")) || str_equal(value, STR("true"))) {
		add_value(parser, id, value);
		return 0;
	}
	if (str_equal(value, STR("0")) || str_equal(value, STR("false")))
		return 0;
	ERROR_SET(parser->err, ERROR_POLICY, NO_ORIGIN, "%s does not know '%.*s'",
		option_row((enum option_id)id)->environment, STR_ARGS(value));
	error_set_remedy(parser->err, "set it to 1 or 0");
	return -1;
}

static int use_variable(struct parser *parser, enum option_id id, struct str value)
{
	const struct option *option = option_row((enum option_id)id);
	struct str part;
	if (!option->metavar)
		return use_flag_variable(parser, id, value);
	while (value.data) {
		part = value;
		if (option->separator != '\0')
			str_next_part(&value, option->separator, &part);
		else
			value.data = NULL;
		if (part.len == 0)
			continue;
		if (check_word(parser, option, part, option->environment) < 0)
			return -1;
		add_value(parser, id, part);
	}
	return 0;
}

/* The command line wins, also over a variable that contradicts it. */
static int use_environment(struct parser *parser, environment_reader *environment)
{
	const struct command *command = parser->invocation->command;
	struct option_use *uses = parser->invocation->options;
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct option *option = option_row((enum option_id)i);
		if (!option->environment || !command_takes(command, (enum option_id)i) ||
			uses[i].count > 0 ||
			(option->excludes != NO_OPTION && uses[option->excludes].count > 0))
			continue;
		const char *value = environment(option->environment);
		if (!value || value[0] == '\0')
			continue;
		if (use_variable(parser, (enum option_id)i, str_from(value)) < 0)
			return -1;
		uses[i].from_environment = true;
	}
	return 0;
}

static int check_argument_words(struct parser *parser)
{
	const struct invocation *invocation = parser->invocation;
	struct option words = {
		.values = invocation->command->values, .words = invocation->command->words};
	struct str where = str_format(parser->arena, "gabion %s", invocation->command->name);
	for (size_t i = 0; i < invocation->argument_count; i++)
		if (check_word(parser, &words, invocation->arguments[i], where.data) < 0)
			return -1;
	return 0;
}

static int check_arguments(struct parser *parser)
{
	const struct invocation *invocation = parser->invocation;
	const struct command *command = invocation->command;
	if (invocation->argument_count < command->least) {
		ERROR_SET(parser->err, ERROR_POLICY, NO_ORIGIN, "gabion %s needs %s", command->name,
			command->argument);
		error_set_remedy(parser->err, "for example: %s", command->examples[0].line);
		return -1;
	}
	if (invocation->argument_count <= command->most)
		return check_argument_words(parser);
	ERROR_SET(parser->err, ERROR_POLICY, NO_ORIGIN, "gabion %s cannot use the argument '%.*s'",
		command->name, STR_ARGS(invocation->arguments[command->most]));
	error_set_remedy(parser->err, "for example: %s", command->examples[0].line);
	return -1;
}

int invocation_parse(struct invocation *ret_invocation, struct arena *arena, char *const *words,
	size_t count, environment_reader *environment, struct error *err)
{
	*ret_invocation = (struct invocation){.arena = arena};
	struct parser parser = {.invocation = ret_invocation,
		.arena = arena,
		.words = words,
		.count = count,
		.err = err};
	if (split_words(&parser) < 0 || find_command(&parser) < 0)
		return -1;
	for (size_t i = 0; i < parser.typed_count; i++)
		if (use_option(&parser, &parser.typed[i]) < 0)
			return -1;
	/* Who asks for help gets it, whatever else is missing. */
	if (!ret_invocation->command || invocation_has(ret_invocation, OPTION_HELP))
		return 0;
	if (check_exclusions(&parser) < 0 || use_environment(&parser, environment) < 0)
		return -1;
	return check_arguments(&parser);
}

bool invocation_has(const struct invocation *invocation, enum option_id id)
{
	return invocation->options[id].count > 0;
}

struct str invocation_value(
	const struct invocation *invocation, enum option_id id, struct str fallback)
{
	const struct option_use *use = &invocation->options[id];
	return use->count > 0 ? use->values[use->count - 1] : fallback;
}

int invocation_word(const struct invocation *invocation, enum option_id id)
{
	struct str value = invocation_value(invocation, id, (struct str){NULL, 0});
	for (int i = 0; value.data && option_row((enum option_id)id)->words[i]; i++)
		if (str_equal(value, str_from(option_row((enum option_id)id)->words[i])))
			return i;
	return -1;
}
