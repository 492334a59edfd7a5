/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/invocation.h"

#include "base/number.h"

/* Options before the command. */
static const enum option_id global_options[] = {OPTION_ROOT, OPTION_LOG, OPTION_LOG_FORMAT,
	OPTION_LOG_LEVEL, OPTION_DEBUG, OPTION_SYSTEMD_CGROUP, OPTION_CGROUP_MANAGER,
	OPTION_ROOTLESS, OPTION_CRIU, OPTION_CONTEXT_JUDGE, OPTION_HELP, OPTION_VERSION,
	OPTION_NONE};

static const enum option_id help_option[] = {OPTION_HELP, OPTION_NONE};

static enum option_id find_in(const enum option_id *allowed, struct str name)
{
	for (; *allowed != OPTION_NONE; allowed++) {
		const struct option *option = &options[*allowed];
		bool by_letter = name.len == 1 && name.data[0] == option->letter;
		if (by_letter || str_equal(str_from(option->name), name))
			return *allowed;
	}
	return OPTION_NONE;
}

static enum option_id find_option(const struct invocation *invocation, struct str name)
{
	if (!invocation->command)
		return find_in(global_options, name);
	enum option_id found = find_in(invocation->command->options, name);
	return found != OPTION_NONE ? found : find_in(help_option, name);
}

static void set_option(struct invocation *invocation, enum option_id id, const char *value)
{
	invocation->options[id] = value;
	if (!options[id].repeated)
		return;
	struct option_value *one = ARENA_NEW(invocation->arena, struct option_value);
	*one = (struct option_value){invocation->repeated, id, value};
	invocation->repeated = one;
}

/* One option; *arguments moves over a value that stands apart. */
static int read_option(struct invocation *invocation, char ***arguments, struct error *err)
{
	struct str text = str_from(**arguments);
	size_t dashes = text.data[1] == '-' ? 2 : 1;
	text = str_slice(text, dashes, text.len);
	size_t equals = str_find_char(text, '=');
	struct str name = str_slice(text, 0, equals);
	enum option_id id = find_option(invocation, name);
	if (id == OPTION_NONE || (dashes == 1 && name.len > 1)) {
		(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "there is no option '%s'%s%s",
			**arguments, invocation->command ? " of " : "",
			invocation->command ? invocation->command->name : "");
		error_set_remedy(err, "see gabion-oci %s --help",
			invocation->command ? invocation->command->name : "");
		return -1;
	}
	const char *value = equals != SIZE_MAX ? text.data + equals + 1 : NULL;
	if (options[id].value[0] == '\0' && value && strcmp(value, "true") != 0 &&
		strcmp(value, "false") != 0)
		return ERROR_SET(
			err, ERROR_INPUT, NO_ORIGIN, "--%s takes no value", options[id].name);
	if (options[id].value[0] == '\0') {
		set_option(invocation, id, value && strcmp(value, "false") == 0 ? NULL : "");
		return 0;
	}
	if (!value && !(value = *++*arguments)) {
		--*arguments;
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "--%s needs a value: %s",
			options[id].name, options[id].value);
	}
	set_option(invocation, id, value);
	return 0;
}

static int find_command(struct invocation *invocation, const char *name, struct error *err)
{
	for (const struct command *command = commands; command->name; command++) {
		if (strcmp(command->name, name) == 0) {
			invocation->command = command;
			return 0;
		}
	}
	(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "there is no command '%s'", name);
	error_set_remedy(err, "see gabion-oci --help");
	return -1;
}

static int check_operands(const struct invocation *invocation, struct error *err)
{
	const struct command *command = invocation->command;
	if (!command || invocation->options[OPTION_HELP])
		return 0;
	if (invocation->operand_count >= command->min_operands &&
		invocation->operand_count <= command->max_operands)
		return 0;
	(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "%s takes %s, not %zu operands", command->name,
		command->operands[0] ? command->operands : "nothing", invocation->operand_count);
	error_set_remedy(err, "see gabion-oci %s --help", command->name);
	return -1;
}

/* Options of a command end with its first operand where others' arguments follow (exec ID CMD), for
 * they are not ours. */
int invocation_read(struct invocation *ret, struct arena *arena, char **arguments,
	char **environment, struct error *err)
{
	*ret = (struct invocation){
		.arena = arena, .arguments = arguments, .environment = environment};
	bool options_end = false;
	size_t count = 0;
	while (arguments[count])
		count++;
	ret->operands = ARENA_NEW_ARRAY(arena, char *, count + 1);
	for (arguments += count > 0; *arguments; arguments++) {
		bool is_option = !options_end && (*arguments)[0] == '-' && (*arguments)[1] != '\0';
		if (is_option && strcmp(*arguments, "--") == 0) {
			options_end = true;
		} else if (is_option) {
			if (read_option(ret, &arguments, err) < 0)
				return -1;
		} else if (!ret->command) {
			if (find_command(ret, *arguments, err) < 0)
				return -1;
		} else {
			ret->operands[ret->operand_count++] = *arguments;
			options_end = options_end || ret->command->max_operands == SIZE_MAX;
		}
	}
	return check_operands(ret, err);
}

int invocation_number(const struct invocation *invocation, enum option_id option, int64_t otherwise,
	int64_t *ret_number, struct error *err)
{
	const char *text = invocation->options[option];
	*ret_number = otherwise;
	if (!text || number_parse_int(str_from(text), ret_number))
		return 0;
	return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "--%s: '%s' is no whole number",
		options[option].name, text);
}

static void print_option(const struct option *option, struct buf *out)
{
	char letter[] = {'-', option->letter, ',', ' ', '\0'};
	char left[64];
	struct buf words;
	buf_init_fixed(&words, left, sizeof(left));
	buf_printf(&words, "%s--%s%s%s", option->letter ? letter : "    ", option->name,
		option->value[0] ? " " : "", option->value);
	buf_printf(out, "  %-32.*s %s\n", STR_ARGS(buf_str(&words)), option->help);
}

static void print_options(const enum option_id *ids, struct buf *out)
{
	buf_puts(out, "\nOptions:\n");
	for (; *ids != OPTION_NONE; ids++)
		print_option(&options[*ids], out);
}

void help_print(const struct command *command, struct buf *out)
{
	if (command) {
		buf_printf(out, "Usage: gabion-oci %s [options] %s\n\n%s\n", command->name,
			command->operands, command->summary);
		if (command->options[0] != OPTION_NONE)
			print_options(command->options, out);
		return;
	}
	buf_puts(out,
		"Usage: gabion-oci [options] COMMAND ...\n\n"
		"An OCI container runtime (runtime specification 1.0 to 1.3).\n\nCommands:\n");
	for (command = commands; command->name; command++)
		buf_printf(out, "  %-10s %s\n", command->name, command->summary);
	print_options(global_options, out);
}
