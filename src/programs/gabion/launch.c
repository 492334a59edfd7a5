/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/launch.h"

#include "data/edit.h"
#include "data/fields.h"
#include "data/map.h"
#include "data/print.h"
#include "layers/context/grants.h"
#include "layers/context/source.h"
#include "policy/decide.h"
#include "programs/gabion/console.h"
#include "programs/gabion/evidence.h"
#include "programs/gabion/ledger.h"
#include "programs/gabion/scratch.h"
#include "programs/gabion/yielding.h"
#include "sys/durable.h"
#include "sys/random_digits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { BUNDLE_PATH = PATH_MAX + 16 };

static int put(struct launch *launch, const char *pointer, struct value value)
{
	return config_put(
		launch->invocation->arena, &launch->config, str_from(pointer), value, &launch->err);
}

static int put_environment(struct launch *launch)
{
	const struct option_use *use = &launch->invocation->options[OPTION_ENV];
	for (size_t i = 0; i < use->count; i++) {
		if (str_find_char(use->values[i], '=') == SIZE_MAX)
			return ERROR_SET(&launch->err, ERROR_POLICY, NO_ORIGIN,
				"--env takes NAME=VALUE, not '%.*s'", STR_ARGS(use->values[i]));
		if (put(launch, "/process/env/-", value_string(use->values[i])) < 0)
			return -1;
	}
	return 0;
}

void launch_cgroup(const struct launch *launch, char ret_path[LAUNCH_CGROUP_BYTES])
{
	(void)snprintf(ret_path, LAUNCH_CGROUP_BYTES, "gabion/%s", launch->id);
}

/* Who is not root has no cgroup of his own to shape. */
static int put_cgroup(struct launch *launch)
{
	struct arena *arena = launch->invocation->arena;
	char cgroup[LAUNCH_CGROUP_BYTES];
	if (geteuid() != 0)
		return 0;
	launch_cgroup(launch, cgroup);
	return put(launch, "/linux/cgroupsPath", value_string(str_format(arena, "/%s", cgroup))) <
				       0 ||
			       yielding_shape(arena, &launch->chosen.context, &launch->config,
				       &launch->err) < 0
		       ? -1
		       : 0;
}

/* The rule that lets a device which is granted pass; which one it is, only the host knows. */
static int put_device_rule(struct launch *launch, struct str path)
{
	struct fields rule = fields_begin(launch->invocation->arena, 5);
	struct stat info;
	if (stat(path.data, &info) < 0)
		return durable_fail(&launch->err, "find", path.data);
	if (!S_ISCHR(info.st_mode) && !S_ISBLK(info.st_mode))
		return ERROR_SET(
			&launch->err, ERROR_POLICY, NO_ORIGIN, "%.*s is no device", STR_ARGS(path));
	struct str type = S_ISBLK(info.st_mode) ? STR("b") : STR("c");
	fields_add(&rule, "allow", value_bool(true));
	fields_add(&rule, "type", value_ascii(type));
	fields_add(&rule, "major", value_int((int64_t)major(info.st_rdev)));
	fields_add(&rule, "minor", value_int((int64_t)minor(info.st_rdev)));
	fields_add(&rule, "access", value_ascii(STR("rw")));
	return put(launch, "/linux/resources/devices/-", fields_end(&rule));
}

static int put_devices(struct launch *launch)
{
	const struct context *context = &launch->chosen.context;
	for (size_t i = 0; i < context->granted_count; i++) {
		const struct policy_grant *grant = context->granted[i];
		if (grant_opt_in(grant) == OPT_IN_DEVICE &&
			put_device_rule(launch, str_copy(launch->invocation->arena, grant->value)) <
				0)
			return -1;
	}
	return 0;
}

/* Who is not root has one user id to give: his own. */
static int put_own_ids(struct launch *launch)
{
	static const char *const lists[] = {"/linux/uidMappings", "/linux/gidMappings"};
	static const char *const users[] = {"uid", "gid"};
	const int64_t ids[] = {getuid(), getgid()};
	for (size_t i = 0; i < 2 && geteuid() != 0; i++) {
		const struct value *linux_part = map_get_str(&launch->config, STR("linux"));
		const struct value *user =
			map_get_str(map_get_str(&launch->config, STR("process")), STR("user"));
		const struct value *inside = map_get_str(user, str_from(users[i]));
		if (!map_get_str(linux_part, str_from(lists[i] + strlen("/linux/"))))
			continue;
		struct value *list = ARENA_NEW(launch->invocation->arena, struct value);
		struct fields mapping = fields_begin(launch->invocation->arena, 3);
		fields_add(&mapping, "containerID", *inside);
		fields_add(&mapping, "hostID", value_int(ids[i]));
		fields_add(&mapping, "size", value_int(1));
		*list = fields_end(&mapping);
		if (put(launch, lists[i], value_list(list, 1)) < 0)
			return -1;
	}
	return 0;
}

static int put_network(struct launch *launch)
{
	struct str path = invocation_value(launch->invocation, OPTION_NETWORK, STR(""));
	const struct value *list =
		map_get_str(map_get_str(&launch->config, STR("linux")), STR("namespaces"));
	for (uint32_t i = 0; path.len > 0 && i < list->count; i++) {
		const struct value *type = map_get_str(&list->items[i], STR("type"));
		if (str_equal(value_str(type), STR("network")))
			return put(launch,
				str_format(
					launch->invocation->arena, "/linux/namespaces/%u/path", i)
					.data,
				value_string(path));
	}
	return 0;
}

struct value launch_arguments(const struct invocation *invocation)
{
	struct value *items =
		ARENA_NEW_ARRAY(invocation->arena, struct value, invocation->argument_count);
	for (size_t i = 0; i < invocation->argument_count; i++)
		items[i] = value_string(invocation->arguments[i]);
	return value_list(items, invocation->argument_count);
}

int launch_make(struct launch *launch, struct str rootfs, struct value arguments)
{
	struct invocation *invocation = launch->invocation;
	char *real = realpath(rootfs.data, NULL);
	if (!real)
		return durable_fail(&launch->err, "find", rootfs.data);
	struct value path = value_string(str_copy(invocation->arena, str_from(real)));
	free(real);
	if (random_digits(launch->id, LAUNCH_ID_BYTES, &launch->err) < 0)
		return -1;
	launch->config = launch->chosen.context.config;
	return put(launch, "/root/path", path) < 0 || put(launch, "/process/args", arguments) < 0 ||
			       put(launch, "/process/terminal", value_bool(launch->terminal)) < 0 ||
			       (launch->folder &&
				       put(launch, "/process/cwd",
					       value_string(str_from(launch->folder))) < 0) ||
			       put_cgroup(launch) < 0 || put_devices(launch) < 0 ||
			       put_environment(launch) < 0 || put_own_ids(launch) < 0 ||
			       put_network(launch) < 0
		       ? -1
		       : 0;
}

static void tell_reasons(struct launch *launch)
{
	for (size_t i = 0; i < launch->verdict.count; i++) {
		const struct reason *reason = &launch->verdict.reasons[i];
		if (!reason->waiver && reason->phase != PHASE_AUDIT)
			contexts_tell_reason(launch->invocation, reason, ERROR_DENIED, STR(""));
	}
}

int launch_decide(struct launch *launch)
{
	struct decide_context decide = {.now_s = launch->chosen.now_s};
	struct arena *arena = launch->invocation->arena;
	if (context_subject(arena, &launch->chosen.context, &launch->config, STR("gabion run"),
		    STR(""), &launch->subject, &launch->err) < 0)
		return -1;
	launch->subject.name = str_from(launch->id);
	launch->verdict =
		policy_decide(launch->chosen.loaded.catalogue, &launch->subject, &decide, arena);
	tell_reasons(launch);
	return 0;
}

int launch_record(struct launch *launch)
{
	struct invocation *invocation = launch->invocation;
	struct buf text;
	struct record_head head = ledger_head(invocation->arena, "gabion run");
	bool refused = launch->verdict.kind == VERDICT_DENY;
	const struct record_action done = {
		.name = refused ? STR("hold") : STR("admit"), .outcome = STR("done")};
	if (!invocation_has(invocation, OPTION_EVIDENCE))
		return 0;
	buf_init_arena(&text, invocation->arena, 4096);
	if (record_print_decision(invocation->arena, &head, launch->chosen.loaded.catalogue,
		    &launch->subject, &launch->verdict, &done, &text, &launch->err) < 0)
		return -1;
	if (evidence_keep(invocation, buf_str(&text)) == 0)
		return 0;
	return ERROR_SET(&launch->err, ERROR_DENIED, NO_ORIGIN,
		"the decision could not be recorded, so nothing was started");
}

static int write_bundle(struct launch *launch)
{
	struct buf text;
	if (scratch_private("run", launch->bundle, sizeof(launch->bundle), &launch->err) < 0)
		return -1;
	int folder = open(launch->bundle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return durable_fail(&launch->err, "open", launch->bundle);
	buf_init_arena(&text, launch->invocation->arena, 64 << 10);
	print_json(&launch->config, (struct print_style){0}, &text);
	int written = durable_replace(folder, "config.json", buf_str(&text), 0600, &launch->err);
	close(folder);
	return written;
}

/* "FOLDER/name" of the bundle, which is shorter than PATH_MAX by its making. */
static void bundle_path(const struct launch *launch, const char *name, char ret_path[BUNDLE_PATH])
{
	struct buf buf;
	buf_init_fixed(&buf, ret_path, BUNDLE_PATH - 1);
	buf_printf(&buf, "%s/%s", launch->bundle, name);
	ret_path[buf.len] = '\0';
}

static void remove_bundle(struct launch *launch)
{
	static const char *const names[] = {"config.json", "log"};
	char path[BUNDLE_PATH];
	if (launch->bundle[0] == '\0')
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bundle_path(launch, names[i], path);
		unlink(path);
	}
	rmdir(launch->bundle);
}

/* Who is not root can limit nothing without a cgroup that was delegated to him. Where the context
 * limits neither memory nor processes none is needed: nobody can make devices in his namespace. */
static int leave_out_cgroups(struct launch *launch, bool *ret_disabled)
{
	struct edit edit = {.operation = EDIT_REMOVE, .pointer = STR("/linux/resources")};
	const struct value *resources =
		map_get_str(map_get_str(&launch->config, STR("linux")), STR("resources"));
	struct value changed;
	*ret_disabled = geteuid() != 0 && !map_get_str(resources, STR("memory")) &&
			!map_get_str(resources, STR("pids")) &&
			!map_get_str(map_get_str(resources, STR("cpu")), STR("quota"));
	if (!*ret_disabled || !resources)
		return 0;
	if (value_edit(launch->invocation->arena, &launch->config, &edit, &changed, &launch->err) <
		0)
		return -1;
	launch->config = changed;
	return 0;
}

static int start_runtime(struct launch *launch, bool without_cgroups, int *ret_status)
{
	char runtime[PATH_MAX], log[BUNDLE_PATH];
	char cgroup[LAUNCH_CGROUP_BYTES];
	struct yielding yielding;
	struct child_watch watch;
	struct stat info;
	struct str given = invocation_value(launch->invocation, OPTION_RUNTIME, STR(""));
	char manager[] = "--cgroup-manager=disabled", run[] = "run", bundle[] = "--bundle";
	char log_option[] = "--log";
	char *argv[] = {
		runtime, log_option, log, manager, run, bundle, launch->bundle, launch->id, NULL};
	bundle_path(launch, "log", log);
	child_find_sibling("gabion-oci", runtime);
	if (given.len > 0 && given.len < sizeof(runtime))
		memcpy(runtime, given.data, given.len + 1);
	if (!without_cgroups)
		memmove(&argv[3], &argv[4], 5 * sizeof(argv[0]));
	launch_cgroup(launch, cgroup);
	if (child_run_watched(argv, &launch->files,
		    yielding_begin(&yielding, &watch, &launch->chosen.context, cgroup), ret_status,
		    &launch->err) == 0) {
		launch->failed = stat(log, &info) == 0 && info.st_size > 0;
		return 0;
	}
	error_set_remedy(
		&launch->err, "install gabion-oci beside gabion, or name it with --runtime");
	return -1;
}

int launch_start(struct launch *launch, int *ret_status)
{
	output_flush(&launch->invocation->console->out);
	bool without_cgroups;
	int started = leave_out_cgroups(launch, &without_cgroups);
	if (started == 0)
		started = write_bundle(launch);
	if (started == 0)
		started = start_runtime(launch, without_cgroups, ret_status);
	remove_bundle(launch);
	return started;
}
