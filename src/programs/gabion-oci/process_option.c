/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/process_option.h"

#include "base/limits.h"
#include "base/number.h"
#include "programs/gabion-oci/prepare.h"

#include <stdlib.h>

static int read_document(
	struct invocation *invocation, struct spec_process *ret_process, struct error *err)
{
	struct str text;
	const char *path = invocation->options[OPTION_PROCESS];
	if (invocation->operand_count > 1)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"a command and --process cannot both say what to run");
	if (prepare_read_file(invocation->arena, path, LIMIT_CONTEXT_CONFIG_BYTES, &text, err) < 0)
		return -1;
	if (spec_read_process(invocation->arena, text, ret_process, err) < 0) {
		error_set_file(err, str_from(path));
		return -1;
	}
	return 0;
}

/* "1000", "1000:1000": numbers alone, whole, and none that stands for nobody at all. */
static int read_user(const char *text, struct spec_user *user, struct error *err)
{
	struct str rest = str_from(text), uid, gid;
	uint64_t numbers[2] = {0, user->gid};
	(void)str_next_part(&rest, ':', &uid);
	bool good = number_parse_uint(uid, 10, &numbers[0]);
	if (good && uid.len < strlen(text)) {
		gid = str_slice(str_from(text), uid.len + 1, SIZE_MAX);
		good = number_parse_uint(gid, 10, &numbers[1]);
	}
	if (!good || numbers[0] >= UINT32_MAX || numbers[1] >= UINT32_MAX) {
		(void)ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "--user: '%s' is no UID[:GID]", text);
		error_set_remedy(err, "write numbers, such as 1000:1000");
		return -1;
	}
	user->uid = (uint32_t)numbers[0];
	user->gid = (uint32_t)numbers[1];
	return 0;
}

static size_t count_repeated(const struct invocation *invocation, enum option_id option)
{
	size_t count = 0;
	for (const struct option_value *one = invocation->repeated; one; one = one->older)
		count += one->option == option;
	return count;
}

/* The container's environment, then that of the options, in the order they were given. */
static void add_environment(struct invocation *invocation, struct spec_process *process)
{
	size_t added = count_repeated(invocation, OPTION_ENV), at = process->env.count + added;
	struct spec_text *all = ARENA_NEW_ARRAY(invocation->arena, struct spec_text, at);
	for (size_t i = 0; i < process->env.count; i++)
		all[i] = process->env.items[i];
	for (const struct option_value *one = invocation->repeated; one; one = one->older)
		if (one->option == OPTION_ENV)
			all[--at].text = one->value;
	process->env = (struct spec_texts){.items = all, .count = process->env.count + added};
}

static int add_groups(struct invocation *invocation, struct spec_user *user, struct error *err)
{
	size_t added = count_repeated(invocation, OPTION_ADDITIONAL_GIDS);
	size_t at = user->additional_gid_count;
	struct spec_number *all =
		ARENA_NEW_ARRAY(invocation->arena, struct spec_number, at + added);
	for (size_t i = 0; i < at; i++)
		all[i] = user->additional_gids[i];
	for (const struct option_value *one = invocation->repeated; one; one = one->older) {
		uint64_t gid = 0;
		if (one->option != OPTION_ADDITIONAL_GIDS)
			continue;
		if (!number_parse_uint(str_from(one->value), 10, &gid) || gid >= UINT32_MAX)
			return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
				"--additional-gids: '%s' is no GID", one->value);
		all[at++] = (struct spec_number){.value = (int64_t)gid, .set = true};
	}
	user->additional_gids = all;
	user->additional_gid_count = at;
	return 0;
}

static int add_capabilities(
	struct invocation *invocation, struct spec_capabilities *sets, struct error *err)
{
	for (const struct option_value *one = invocation->repeated; one; one = one->older) {
		uint64_t bit = 0;
		if (one->option != OPTION_CAP)
			continue;
		if (!spec_capability_find(one->value, &bit))
			return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
				"--cap: '%s' is no capability", one->value);
		sets->bounding |= bit;
		sets->effective |= bit;
		sets->permitted |= bit;
		sets->set = true;
	}
	return 0;
}

static void take_arguments(struct invocation *invocation, struct spec_process *process)
{
	size_t count = invocation->operand_count - 1;
	struct spec_text *args = ARENA_NEW_ARRAY(invocation->arena, struct spec_text, count);
	for (size_t i = 0; i < count; i++)
		args[i].text = invocation->operands[i + 1];
	process->args = (struct spec_texts){.items = args, .count = count};
}

int process_option_read(struct invocation *invocation, const struct spec *spec,
	struct spec_process *ret_process, struct error *err)
{
	const char *const *given = invocation->options;
	if (given[OPTION_PROCESS])
		return read_document(invocation, ret_process, err);
	if (invocation->operand_count < 2)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "exec needs a command, or --process");
	*ret_process = *spec->process;
	take_arguments(invocation, ret_process);
	add_environment(invocation, ret_process);
	ret_process->terminal = given[OPTION_TTY] != NULL;
	if (given[OPTION_CWD])
		ret_process->cwd = (struct spec_text){.text = given[OPTION_CWD]};
	if (ret_process->cwd.text[0] != '/')
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "--cwd: '%s' is not absolute",
			ret_process->cwd.text);
	if (given[OPTION_NO_NEW_PRIVS])
		ret_process->no_new_privileges = true;
	if (given[OPTION_APPARMOR])
		ret_process->apparmor_profile.text = given[OPTION_APPARMOR];
	if (given[OPTION_PROCESS_LABEL])
		ret_process->selinux_label.text = given[OPTION_PROCESS_LABEL];
	if (given[OPTION_USER] && read_user(given[OPTION_USER], &ret_process->user, err) < 0)
		return -1;
	return add_groups(invocation, &ret_process->user, err) < 0
		       ? -1
		       : add_capabilities(invocation, &ret_process->capabilities, err);
}
