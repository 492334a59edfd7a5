/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/layer.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/contexts.h"
#include "programs/gabion/judge.h"

static struct judge_source *sources_of(struct invocation *invocation)
{
	size_t count = invocation->argument_count;
	struct judge_source *sources =
		ARENA_NEW_ARRAY(invocation->arena, struct judge_source, count);
	for (size_t i = 0; i < count; i++) {
		struct str path = invocation->arguments[i];
		sources[i] =
			(struct judge_source){.name = path, .file = {NULL, path.data, path.data}};
		if (judge_is_descriptor(path, &sources[i].fd))
			sources[i].kind = JUDGE_STREAM;
	}
	return sources;
}

int command_context_check(struct invocation *invocation)
{
	struct chosen_context chosen;
	struct targets targets;
	struct evidence evidence;
	struct report_summary summary;
	struct error err = {0};
	int code = contexts_choose(invocation, &chosen);
	if (code != EXIT_ALLOWED)
		return code;
	if (targets_open(&targets, invocation, &err) < 0) {
		console_tell(invocation->console, "error", &err, STR(""));
		return err.kind == ERROR_POLICY ? EXIT_INVALID : EXIT_UNDECIDED;
	}
	bool recorded = invocation_has(invocation, OPTION_EVIDENCE);
	if (recorded)
		evidence_begin(&evidence, invocation,
			invocation_value(invocation, OPTION_EVIDENCE, STR("")).data);
	judge(&(struct judge_request){.invocation = invocation,
		      .loaded = &chosen.loaded,
		      .layer = &context_layer,
		      .scope = &chosen.context,
		      .program = "gabion context check",
		      .sources = sources_of(invocation),
		      .count = invocation->argument_count,
		      .targets = &targets,
		      .evidence = recorded ? &evidence : NULL,
		      .owner = -1},
		&summary);
	size_t failures = targets_commit(&targets, invocation);
	if (recorded && evidence_end(&evidence) < 0)
		failures++;
	if (summary.denied > 0)
		return EXIT_DENIED;
	return summary.undecided + failures > 0 ? EXIT_UNDECIDED : EXIT_ALLOWED;
}
