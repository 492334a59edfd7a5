/* SPDX-License-Identifier: Apache-2.0 */
#include "data/edit.h"
#include "data/map.h"
#include "data/print.h"
#include "layers/context/source.h"
#include "policy/decide.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/contexts.h"
#include "programs/gabion/evidence.h"
#include "programs/gabion/ledger.h"
#include "sys/child.h"
#include "sys/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* As other engines say that it was they who failed, not the workload. */
enum { EXIT_NOT_STARTED = 125, ID_BYTES = 16 };

/* One workload from its context to its end. */
struct run {
	struct invocation *invocation;
	struct chosen_context chosen;
	struct value config;
	struct subject subject;
	struct verdict verdict;
	char id[ID_BYTES + 1];
	char bundle[PATH_MAX];
	struct error err;
};

static int put(struct run *run, const char *pointer, struct value value)
{
	struct edit edit = {.operation = EDIT_ADD, .pointer = str_from(pointer), .value = &value};
	struct value changed;
	if (value_edit(run->invocation->arena, &run->config, &edit, &changed, &run->err) < 0)
		return -1;
	run->config = changed;
	return 0;
}

static struct value arguments_of(const struct invocation *invocation)
{
	struct value *items =
		ARENA_NEW_ARRAY(invocation->arena, struct value, invocation->argument_count);
	for (size_t i = 0; i < invocation->argument_count; i++)
		items[i] = value_string(invocation->arguments[i]);
	return value_list(items, invocation->argument_count);
}

static int put_environment(struct run *run)
{
	const struct option_use *use = &run->invocation->options[OPTION_ENV];
	for (size_t i = 0; i < use->count; i++) {
		if (str_find_char(use->values[i], '=') == SIZE_MAX)
			return ERROR_SET(&run->err, ERROR_POLICY, NO_ORIGIN,
				"--env takes NAME=VALUE, not '%.*s'", STR_ARGS(use->values[i]));
		if (put(run, "/process/env/-", value_string(use->values[i])) < 0)
			return -1;
	}
	return 0;
}

/* Who is not root has one user id to give: his own. */
static int put_own_ids(struct run *run)
{
	static const char *const lists[] = {"/linux/uidMappings", "/linux/gidMappings"};
	static const char *const users[] = {"uid", "gid"};
	const int64_t ids[] = {getuid(), getgid()};
	for (size_t i = 0; i < 2 && geteuid() != 0; i++) {
		const struct value *linux_part = map_get_str(&run->config, STR("linux"));
		const struct value *user =
			map_get_str(map_get_str(&run->config, STR("process")), STR("user"));
		const struct value *inside = map_get_str(user, str_from(users[i]));
		if (!map_get_str(linux_part, str_from(lists[i] + strlen("/linux/"))))
			continue;
		struct value *list = ARENA_NEW(run->invocation->arena, struct value);
		struct value_entry *entries = map_entries_new(run->invocation->arena, 3);
		entries[0] = (struct value_entry){value_ascii(STR("containerID")), *inside};
		entries[1] = (struct value_entry){value_ascii(STR("hostID")), value_int(ids[i])};
		entries[2] = (struct value_entry){value_ascii(STR("size")), value_int(1)};
		if (map_make(entries, 3, list, &run->err) < 0 ||
			put(run, lists[i], value_list(list, 1)) < 0)
			return -1;
	}
	return 0;
}

static int put_network(struct run *run)
{
	struct str path = invocation_value(run->invocation, OPTION_NETWORK, STR(""));
	const struct value *list =
		map_get_str(map_get_str(&run->config, STR("linux")), STR("namespaces"));
	for (uint32_t i = 0; path.len > 0 && i < list->count; i++) {
		const struct value *type = map_get_str(&list->items[i], STR("type"));
		if (str_equal(value_str(type), STR("network")))
			return put(run,
				str_format(run->invocation->arena, "/linux/namespaces/%u/path", i)
					.data,
				value_string(path));
	}
	return 0;
}

static int make_id(struct run *run)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[ID_BYTES];
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return durable_fail(&run->err, "ask for", "random bytes");
	for (size_t i = 0; i < ID_BYTES; i++)
		run->id[i] = digits[bytes[i] & 15];
	return 0;
}

static int make_config(struct run *run)
{
	struct invocation *invocation = run->invocation;
	struct str rootfs = invocation_value(invocation, OPTION_ROOTFS, STR(""));
	char *real = realpath(rootfs.data, NULL);
	if (!real)
		return durable_fail(&run->err, "find", rootfs.data);
	struct value path = value_string(str_copy(invocation->arena, str_from(real)));
	free(real);
	if (make_id(run) < 0)
		return -1;
	run->config = run->chosen.context.config;
	return put(run, "/root/path", path) < 0 ||
			       put(run, "/process/args", arguments_of(invocation)) < 0 ||
			       put(run, "/process/terminal",
				       value_bool(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))) <
				       0 ||
			       (geteuid() == 0 && put(run, "/linux/cgroupsPath",
							  value_string(str_format(invocation->arena,
								  "/gabion/%s", run->id))) < 0) ||
			       put_environment(run) < 0 || put_own_ids(run) < 0 ||
			       put_network(run) < 0
		       ? -1
		       : 0;
}

static void tell_reasons(struct run *run)
{
	for (size_t i = 0; i < run->verdict.count; i++) {
		const struct reason *reason = &run->verdict.reasons[i];
		struct error err = {0};
		if (reason->waiver || reason->phase == PHASE_AUDIT)
			continue;
		ERROR_SET(&err, ERROR_DENIED, NO_ORIGIN, "%.*s: %.*s [%.*s]",
			STR_ARGS(reason->path), STR_ARGS(reason->message),
			STR_ARGS(reason->policy->id));
		error_set_remedy(&err, "%.*s", STR_ARGS(reason->remedy));
		console_tell(run->invocation->console,
			reason->phase == PHASE_ENFORCE ? "error" : "warning", &err, STR(""));
	}
}

static int decide(struct run *run)
{
	struct decide_context decide = {.now_s = run->chosen.now_s};
	struct arena *arena = run->invocation->arena;
	if (context_subject(arena, &run->chosen.context, &run->config, STR("gabion run"), STR(""),
		    &run->subject, &run->err) < 0)
		return -1;
	run->subject.name = str_from(run->id);
	run->verdict = policy_decide(run->chosen.loaded.catalogue, &run->subject, &decide, arena);
	tell_reasons(run);
	return 0;
}

/* Gates record first: what was not recorded does not start. */
static int record(struct run *run, const char *action, const char *outcome)
{
	struct invocation *invocation = run->invocation;
	struct evidence evidence;
	struct buf text;
	struct record_head head = ledger_head(invocation->arena, "gabion run");
	const struct record_action done = {.name = str_from(action), .outcome = str_from(outcome)};
	if (!invocation_has(invocation, OPTION_EVIDENCE))
		return 0;
	evidence_begin(
		&evidence, invocation, invocation_value(invocation, OPTION_EVIDENCE, STR("")).data);
	buf_init_arena(&text, invocation->arena, 4096);
	if (record_print_decision(invocation->arena, &head, run->chosen.loaded.catalogue,
		    &run->subject, &run->verdict, &done, &text, &run->err) < 0) {
		evidence_discard(&evidence);
		return -1;
	}
	evidence_add(&evidence, buf_str(&text));
	if (evidence_end(&evidence) == 0)
		return 0;
	return ERROR_SET(&run->err, ERROR_DENIED, NO_ORIGIN,
		"the decision could not be recorded, so nothing was started");
}

static int write_bundle(struct run *run)
{
	static const char *const places[] = {"/run", "/tmp"};
	const char *own = getenv("XDG_RUNTIME_DIR");
	struct buf text;
	int folder = -1;
	for (size_t i = 0; i < 3 && folder < 0; i++) {
		struct buf path;
		const char *place = i == 0 ? own : places[i - 1];
		if (!place || place[0] != '/')
			continue;
		buf_init_fixed(&path, run->bundle, sizeof(run->bundle) - 1);
		buf_printf(&path, "%s/gabion-run.XXXXXX", place);
		run->bundle[path.len] = '\0';
		if (mkdtemp(run->bundle))
			folder = open(run->bundle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (folder < 0) {
		int failed = durable_fail(&run->err, "make", run->bundle);
		run->bundle[0] = '\0';
		return failed;
	}
	buf_init_arena(&text, run->invocation->arena, 64 << 10);
	print_json(&run->config, (struct print_style){0}, &text);
	int written = durable_replace(folder, "config.json", buf_str(&text), 0600, &run->err);
	close(folder);
	return written;
}

static void remove_bundle(struct run *run)
{
	char path[PATH_MAX + 16];
	struct buf buf;
	if (run->bundle[0] == '\0')
		return;
	buf_init_fixed(&buf, path, sizeof(path) - 1);
	buf_printf(&buf, "%s/config.json", run->bundle);
	path[buf.len] = '\0';
	unlink(path);
	rmdir(run->bundle);
}

static int start(struct run *run, int *ret_status)
{
	char runtime[PATH_MAX];
	struct str given = invocation_value(run->invocation, OPTION_RUNTIME, STR(""));
	char *argv[] = {runtime, (char[]){"run"}, (char[]){"--bundle"}, run->bundle, run->id, NULL};
	child_find_sibling("gabion-oci", runtime);
	if (given.len > 0 && given.len < sizeof(runtime))
		memcpy(runtime, given.data, given.len + 1);
	if (child_run(argv, ret_status, &run->err) == 0)
		return 0;
	error_set_remedy(&run->err, "install gabion-oci beside gabion, or name it with --runtime");
	return -1;
}

static int fail(struct run *run)
{
	console_tell(run->invocation->console, "error", &run->err, STR(""));
	return EXIT_NOT_STARTED;
}

int command_run(struct invocation *invocation)
{
	struct run run = {.invocation = invocation};
	int status = EXIT_NOT_STARTED;
	if (contexts_choose(invocation, &run.chosen) != EXIT_ALLOWED)
		return EXIT_NOT_STARTED;
	if (make_config(&run) < 0 || decide(&run) < 0)
		return fail(&run);
	bool refused = run.verdict.kind == VERDICT_DENY;
	if (record(&run, refused ? "hold" : "admit", "done") < 0)
		return fail(&run);
	if (refused)
		return EXIT_NOT_STARTED;
	output_flush(&invocation->console->out);
	int started = write_bundle(&run);
	if (started == 0)
		started = start(&run, &status);
	remove_bundle(&run);
	return started < 0 ? fail(&run) : status;
}
