/* SPDX-License-Identifier: Apache-2.0 */
/* https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
#include "base/arena.h"
#include "report/formats.h"
#include "report/words.h"

static void *begin(const struct report_context *context)
{
	struct report_context *own = ARENA_NEW(context->arena, struct report_context);
	*own = *context;
	return own;
}

static const char *command_of(const struct reason *reason)
{
	static const char *const commands[] = {
		[PHASE_AUDIT] = "notice", [PHASE_WARN] = "warning", [PHASE_ENFORCE] = "error"};
	return commands[reason->phase];
}

static void put_place(struct buf *out, struct str file, struct origin origin)
{
	buf_puts(out, " file=");
	escape_put(out, MEDIUM_GITHUB_PROPERTY, file);
	if (origin.line == 0)
		return;
	buf_printf(out, ",line=%u", origin.line);
	if (origin.column > 0)
		buf_printf(out, ",col=%u", origin.column);
}

static void put_reason(struct buf *out, const struct subject *subject, const struct reason *reason)
{
	buf_puts(out, "::");
	buf_put(out, str_from(command_of(reason)));
	put_place(out, subject->file, reason->origin);
	buf_puts(out, ",title=");
	escape_put(out, MEDIUM_GITHUB_PROPERTY, reason->policy->id);
	buf_puts(out, "::");
	escape_put(out, MEDIUM_GITHUB_DATA, reason->message);
	buf_puts(out, " (");
	words_put_subject(out, MEDIUM_GITHUB_DATA, subject);
	buf_printf(out, "; owner %s, risk %s)", policy_owner_name(reason->policy->owner),
		policy_risk_name(reason->policy->risk));
	if (reason->remedy.len > 0) {
		buf_puts(out, "%0AFix: ");
		escape_put(out, MEDIUM_GITHUB_DATA, str_trim(reason->remedy));
	}
	buf_puts(out, "\n");
}

static void put_subject(void *state, const struct subject *subject, const struct verdict *verdict)
{
	const struct report_context *context = state;
	for (size_t i = 0; i < verdict->count; i++)
		if (!verdict->reasons[i].waiver)
			put_reason(context->out, subject, &verdict->reasons[i]);
}

static void put_problem(void *state, const struct report_problem *problem)
{
	const struct report_context *context = state;
	struct buf *out = context->out;
	buf_puts(out, "::error");
	put_place(out, problem->error->file, problem->error->origin);
	buf_puts(out, ",title=could not be judged::");
	escape_put(out, MEDIUM_GITHUB_DATA, str_from(problem->error->message));
	if (problem->error->remedy[0] != '\0') {
		buf_puts(out, "%0AFix: ");
		escape_put(out, MEDIUM_GITHUB_DATA, str_from(problem->error->remedy));
	}
	buf_puts(out, "\n");
}

static void end(void *state, const struct report_summary *summary)
{
	const struct report_context *context = state;
	struct buf *out = context->out;
	buf_printf(out, "::notice title=gabion::verdict %s%%0A", report_verdict_name(summary));
	words_put_result(out, summary);
	buf_puts(out, "%0A");
	words_put_scope(out, MEDIUM_GITHUB_DATA, context, summary);
	buf_puts(out, "\n");
}

const struct report_format report_github = {
	.name = "github",
	.meaning = "workflow commands that GitHub shows as annotations",
	.begin = begin,
	.subject = put_subject,
	.problem = put_problem,
	.end = end,
};
