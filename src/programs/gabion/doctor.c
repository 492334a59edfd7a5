/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/doctor_checks.h"
#include "programs/gabion/invocation.h"
#include "report/escape.h"
#include "report/json.h"

static const char *const health_words[HEALTHS] = {"good", "less", "MISSING"};

static void put_text(struct invocation *invocation, const struct doctor_check *check,
	enum health health, struct str found)
{
	static const enum style styles[HEALTHS] = {STYLE_GOOD, STYLE_WARN, STYLE_DENY};
	struct console *console = invocation->console;
	struct buf *out = &console->out.buf;
	style_put(out, console->out_terminal.colour, styles[health]);
	buf_printf(out, "%-8s", health_words[health]);
	style_put(out, console->out_terminal.colour, STYLE_NONE);
	buf_printf(out, "%-21s ", check->name);
	escape_put(out, MEDIUM_TERMINAL, found);
	buf_puts(out, "\n");
	if (health != HEALTH_GOOD)
		buf_printf(out, "        for %s; %s\n", check->used_for, check->instead);
}

static void put_json(
	struct json *json, const struct doctor_check *check, enum health health, struct str found)
{
	json_line(json, 1);
	json_open(json, "", '{');
	json_text(json, "name", check->name);
	json_text(json, "health", health == HEALTH_MISSING ? "missing" : health_words[health]);
	json_str(json, "found", found);
	json_text(json, "usedFor", check->used_for);
	if (health != HEALTH_GOOD)
		json_text(json, "instead", check->instead);
	json_close(json, '}');
}

int command_doctor(struct invocation *invocation)
{
	struct json json = {.out = &invocation->console->out.buf};
	bool wants_json = invocation_word(invocation, OPTION_FORM) == 1;
	enum health worst = HEALTH_GOOD;
	if (wants_json)
		json_open(&json, "", '[');
	for (const struct doctor_check *check = doctor_checks; check->name; check++) {
		char memory[1024];
		struct buf found;
		buf_init_fixed(&found, memory, sizeof(memory));
		enum health health = check->look(&found);
		worst = health > worst ? health : worst;
		if (wants_json)
			put_json(&json, check, health, buf_str(&found));
		else
			put_text(invocation, check, health, buf_str(&found));
	}
	if (wants_json) {
		json_close(&json, ']');
		buf_puts(json.out, "\n");
	}
	return worst == HEALTH_MISSING ? EXIT_DENIED : EXIT_ALLOWED;
}
