/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/context.h"

#include "base/embed.h"
#include "data/fields.h"
#include "data/json.h"
#include "layers/context/confinement.h"
#include "layers/context/grants.h"
#include "layers/context/schema.h"
#include "layers/context/shaping.h"
#include "policy/form.h"

/* Made by tools/embed from default.json. */
extern const struct embedded embedded_default_context;

/* A context being made: what its steps hand to each other. */
struct making {
	struct arena *arena;
	struct context *context;
	const struct value *document; /* of the policy's kind Context; NULL for the default */
	struct error *err;
};

static int put(struct making *making, const char *pointer, struct value value)
{
	return config_put(
		making->arena, &making->context->config, str_from(pointer), value, making->err);
}

static int misfit(
	struct making *making, const struct value *at, const char *what, const char *remedy)
{
	ERROR_SET(making->err, ERROR_POLICY, at->origin, "`%.*s` is no %s", STR_ARGS(value_str(at)),
		what);
	error_set_remedy(making->err, "%s", remedy);
	return -1;
}

static int put_user(struct making *making)
{
	const struct value *user = form_get(making->document, "user");
	if (!user)
		return 0;
	return put(making, "/process/user/uid", *form_get(user, "uid")) < 0 ||
			       put(making, "/process/user/gid", *form_get(user, "gid")) < 0
		       ? -1
		       : 0;
}

static int put_scratch_folder(struct making *making, struct str folder)
{
	static const char form[] =
		"{\"destination\": \"\", \"type\": \"tmpfs\", \"source\": \"scratch\", "
		"\"options\": "
		"[\"nosuid\", \"nodev\", \"noexec\", \"mode=1777\", \"size=64m\"]}";
	struct value mount;
	if (json_read(making->arena, str_from(form), DOCUMENT_CEL, &mount, making->err) < 0 ||
		config_put(making->arena, &mount, STR("/destination"), value_string(folder),
			making->err) < 0)
		return -1;
	return put(making, "/mounts/-", mount);
}

static int put_scratch(struct making *making)
{
	const struct value *list = form_get(making->document, "scratch");
	if (!list)
		return put_scratch_folder(making, STR("/tmp"));
	for (uint32_t i = 0; i < list->count; i++) {
		struct str folder = value_str(&list->items[i]);
		if (folder.len < 2 || folder.data[0] != '/')
			return misfit(making, &list->items[i], "folder inside the context",
				"write an absolute path, such as /var/cache/web");
		if (put_scratch_folder(making, folder) < 0)
			return -1;
	}
	return 0;
}

static int put_resources(struct making *making)
{
	const struct value *resources = form_get(making->document, "resources");
	struct context *context = making->context;
	context->weighs_io = form_get(resources, "ioWeight") != NULL;
	context->yields = form_get(resources, "class") != NULL;
	return shaping_apply(
		making->arena, resources, &context->config, &context->resources, making->err);
}

static bool is_granted_already(const struct context *context, const struct policy_grant *grant)
{
	for (size_t i = 0; i < context->granted_count; i++)
		if (context->granted[i]->opt_in == grant->opt_in &&
			str_equal(context->granted[i]->value, grant->value))
			return true;
	return false;
}

/* Landlock can only refuse, so a context that is still complaining does without the lists. */
static int put_confinement(struct making *making)
{
	struct str refused = context_grants(making->context, OPT_IN_SYSTEM_CALLS, STR("rwx-memory"))
				     ? STR("false")
				     : STR("true");
	bool complains = str_equal(form_text(making->document, "stage"), STR("complain"));
	if (put(making, "/annotations/dev.gabion.memory-deny-write-execute",
		    value_string(refused)) < 0)
		return -1;
	return confinement_put(making->arena, making->context, complains ? NULL : making->document,
		&making->context->config, making->err);
}

bool context_grants(const struct context *context, enum opt_in opt_in, struct str value)
{
	for (size_t i = 0; i < context->granted_count; i++)
		if (grant_opt_in(context->granted[i]) == opt_in &&
			(value.len == 0 || str_equal(context->granted[i]->value, value)))
			return true;
	return false;
}

/* Fail closed: what has expired is as if it had never been granted. */
static int put_grants(struct making *making, int64_t now_s)
{
	struct context *context = making->context;
	size_t count = context->policy ? context->policy->grant_count : 0;
	context->granted = ARENA_NEW_ARRAY(making->arena, const struct policy_grant *, count + 1);
	context->expired = ARENA_NEW_ARRAY(making->arena, const struct policy_grant *, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct policy_grant *grant = &context->policy->grants[i];
		if (grant->expires_s <= now_s) {
			context->expired[context->expired_count++] = grant;
			continue;
		}
		if (is_granted_already(context, grant))
			continue;
		context->granted[context->granted_count++] = grant;
		if (grant_apply(making->arena, grant, &context->config, making->err) < 0)
			return -1;
	}
	if (context_grants(context, OPT_IN_NO_LIMIT, STR("memory")))
		context->resources.memory_bytes = 0;
	if (context_grants(context, OPT_IN_NO_LIMIT, STR("processes")))
		context->resources.processes = 0;
	return grant_system_calls(making->arena, context, &context->config, making->err);
}

static struct value values_of(struct making *making, enum opt_in opt_in)
{
	const struct context *context = making->context;
	struct value *items =
		ARENA_NEW_ARRAY(making->arena, struct value, context->granted_count + 1);
	size_t count = 0;
	for (size_t i = 0; i < context->granted_count; i++)
		if (grant_opt_in(context->granted[i]) == opt_in)
			items[count++] = value_string(context->granted[i]->value);
	return value_list(items, count);
}

static void make_facts(struct making *making)
{
#define FIELD(id, name, field, value, meaning) field,
	static const char *const names[] = {OPT_INS(FIELD)};
#undef FIELD
	struct context *context = making->context;
	struct fields granted = fields_begin(making->arena, OPT_IN_COUNT);
	struct fields facts = fields_begin(making->arena, 3);
	for (int i = 0; i < OPT_IN_COUNT; i++)
		fields_add(&granted, names[i], values_of(making, (enum opt_in)i));
	fields_add(
		&facts, "id", value_string(context->policy ? context->policy->id : STR("default")));
	fields_add(&facts, "optIns", fields_end(&granted));
	fields_add(&facts, "config", context->config);
	context->facts = fields_end(&facts);
}

int context_make(struct arena *arena, const struct policy_context *policy, int64_t now_s,
	struct context *ret_context, struct error *err)
{
	static const struct value nothing = {.kind = VALUE_MAP};
	struct making making = {.arena = arena,
		.context = ret_context,
		.document = policy ? policy->document : &nothing,
		.err = err};
	*ret_context = (struct context){.policy = policy};
	int made = json_read(arena, embedded_default_context.files[0].content, DOCUMENT_CEL,
		&ret_context->config, err);
	if (made == 0 && put_user(&making) == 0 && put_scratch(&making) == 0 &&
		put_resources(&making) == 0 && put_grants(&making, now_s) == 0 &&
		put_confinement(&making) == 0 &&
		put(&making, "/annotations/dev.gabion.context",
			value_string(policy ? policy->id : STR("default"))) == 0) {
		make_facts(&making);
		return 0;
	}
	if (policy)
		error_set_file(err, policy->file);
	return -1;
}

static int parse_grant(struct str text, struct policy_grant *ret_grant, struct error *err)
{
	struct str rest = str_trim(text), name;
	str_next_part(&rest, ' ', &name);
	const struct policy_opt_in *opt_in = context_schema.opt_ins;
	while (opt_in->name && !str_equal(name, str_from(opt_in->name)))
		opt_in++;
	if (!opt_in->name)
		return ERROR_SET(
			err, ERROR_INPUT, NO_ORIGIN, "there is no opt-in `%.*s`", STR_ARGS(name));
	*ret_grant = (struct policy_grant){
		.opt_in = opt_in, .value = rest.data ? rest : STR(""), .expires_s = INT64_MAX};
	return 0;
}

int context_parse(struct arena *arena, struct str id, struct str grants,
	struct policy_context *ret_policy, struct error *err)
{
	static const struct value nothing = {.kind = VALUE_MAP};
	struct policy_grant *list = NULL;
	size_t count = 0, capacity = 0;
	struct str part;
	while (grants.len > 0 && str_next_part(&grants, ',', &part)) {
		if (count == capacity)
			list = arena_grow(arena, list, count, &capacity, sizeof(*list));
		if (parse_grant(part, &list[count++], err) < 0)
			return -1;
	}
	*ret_policy = (struct policy_context){
		.id = id, .title = id, .grants = list, .grant_count = count, .document = &nothing};
	return 0;
}
