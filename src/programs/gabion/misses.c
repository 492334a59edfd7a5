/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/misses.h"

#include "data/fields.h"
#include "layers/context/learn.h"
#include "layers/context/learned.h"
#include "ledger/record.h"
#include "programs/gabion/console.h"
#include "programs/gabion/evidence.h"
#include "programs/gabion/ledger.h"
#include "sys/cgroup_tasks.h"

#include <unistd.h>

static void tell(struct launch *launch, struct str text, const char *remedy)
{
	const struct policy_context *policy = launch->chosen.context.policy;
	struct error err = {0};
	ERROR_SET(&err, ERROR_POLICY, policy->origin, "the list of %.*s complains: %.*s",
		STR_ARGS(policy->id), STR_ARGS(text));
	error_set_remedy(&err, "%s", remedy);
	error_set_file(&err, policy->file);
	console_tell(launch->invocation->console, "warning", &err,
		load_text(&launch->chosen.loaded, policy->file));
}

/* Make the folder the runtime will put it into, which takes an empty one that is there. */
static int make_cgroup(struct misses *misses, const struct launch *launch)
{
	char path[LAUNCH_CGROUP_BYTES];
	struct error ignored = {0};
	launch_cgroup(launch, path);
	int made = cgroup_make(&misses->group, &misses->layout, path, 0, &ignored);
	if (made == 0 && call_recorder_watch(&misses->recorder,
				 cgroup_tasks_target(&misses->group, 0, &ignored)) == 0)
		return 0;
	if (made == 0)
		(void)cgroup_remove(&misses->group, &ignored);
	cgroup_close(&misses->group);
	return -1;
}

static int watch_cgroup(struct misses *misses, const struct launch *launch)
{
	struct error ignored = {0};
	if (cgroup_layout_open(&misses->layout, "/sys/fs/cgroup", &ignored) == 0 &&
		cgroup_layout_unified(&misses->layout) >= 0 && make_cgroup(misses, launch) == 0)
		return 0;
	cgroup_layout_close(&misses->layout);
	return -1;
}

static bool begin(struct misses *misses, struct launch *launch)
{
	struct spec *spec = &misses->spec;
	if (geteuid() != 0 ||
		spec_from_value(launch->invocation->arena, &launch->config, spec, &launch->err) <
			0 ||
		!learn_is_native(spec->seccomp))
		return false;
	if (call_recorder_open(&misses->recorder) == 0 && watch_cgroup(misses, launch) == 0)
		return true;
	call_recorder_close(&misses->recorder);
	return false;
}

void misses_begin(struct misses *ret_misses, struct launch *launch)
{
	bool complains = learned_complains(&launch->chosen.context);
	ret_misses->recorded = complains && begin(ret_misses, launch);
	if (complains && !ret_misses->recorded)
		tell(launch, STR("what it misses is in the kernel's log alone"),
			"see tracepoints and cgroups in `gabion doctor`");
}

static int record(struct launch *launch, const struct value *names)
{
	struct arena *arena = launch->invocation->arena;
	struct record_head head = ledger_head(arena, "gabion run");
	struct fields note = fields_begin(arena, 4);
	struct buf text;
	fields_add(&note, "title", value_string(STR("calls that a learned list does not have")));
	fields_add(&note, "context", value_string(launch->chosen.context.policy->id));
	fields_add(&note, "workload", value_string(str_from(launch->id)));
	fields_add(&note, "systemCalls", *names);
	struct value document = fields_end(&note);
	buf_init_arena(&text, arena, 1024);
	if (record_print_note(arena, &head, &document, &text, &launch->err) < 0)
		return -1;
	if (evidence_keep(launch->invocation, buf_str(&text)) == 0)
		return 0;
	return ERROR_SET(&launch->err, ERROR_SYSTEM, NO_ORIGIN,
		"what the workload missed could not be recorded");
}

static int tell_and_record(
	const struct misses *misses, struct launch *launch, const struct recorded_calls *calls)
{
	struct arena *arena = launch->invocation->arena;
	struct buf text;
	struct value names =
		learned_missed(arena, misses->spec.seccomp, calls->made, CALL_RECORDER_CALLS);
	if (names.count == 0)
		return 0;
	buf_init_arena(&text, arena, 256);
	buf_puts(&text, "it does not have");
	for (uint32_t i = 0; i < names.count; i++)
		buf_printf(
			&text, "%s %.*s", i > 0 ? "," : "", STR_ARGS(value_str(&names.items[i])));
	tell(launch, buf_str(&text), "learn again with `gabion learn --merge`, or add them");
	return record(launch, &names);
}

int misses_end(struct misses *misses, struct launch *launch)
{
	struct recorded_calls calls;
	struct error ignored = {0};
	if (!misses->recorded)
		return 0;
	int result = call_recorder_read(&misses->recorder, &calls) < 0
			     ? 0
			     : tell_and_record(misses, launch, &calls);
	/* The runtime has removed it, unless it never began. */
	(void)cgroup_remove(&misses->group, &ignored);
	call_recorder_close(&misses->recorder);
	cgroup_close(&misses->group);
	cgroup_layout_close(&misses->layout);
	return result;
}
