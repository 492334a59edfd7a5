/* SPDX-License-Identifier: Apache-2.0 */
/* GitHub Flavored Markdown for a step summary: the summary first, so findings are kept until the
 * end. */
#include "base/arena.h"
#include "report/formats.h"
#include "report/words.h"

struct markdown_report {
	const struct report_context *context;
	struct buf findings, problems;
	size_t omitted;
};

static void *begin(const struct report_context *context)
{
	struct markdown_report *report = ARENA_NEW(context->arena, struct markdown_report);
	report->context = context;
	buf_init_arena(&report->findings, context->arena, 4096);
	buf_init_arena(&report->problems, context->arena, 256);
	return report;
}

static void put_place(struct buf *out, struct str file, struct origin origin)
{
	escape_put(out, MEDIUM_MARKDOWN, file);
	if (origin.line > 0)
		buf_printf(out, "&#58;%u", origin.line);
}

static void put_reason(struct buf *out, const struct subject *subject, const struct reason *reason)
{
	buf_printf(out, "| %s | %s | %s | ", report_weight_name(reason),
		policy_risk_name(reason->policy->risk), policy_owner_name(reason->policy->owner));
	escape_put(out, MEDIUM_MARKDOWN, reason->policy->id);
	buf_puts(out, " | ");
	put_place(out, subject->file, reason->origin);
	buf_puts(out, " | ");
	words_put_subject(out, MEDIUM_MARKDOWN, subject);
	buf_puts(out, " | ");
	escape_put(out, MEDIUM_MARKDOWN, reason->message);
	buf_puts(out, " | ");
	escape_put(out, MEDIUM_MARKDOWN, str_trim(reason->remedy));
	buf_puts(out, " |\n");
}

static void put_subject(void *state, const struct subject *subject, const struct verdict *verdict)
{
	struct markdown_report *report = state;
	for (size_t i = 0; i < verdict->count; i++) {
		if (report->findings.len > MARKDOWN_MAX_BYTES)
			report->omitted++;
		else
			put_reason(&report->findings, subject, &verdict->reasons[i]);
	}
}

static void put_problem(void *state, const struct report_problem *problem)
{
	struct markdown_report *report = state;
	struct buf *out = &report->problems;
	if (out->len > MARKDOWN_MAX_BYTES / 16) {
		report->omitted++;
		return;
	}
	buf_puts(out, "- ");
	put_place(out, problem->error->file, problem->error->origin);
	buf_puts(out, " ");
	escape_put(out, MEDIUM_MARKDOWN, str_from(problem->error->message));
	if (problem->error->remedy[0] != '\0') {
		buf_puts(out, " (fix&#58; ");
		escape_put(out, MEDIUM_MARKDOWN, str_from(problem->error->remedy));
		buf_puts(out, ")");
	}
	buf_puts(out, "\n");
}

static void put_owners(struct buf *out, const struct tally *tally)
{
	buf_puts(out, "| to fix by | critical | high | medium | low |\n|---|--:|--:|--:|--:|\n");
	for (int owner = 0; owner < TALLY_OWNERS; owner++) {
		buf_printf(out, "| %s |", policy_owner_name((enum policy_owner)owner));
		for (int risk = RISK_CRITICAL; risk >= RISK_LOW; risk--)
			buf_printf(out, " %zu |", tally_sum(tally, STR(""), owner, risk, -1));
		buf_puts(out, "\n");
	}
	buf_puts(out, "\n");
}

static void end(void *state, const struct report_summary *summary)
{
	const struct markdown_report *report = state;
	struct buf *out = report->context->out;
	buf_printf(out, "## gabion check: %s\n\n", report_verdict_name(summary));
	words_put_result(out, summary);
	buf_puts(out, ".\n\n");
	put_owners(out, summary->tally);
	if (report->problems.len > 0) {
		buf_puts(out, "### Could not be judged\n\n");
		buf_put(out, buf_str(&report->problems));
		buf_puts(out, "\n");
	}
	if (report->findings.len > 0) {
		buf_puts(out, "### Findings\n\n| weight | risk | owner | policy | place | subject "
			      "| finding | fix |\n"
			      "|---|---|---|---|---|---|---|---|\n");
		buf_put(out, buf_str(&report->findings));
		buf_puts(out, "\n");
	}
	if (report->omitted > 0)
		buf_printf(out, "%zu more are left out here; the JSON report has all of them.\n\n",
			report->omitted);
	words_put_scope(out, MEDIUM_MARKDOWN, report->context, summary);
	buf_puts(out, ".\n");
}

const struct report_format report_markdown = {
	.name = "markdown",
	.meaning = "tables for a job summary or a merge request",
	.begin = begin,
	.subject = put_subject,
	.problem = put_problem,
	.end = end,
};
