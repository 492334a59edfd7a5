/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/contexts.h"

#include "base/limits.h"
#include "data/json.h"
#include "policy/context.h"
#include "programs/gabion/console.h"
#include "programs/gabion/judge.h"
#include "sys/clock.h"
#include "sys/files.h"

static int tell(struct invocation *invocation, const struct loaded *loaded, const struct error *err)
{
	console_tell(invocation->console, "error", err, load_text(loaded, err->file));
	return EXIT_INVALID;
}

static void warn_of_expired(
	struct invocation *invocation, const struct loaded *loaded, const struct context *context)
{
	for (size_t i = 0; i < context->expired_count; i++) {
		const struct policy_grant *grant = context->expired[i];
		struct error err = {0};
		ERROR_SET(&err, ERROR_POLICY, grant->origin,
			"the opt-in %s has expired, so it grants nothing", grant->opt_in->name);
		error_set_remedy(&err, "ask %.*s to renew it or remove it", STR_ARGS(grant->owner));
		error_set_file(&err, context->policy->file);
		console_tell(invocation->console, "warning", &err,
			load_text(loaded, context->policy->file));
	}
}

static int no_such_context(struct invocation *invocation, struct str name, struct str nearest)
{
	struct error err = {0};
	ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN, "there is no context '%.*s'", STR_ARGS(name));
	if (nearest.len > 0)
		error_set_remedy(&err, "did you mean %.*s?", STR_ARGS(nearest));
	else
		error_set_remedy(&err, "add the file that defines it with --policy FILE");
	console_tell(invocation->console, "error", &err, STR(""));
	return EXIT_INVALID;
}

int contexts_named(struct invocation *invocation, const struct loaded *loaded, struct str name,
	int64_t now_s, struct context *ret_context)
{
	struct str nearest = STR("");
	struct error err = {0};
	bool is_default = str_equal(name, STR("default"));
	const struct policy_context *policy = catalogue_context(loaded->catalogue, name, &nearest);
	if (!policy && !is_default)
		return no_such_context(invocation, name, nearest);
	if (context_make(invocation->arena, policy, now_s, ret_context, &err) < 0)
		return tell(invocation, loaded, &err);
	warn_of_expired(invocation, loaded, ret_context);
	return EXIT_ALLOWED;
}

int contexts_choose(struct invocation *invocation, struct chosen_context *ret_chosen)
{
	int code = load_catalogue(invocation, &ret_chosen->loaded);
	ret_chosen->now_s = clock_now_s();
	if (code != EXIT_ALLOWED)
		return code;
	return contexts_named(invocation, &ret_chosen->loaded,
		invocation_value(invocation, OPTION_CONTEXT, STR("default")), ret_chosen->now_s,
		&ret_chosen->context);
}

void contexts_tell_reason(struct invocation *invocation, const struct reason *reason,
	enum error_kind kind, struct str file)
{
	struct error err = {0};
	ERROR_SET(&err, kind, NO_ORIGIN, "%.*s: %.*s [%.*s]", STR_ARGS(reason->path),
		STR_ARGS(reason->message), STR_ARGS(reason->policy->id));
	error_set_remedy(&err, "%.*s", STR_ARGS(reason->remedy));
	error_set_file(&err, file);
	console_tell(invocation->console, reason->phase == PHASE_ENFORCE ? "error" : "warning",
		&err, STR(""));
}

int contexts_read_config(struct invocation *invocation, struct str path, struct value *ret_config,
	struct str *ret_text, struct error *err)
{
	struct arena *arena = invocation->arena;
	struct file_source source = {NULL, path.data, path.data};
	int fd;
	int read = judge_is_descriptor(path, &fd)
			   ? file_read_stream(arena, fd, path.data, LIMIT_CONTEXT_CONFIG_BYTES,
				     ret_text, err)
			   : file_read(arena, &source, LIMIT_CONTEXT_CONFIG_BYTES, ret_text, err);
	if (read == 0)
		read = json_read(arena, *ret_text, DOCUMENT_CEL, ret_config, err);
	error_set_file(err, path);
	return read;
}
