/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/grants.h"

#include "data/edit.h"
#include "data/fields.h"
#include "data/json.h"
#include "data/map.h"
#include "data/print.h"
#include "layers/context/effective.h"
#include "layers/context/learned.h"
#include "layers/context/schema.h"
#include "layers/context/spec.h"
#include "layers/context/syscall_groups.h"
#include "policy/form.h"

/* What an opt-in changes: operations on the default configuration. In value, "$" is the grant's. */
struct change {
	enum opt_in opt_in;
	const char *only; /* for this value of the grant alone; NULL: for any */
	enum edit_operation operation;
	const char *pointer;
	const char *value; /* JSON */
};

/* clang-format off */
static const struct change changes[] = {
	{OPT_IN_CAPABILITY, NULL, EDIT_ADD, "/process/capabilities/bounding/-", "\"CAP_$\""},
	{OPT_IN_CAPABILITY, NULL, EDIT_ADD, "/process/capabilities/permitted/-", "\"CAP_$\""},
	{OPT_IN_CAPABILITY, NULL, EDIT_ADD, "/process/capabilities/effective/-", "\"CAP_$\""},
	{OPT_IN_CAPABILITY, NULL, EDIT_ADD, "/process/capabilities/inheritable/-", "\"CAP_$\""},
	{OPT_IN_CAPABILITY, NULL, EDIT_ADD, "/process/capabilities/ambient/-", "\"CAP_$\""},
	{OPT_IN_NEW_PRIVILEGES, NULL, EDIT_REPLACE, "/process/noNewPrivileges", "false"},
	{OPT_IN_ROOT_USER, NULL, EDIT_REPLACE, "/process/user/uid", "0"},
	{OPT_IN_ROOT_USER, NULL, EDIT_REPLACE, "/process/user/gid", "0"},
	{OPT_IN_HOST_USERS, NULL, EDIT_REMOVE, "/linux/uidMappings", NULL},
	{OPT_IN_HOST_USERS, NULL, EDIT_REMOVE, "/linux/gidMappings", NULL},
	{OPT_IN_WRITABLE_ROOT, NULL, EDIT_REPLACE, "/root/readonly", "false"},
	{OPT_IN_CORE_DUMPS, NULL, EDIT_REMOVE, "/process/rlimits/0", NULL},
	{OPT_IN_HOST_NAMESPACE, "uts", EDIT_REMOVE, "/hostname", NULL},
	{OPT_IN_NO_LIMIT, "memory", EDIT_REMOVE, "/linux/resources/memory", NULL},
	{OPT_IN_NO_LIMIT, "processes", EDIT_REMOVE, "/linux/resources/pids", NULL},
};

/* Words of grants, and what config.json says for them. */
static const struct {
	enum opt_in opt_in;
	const char *word, *type;
} namespace_words[] = {
	{OPT_IN_HOST_NAMESPACE, "cgroup", "cgroup"}, {OPT_IN_HOST_NAMESPACE, "ipc", "ipc"},
	{OPT_IN_HOST_NAMESPACE, "network", "network"}, {OPT_IN_HOST_NAMESPACE, "pid", "pid"},
	{OPT_IN_HOST_NAMESPACE, "uts", "uts"}, {OPT_IN_HOST_USERS, "", "user"},
};
/* clang-format on */

enum opt_in grant_opt_in(const struct policy_grant *grant)
{
	return (enum opt_in)(grant->opt_in - context_schema.opt_ins);
}

static int meaningless(const struct policy_grant *grant, struct error *err, const char *remedy)
{
	ERROR_SET(err, ERROR_POLICY, grant->origin, "`%.*s` is no value of the opt-in %s",
		STR_ARGS(grant->value), grant->opt_in->name);
	error_set_remedy(err, "%s", remedy);
	return -1;
}

int config_put(struct arena *arena, struct value *config, struct str pointer, struct value value,
	struct error *err)
{
	struct edit edit = {.operation = EDIT_ADD, .pointer = pointer, .value = &value};
	struct value changed;
	if (value_edit(arena, config, &edit, &changed, err) < 0)
		return -1;
	*config = changed;
	return 0;
}

/* The JSON of a change with "$" replaced; the grant's value is printed as JSON prints strings. */
static struct str with_value(struct arena *arena, const char *json, struct str value)
{
	struct buf text;
	size_t at = strcspn(json, "$");
	buf_init_arena(&text, arena, 64);
	buf_put(&text, (struct str){json, at});
	if (json[at] == '$') {
		char quoted[512];
		struct buf inner;
		buf_init_fixed(&inner, quoted, sizeof(quoted));
		print_json_string(value, false, &inner);
		buf_put(&text, str_slice(buf_str(&inner), 1, inner.len - 1));
		buf_put(&text, str_from(json + at + 1));
	}
	return buf_str(&text);
}

static int apply_change(struct arena *arena, const struct change *change, struct str value,
	struct value *config, struct error *err)
{
	struct value written = {.kind = VALUE_NULL}, changed;
	struct edit edit = {.operation = change->operation,
		.pointer = str_from(change->pointer),
		.value = &written};
	if (change->value && json_read(arena, with_value(arena, change->value, value), DOCUMENT_CEL,
				     &written, err) < 0)
		return -1;
	if (value_edit(arena, config, &edit, &changed, err) < 0)
		return -1;
	*config = changed;
	return 0;
}

static struct str bare_capability(struct str name)
{
	return str_starts_with(name, STR("CAP_")) ? str_slice(name, 4, name.len) : name;
}

static int check_capability(
	struct arena *arena, const struct policy_grant *grant, struct error *err)
{
	uint64_t bit;
	struct str name = str_format(arena, "CAP_%.*s", STR_ARGS(bare_capability(grant->value)));
	if (spec_capability_find(name.data, &bit))
		return 0;
	return meaningless(grant, err, "name a capability of capabilities(7), such as CHOWN");
}

/* Leave out the namespace of a type, which is then the host's. */
static int share_namespace(
	struct arena *arena, const char *type, struct value *config, struct error *err)
{
	const struct value *list =
		map_get_str(map_get_str(config, STR("linux")), STR("namespaces"));
	struct value *kept = ARENA_NEW_ARRAY(arena, struct value, list->count + 1u);
	size_t count = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *name = map_get_str(&list->items[i], STR("type"));
		if (!str_equal(value_str(name), str_from(type)))
			kept[count++] = list->items[i];
	}
	return config_put(arena, config, STR("/linux/namespaces"), value_list(kept, count), err);
}

static int share_namespaces(struct arena *arena, const struct policy_grant *grant,
	struct value *config, struct error *err)
{
	enum opt_in opt_in = grant_opt_in(grant);
	bool found = opt_in != OPT_IN_HOST_NAMESPACE;
	for (size_t i = 0; i < sizeof(namespace_words) / sizeof(namespace_words[0]); i++) {
		if (namespace_words[i].opt_in != opt_in ||
			!str_equal(grant->value, str_from(namespace_words[i].word)))
			continue;
		found = true;
		if (share_namespace(arena, namespace_words[i].type, config, err) < 0)
			return -1;
	}
	return found ? 0 : meaningless(grant, err, "name one of cgroup, ipc, network, pid, uts");
}

/* No longer hidden, no longer read-only. */
static int open_kernel_path(struct arena *arena, const struct policy_grant *grant,
	struct value *config, struct error *err)
{
	static const char *const lists[] = {"maskedPaths", "readonlyPaths"};
	bool found = false;
	for (size_t i = 0; i < 2; i++) {
		const struct value *list =
			map_get_str(map_get_str(config, STR("linux")), str_from(lists[i]));
		struct value *kept = ARENA_NEW_ARRAY(arena, struct value, list->count + 1u);
		size_t count = 0;
		for (uint32_t j = 0; j < list->count; j++)
			if (!str_equal(value_str(&list->items[j]), grant->value))
				kept[count++] = list->items[j];
		found = found || count < list->count;
		if (config_put(arena, config, str_format(arena, "/linux/%s", lists[i]),
			    value_list(kept, count), err) < 0)
			return -1;
	}
	return found ? 0
		     : meaningless(grant, err,
			       "name a path that `gabion context show` lists as hidden or "
			       "read-only");
}

/* NAME=VALUE sets it; NAME alone allows a configuration to. */
static int set_sysctl(struct arena *arena, const struct policy_grant *grant, struct value *config,
	struct error *err)
{
	size_t equals = str_find_char(grant->value, '=');
	if (equals == SIZE_MAX)
		return 0;
	struct str name = str_slice(grant->value, 0, equals);
	struct str value = str_slice(grant->value, equals + 1, grant->value.len);
	if (name.len == 0 || str_find_char(name, '/') != SIZE_MAX)
		return meaningless(grant, err, "write net.core.somaxconn=1024");
	return config_put(arena, config, str_format(arena, "/linux/sysctl/%.*s", STR_ARGS(name)),
		value_string(value), err);
}

static struct value texts(struct arena *arena, const char *const *words, size_t count)
{
	struct value *items = ARENA_NEW_ARRAY(arena, struct value, count + 1);
	for (size_t i = 0; i < count; i++)
		items[i] = value_string(str_from(words[i]));
	return value_list(items, count);
}

static int bind_path(struct arena *arena, struct str source, struct str inside,
	const char *const options[4], struct value *config, struct error *err)
{
	struct fields mount = fields_begin(arena, 4);
	fields_add(&mount, "destination", value_string(inside));
	fields_add(&mount, "type", value_ascii(STR("bind")));
	fields_add(&mount, "source", value_string(source));
	fields_add(&mount, "options", texts(arena, options, 4));
	return config_put(arena, config, STR("/mounts/-"), fields_end(&mount), err);
}

static bool is_absolute(struct str path)
{
	return path.len > 1 && path.data[0] == '/' && str_find_char(path, ':') == SIZE_MAX &&
	       memchr(path.data, '\0', path.len) == NULL;
}

/* PATH, PATH:rw, PATH:INSIDE, PATH:INSIDE:rw; read-only unless it says rw. */
static int open_host_path(struct arena *arena, const struct policy_grant *grant,
	struct value *config, struct error *err)
{
	struct str rest = grant->value, source, part, inside, mode = STR("ro");
	str_next_part(&rest, ':', &source);
	inside = source;
	while (rest.data && str_next_part(&rest, ':', &part)) {
		bool is_mode = str_equal(part, STR("ro")) || str_equal(part, STR("rw"));
		*(is_mode ? &mode : &inside) = part;
	}
	if (!is_absolute(source) || !is_absolute(inside))
		return meaningless(grant, err, "write /srv/data:ro or /srv/data:/data:rw");
	const char *const options[] = {
		"bind", "nosuid", "nodev", str_equal(mode, STR("rw")) ? "rw" : "ro"};
	return bind_path(arena, source, inside, options, config, err);
}

static int open_device(struct arena *arena, const struct policy_grant *grant, struct value *config,
	struct error *err)
{
	if (!is_absolute(grant->value) || !str_starts_with(grant->value, STR("/dev/")))
		return meaningless(grant, err, "name a device below /dev");
	static const char *const options[] = {"bind", "nosuid", "noexec", "rw"};
	return bind_path(arena, grant->value, grant->value, options, config, err);
}

static int check_word(const struct policy_grant *grant, const char *const *words, struct error *err)
{
	while (*words && !str_equal(grant->value, str_from(*words)))
		words++;
	return *words ? 0 : meaningless(grant, err, grant->opt_in->value);
}

static int apply_special(struct arena *arena, const struct policy_grant *grant,
	struct value *config, struct error *err)
{
	static const char *const limits[] = {"memory", "processes", NULL};
	switch ((int)grant_opt_in(grant)) {
	case OPT_IN_CAPABILITY:
		return check_capability(arena, grant, err);
	case OPT_IN_HOST_USERS:
	case OPT_IN_HOST_NAMESPACE:
		return share_namespaces(arena, grant, config, err);
	case OPT_IN_KERNEL_PATH:
		return open_kernel_path(arena, grant, config, err);
	case OPT_IN_KERNEL_SETTING:
		return set_sysctl(arena, grant, config, err);
	case OPT_IN_HOST_PATH:
		return open_host_path(arena, grant, config, err);
	case OPT_IN_DEVICE:
		return open_device(arena, grant, config, err);
	case OPT_IN_NO_LIMIT:
		return check_word(grant, limits, err);
	default:
		return 0;
	}
}

int grant_apply(struct arena *arena, const struct policy_grant *grant, struct value *config,
	struct error *err)
{
	struct str value = grant->value;
	if (apply_special(arena, grant, config, err) < 0)
		return -1;
	if (grant_opt_in(grant) == OPT_IN_CAPABILITY)
		value = bare_capability(value);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		const struct change *change = &changes[i];
		bool meant = change->opt_in == grant_opt_in(grant) &&
			     (!change->only || str_equal(value, str_from(change->only)));
		if (meant && apply_change(arena, change, value, config, err) < 0)
			return -1;
	}
	return 0;
}

int grant_system_calls(
	struct arena *arena, const struct context *context, struct value *config, struct error *err)
{
	struct str *groups = ARENA_NEW_ARRAY(arena, struct str, context->granted_count + 1);
	struct spec_seccomp profile;
	size_t count = 0;
	for (size_t i = 0; i < context->granted_count; i++) {
		const struct policy_grant *grant = context->granted[i];
		if (grant_opt_in(grant) != OPT_IN_SYSTEM_CALLS)
			continue;
		groups[count++] = grant->value;
		if (!syscall_group_find(grant->value)) {
			ERROR_SET(err, ERROR_POLICY, grant->origin,
				"`%.*s` is no group of system calls", STR_ARGS(grant->value));
			error_set_remedy(err, "choose one that `gabion context grants` lists");
			return -1;
		}
	}
	const struct value *document = context->policy ? context->policy->document : NULL;
	const struct value *list = form_get(document, "systemCalls");
	bool complain = str_equal(form_text(document, "stage"), STR("complain"));
	if (syscall_groups_profile(arena, groups, count, &profile, err) < 0 ||
		(list && learned_narrow(arena, list, complain, &profile, err) < 0))
		return -1;
	return config_put(
		arena, config, STR("/linux/seccomp"), seccomp_value(arena, &profile), err);
}
