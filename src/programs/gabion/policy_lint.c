/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/lint.h"

#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/load.h"
#include "report/json.h"
#include "report/words.h"

static const char *const level_words[] = {
	[PROBLEM_ERROR] = "error", [PROBLEM_WARNING] = "warning", [PROBLEM_NOTICE] = "notice"};

struct linting {
	struct invocation *invocation;
	struct loaded loaded;
	struct json json; /* with -o json */
	bool wants_json;
	size_t counts[PROBLEM_NOTICE + 1];
};

static void put_json(struct linting *linting, const struct error *err, enum problem_level level)
{
	struct json *json = &linting->json;
	json_line(json, 1);
	json_open(json, "", '{');
	json_text(json, "level", level_words[level]);
	json_str(json, "file", err->file);
	json_uint(json, "line", err->origin.line);
	json_uint(json, "column", err->origin.column);
	json_text(json, "message", err->message);
	json_text(json, "remedy", err->remedy);
	json_close(json, '}');
}

static void take_problem(void *context, const struct error *err, enum problem_level level)
{
	struct linting *linting = context;
	struct console *console = linting->invocation->console;
	linting->counts[level]++;
	if (linting->wants_json) {
		put_json(linting, err, level);
		return;
	}
	struct text_style style = console_style(console);
	text_put_error(&console->out.buf, &style, level_words[level], err,
		load_text(&linting->loaded, err->file));
	buf_puts(&console->out.buf, "\n");
}

static size_t lint_policies(struct linting *linting)
{
	const struct catalogue *catalogue = linting->loaded.catalogue;
	size_t count = 0;
	for (size_t i = 0; catalogue && i < catalogue_count(catalogue); i++) {
		const struct policy *policy = catalogue_policy(catalogue, i);
		if (!load_is_users(&linting->loaded, policy->file))
			continue;
		count++;
		policy_lint(catalogue, policy, linting->invocation->arena, take_problem, linting);
	}
	return count;
}

static void end(struct linting *linting, size_t policies)
{
	struct buf *out = &linting->invocation->console->out.buf;
	if (linting->wants_json) {
		json_close(&linting->json, ']');
		json_uint(&linting->json, "policies", policies);
		json_close(&linting->json, '}');
		buf_puts(out, "\n");
		return;
	}
	buf_puts(out, "Looked at ");
	words_put_count(out, policies, "policy", "policies");
	buf_puts(out, ": ");
	words_put_count(out, linting->counts[PROBLEM_ERROR], "error", "errors");
	buf_puts(out, ", ");
	words_put_count(out, linting->counts[PROBLEM_WARNING], "warning", "warnings");
	buf_puts(out, ".\n");
}

int command_policy_lint(struct invocation *invocation)
{
	struct linting linting = {.invocation = invocation,
		.json = {.out = &invocation->console->out.buf},
		.wants_json = invocation_word(invocation, OPTION_FORM) == 1};
	if (linting.wants_json) {
		json_open(&linting.json, "", '{');
		json_text(&linting.json, "apiVersion", "gabion.dev/v1");
		json_text(&linting.json, "kind", "LintReport");
		json_open(&linting.json, "problems", '[');
	}
	int code = load_arguments(invocation, &linting.loaded, take_problem, &linting);
	size_t policies = lint_policies(&linting);
	end(&linting, policies);
	return code;
}
