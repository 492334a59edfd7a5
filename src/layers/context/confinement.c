/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/confinement.h"

#include "base/limits.h"
#include "data/map.h"
#include "layers/context/grants.h"
#include "layers/context/landlock_compare.h"
#include "policy/form.h"

enum {
	RIGHTS_READ = LANDLOCK_READ | LANDLOCK_EXECUTE,
	RIGHTS_WRITE = LANDLOCK_READ | LANDLOCK_WRITE | LANDLOCK_TRUNCATE | LANDLOCK_MAKE |
		       LANDLOCK_MAKE_SPECIAL | LANDLOCK_REFER,
	RIGHTS_DEVICE = LANDLOCK_READ | LANDLOCK_WRITE | LANDLOCK_TRUNCATE | LANDLOCK_IOCTL_DEVICE,
	PATHS_MAX = LIMIT_LANDLOCK_PATHS,
	FILES_MAX = 160, /* of one list: the rest is for what every context has */
};

/* What every context has. Those that only repeat the rights of the root stand where programs open
 * most of their files: the kernel walks up from a file to the first rule that suffices. */
static const struct landlock_rule always[] = {
	{"/", RIGHTS_READ, false},
	{"/bin", RIGHTS_READ, true},
	{"/etc", RIGHTS_READ, true},
	{"/lib", RIGHTS_READ, true},
	{"/lib64", RIGHTS_READ, true},
	{"/usr/bin", RIGHTS_READ, true},
	{"/usr/lib", RIGHTS_READ, true},
	{"/usr/share", RIGHTS_READ, true},
	{"/dev/null", RIGHTS_DEVICE, false},
	{"/dev/zero", RIGHTS_DEVICE, false},
	{"/dev/full", RIGHTS_DEVICE, false},
	{"/dev/random", RIGHTS_DEVICE, false},
	{"/dev/urandom", RIGHTS_DEVICE, false},
	{"/dev/tty", RIGHTS_DEVICE, false},
	{"/dev/console", RIGHTS_DEVICE, true},
	{"/dev/pts", RIGHTS_DEVICE, false},
};
enum { ALWAYS = sizeof(always) / sizeof(always[0]) };

struct confining {
	struct arena *arena;
	struct landlock_rule *paths;
	struct landlock_text rules;
	struct error *err;
};

static void add(struct confining *confining, struct landlock_rule rule)
{
	if (confining->rules.path_count < PATHS_MAX)
		confining->paths[confining->rules.path_count++] = rule;
}

static bool has_option(const struct value *mount, const char *name)
{
	const struct value *options = map_get_str(mount, STR("options"));
	for (uint32_t i = 0; value_is(options, VALUE_LIST) && i < options->count; i++)
		if (str_equal(value_str(&options->items[i]), str_from(name)))
			return true;
	return false;
}

/* /dev and /proc are no places to write to, whatever their file systems allow. */
static void add_mount(struct confining *confining, const struct value *mount)
{
	static const char *const closed[] = {"/dev", "/proc", "/sys", "/dev/pts"};
	struct str path = value_str(map_get_str(mount, STR("destination")));
	bool device = str_starts_with(path, STR("/dev/")) && has_option(mount, "bind");
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++)
		if (str_equal(path, str_from(closed[i])))
			return;
	if (has_option(mount, "ro"))
		return;
	add(confining, (struct landlock_rule){str_copy(confining->arena, path).data,
			       device ? RIGHTS_DEVICE : RIGHTS_WRITE, false});
}

static void add_grants(struct confining *confining, const struct context *context)
{
	for (size_t i = 0; i < context->granted_count; i++) {
		const struct policy_grant *grant = context->granted[i];
		struct str path = str_copy(confining->arena, grant->value);
		if (grant_opt_in(grant) == OPT_IN_WRITABLE_ROOT)
			add(confining, (struct landlock_rule){"/", RIGHTS_WRITE, false});
		if (grant_opt_in(grant) == OPT_IN_KERNEL_PATH)
			add(confining, (struct landlock_rule){
					       path.data, LANDLOCK_READ | LANDLOCK_WRITE, true});
		if (grant_opt_in(grant) == OPT_IN_CAPABILITY && str_ends_with(path, STR("MKNOD")))
			add(confining, (struct landlock_rule){"/", LANDLOCK_MAKE_DEVICE, false});
	}
}

static void make_default(
	struct confining *confining, const struct context *context, const struct value *config)
{
	const struct value *mounts = map_get_str(config, STR("mounts"));
	bool network = context_grants(context, OPT_IN_NETWORK, STR("")) ||
		       context_grants(context, OPT_IN_HOST_NAMESPACE, STR("network"));
	confining->paths = ARENA_NEW_ARRAY(confining->arena, struct landlock_rule, PATHS_MAX);
	confining->rules.paths = confining->paths;
	confining->rules.restrict_bind = confining->rules.restrict_connect = !network;
	confining->rules.scope_abstract = !network;
	/* In a pid namespace of its own it sees nobody else, and what is executed in it later must
	 * be able to signal it. */
	confining->rules.scope_signals = context_grants(context, OPT_IN_HOST_NAMESPACE, STR("pid"));
	if (context_grants(context, OPT_IN_SYSTEM_CALLS, STR("mount")))
		return;
	for (size_t i = 0; i < ALWAYS; i++)
		add(confining, always[i]);
	for (uint32_t i = 0; value_is(mounts, VALUE_LIST) && i < mounts->count; i++)
		add_mount(confining, &mounts->items[i]);
	add_grants(confining, context);
}

/* What was learned with one image may be missing in the next. */
static int add_learned(struct confining *confining, const struct value *list, uint32_t rights)
{
	if (list && list->count > FILES_MAX) {
		ERROR_SET(
			confining->err, ERROR_LIMIT, list->origin, "more than %d files", FILES_MAX);
		error_set_remedy(confining->err, "name the folders they are in");
		return -1;
	}
	for (uint32_t i = 0; list && i < list->count; i++) {
		struct str path = value_str(&list->items[i]);
		bool wrong = !str_starts_with(path, STR("/")) ||
			     memchr(path.data, '\0', path.len) != NULL;
		for (size_t at = 0; !wrong && at + 3 <= path.len; at++)
			wrong = str_starts_with(str_slice(path, at, path.len), STR("/../"));
		if (wrong || str_ends_with(path, STR("/.."))) {
			ERROR_SET(confining->err, ERROR_POLICY, list->items[i].origin,
				"`%.*s` is no path inside the context", STR_ARGS(path));
			error_set_remedy(confining->err,
				"write an absolute path without `..`, such as /etc/web");
			return -1;
		}
		add(confining, (struct landlock_rule){
				       str_copy(confining->arena, path).data, rights, true});
	}
	return 0;
}

/* Only what both the context and the lists allow. */
static int narrow(struct confining *confining, const struct value *files)
{
	struct confining learned = {.arena = confining->arena,
		.paths = ARENA_NEW_ARRAY(confining->arena, struct landlock_rule, PATHS_MAX),
		.err = confining->err};
	learned.rules.paths = learned.paths;
	for (size_t i = 0; i < ALWAYS; i++)
		if (always[i].rights == RIGHTS_DEVICE)
			add(&learned, always[i]);
	if (add_learned(&learned, form_get(files, "read"), LANDLOCK_READ) < 0 ||
		add_learned(&learned, form_get(files, "write"), RIGHTS_WRITE) < 0 ||
		add_learned(&learned, form_get(files, "execute"), RIGHTS_READ) < 0)
		return -1;
	confining->rules = landlock_text_meet(confining->arena, &learned.rules, &confining->rules);
	return 0;
}

static int put_ports(struct buf *out, const char *word, const struct value *list, bool ephemeral,
	struct error *err)
{
	if (!list && !ephemeral)
		return 0;
	buf_printf(out, "%s%s%s", out->len > 0 ? "; " : "", word, ephemeral ? " 0" : "");
	for (uint32_t i = 0; list && i < list->count; i++) {
		int64_t port = list->items[i].integer;
		if (port > UINT16_MAX || list->count > LIMIT_LANDLOCK_PORTS / 2) {
			ERROR_SET(err, ERROR_POLICY, list->items[i].origin,
				"%lld is no port, or one too many", (long long)port);
			error_set_remedy(
				err, "name at most %d, from 1 to 65535", LIMIT_LANDLOCK_PORTS / 2);
			return -1;
		}
		buf_printf(out, " %lld", (long long)port);
	}
	return 0;
}

int confinement_put(struct arena *arena, const struct context *context, const struct value *lists,
	struct value *config, struct error *err)
{
	struct confining confining = {.arena = arena, .err = err};
	const struct value *files = lists ? form_get(lists, "files") : NULL;
	const struct value *ports = lists ? form_get(lists, "ports") : NULL;
	struct buf text;
	make_default(&confining, context, config);
	if (files && confining.rules.path_count > 0 && narrow(&confining, files) < 0)
		return -1;
	buf_init_arena(&text, arena, 1024);
	landlock_text_print(&confining.rules, &text);
	const struct value *ephemeral = ports ? form_get(ports, "ephemeral") : NULL;
	if (ports && !confining.rules.restrict_bind &&
		(put_ports(&text, "bind", form_get(ports, "listen"),
			 ephemeral && ephemeral->boolean, err) < 0 ||
			put_ports(&text, "connect", form_get(ports, "connect"), false, err) < 0))
		return -1;
	return config_put(arena, config, STR("/annotations/" LANDLOCK_ANNOTATION),
		value_string(buf_str(&text)), err);
}
