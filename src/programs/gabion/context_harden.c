/* SPDX-License-Identifier: Apache-2.0 */
#include "data/print.h"
#include "layers/context/harden.h"
#include "layers/context/source.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/contexts.h"
#include "programs/gabion/evidence.h"
#include "programs/gabion/ledger.h"
#include "report/escape.h"

/* "remove process.capabilities.bounding[0]: CAP_X is not granted [context.capabilities]" */
static void say_changes(struct console *console, const struct hardened *hardened)
{
	for (size_t i = 0; i < hardened->change_count; i++) {
		const struct context_change *change = &hardened->changes[i];
		char memory[1024];
		struct buf line;
		buf_init_fixed(&line, memory, sizeof(memory));
		buf_put(&line, change->operation);
		buf_put_char(&line, ' ');
		escape_put(&line, MEDIUM_TERMINAL, change->path);
		buf_puts(&line, ": ");
		escape_put(&line, MEDIUM_TERMINAL, change->message);
		buf_puts(&line, " [");
		escape_put(&line, MEDIUM_TERMINAL, change->policy->id);
		buf_puts(&line, "]\n");
		console_say(console, buf_str(&line));
	}
}

static void tell_rest(struct invocation *invocation, struct str path, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count; i++) {
		const struct reason *reason = &verdict->reasons[i];
		if (!reason->waiver && reason->phase == PHASE_ENFORCE)
			contexts_tell_reason(invocation, reason, ERROR_INPUT, path);
	}
}

/* What was asked for as it was, and what became of it; before anybody gets the result. */
static int record(struct invocation *invocation, const struct chosen_context *chosen,
	const struct value *config, struct str path, const struct hardened *hardened)
{
	struct arena *arena = invocation->arena;
	struct decide_context decide = {.now_s = chosen->now_s};
	bool refused = hardened->verdict.kind == VERDICT_DENY;
	struct record_action done = {
		.name = refused ? STR("hold") : STR("harden"), .outcome = STR("done")};
	struct record_head head = ledger_head(arena, "gabion context harden");
	struct subject subject;
	struct error err = {0};
	struct buf text;
	if (context_subject(arena, &chosen->context, config, path, STR(""), &subject, &err) < 0) {
		console_tell(invocation->console, "error", &err, STR(""));
		return -1;
	}
	struct verdict asked = policy_decide(chosen->loaded.catalogue, &subject, &decide, arena);
	buf_init_arena(&text, arena, 4096);
	if (record_print_decision(arena, &head, chosen->loaded.catalogue, &subject, &asked, &done,
		    &text, &err) < 0) {
		console_tell(invocation->console, "error", &err, STR(""));
		return -1;
	}
	return evidence_keep(invocation, buf_str(&text));
}

int command_context_harden(struct invocation *invocation)
{
	struct chosen_context chosen;
	struct hardened hardened;
	struct value config;
	struct error err = {0};
	struct str path = invocation->arguments[0], text;
	int code = contexts_choose(invocation, &chosen);
	if (code != EXIT_ALLOWED)
		return code;
	struct decide_context decide = {.now_s = chosen.now_s};
	if (contexts_read_config(invocation, path, &config, &text, &err) < 0 ||
		context_harden(invocation->arena, chosen.loaded.catalogue, &chosen.context, &config,
			&decide, &hardened, &err) < 0) {
		error_set_file(&err, path);
		console_tell(invocation->console, "error", &err, text);
		return EXIT_UNDECIDED;
	}
	if (invocation_has(invocation, OPTION_EVIDENCE) &&
		record(invocation, &chosen, &config, path, &hardened) < 0)
		return EXIT_UNDECIDED;
	if (!invocation_has(invocation, OPTION_QUIET))
		say_changes(invocation->console, &hardened);
	print_json(
		&hardened.config, (struct print_style){.indent = 2}, &invocation->console->out.buf);
	buf_puts(&invocation->console->out.buf, "\n");
	if (hardened.verdict.kind != VERDICT_DENY)
		return EXIT_ALLOWED;
	tell_rest(invocation, path, &hardened.verdict);
	return EXIT_DENIED;
}
