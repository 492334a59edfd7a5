/* SPDX-License-Identifier: Apache-2.0 */
#include "data/print.h"
#include "layers/context/harden.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/contexts.h"
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
		struct error err = {0};
		if (reason->waiver || reason->phase != PHASE_ENFORCE)
			continue;
		ERROR_SET(&err, ERROR_INPUT, NO_ORIGIN, "%.*s: %.*s [%.*s]", STR_ARGS(reason->path),
			STR_ARGS(reason->message), STR_ARGS(reason->policy->id));
		error_set_remedy(&err, "%.*s", STR_ARGS(reason->remedy));
		error_set_file(&err, path);
		console_tell(invocation->console, "error", &err, STR(""));
	}
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
