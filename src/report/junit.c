/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit as CI systems read it: a suite per layer, a case per policy and subject. A suite announces
 * its counts before its cases, so the cases of each layer are kept until the end.
 */
#include "base/arena.h"
#include "report/formats.h"
#include "report/words.h"

enum { JUNIT_MAX_LAYERS = 16 };

struct suite {
	const char *layer;
	struct buf cases;
	size_t tests, failures, errors, skipped;
};

struct junit_report {
	const struct report_context *context;
	struct suite suites[JUNIT_MAX_LAYERS];
	size_t count;
};

static void *begin(const struct report_context *context)
{
	struct junit_report *report = ARENA_NEW(context->arena, struct junit_report);
	report->context = context;
	return report;
}

/* The last suite takes what there is no room for. */
static struct suite *suite_of(struct junit_report *report, const char *layer)
{
	size_t at = 0;
	while (at < report->count && strcmp(report->suites[at].layer, layer) != 0)
		at++;
	if (at == report->count && at < JUNIT_MAX_LAYERS) {
		report->suites[at].layer = layer;
		buf_init_arena(&report->suites[at].cases, report->context->arena, 4096);
		report->count++;
	}
	return &report->suites[at < JUNIT_MAX_LAYERS ? at : JUNIT_MAX_LAYERS - 1];
}

static void put_attribute(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, " %s=\"", name);
	escape_put(out, MEDIUM_XML, value);
	buf_puts(out, "\"");
}

static void begin_case(
	struct suite *suite, const struct subject *subject, struct str what, uint32_t line)
{
	struct buf *out = &suite->cases;
	suite->tests++;
	buf_puts(out, "<testcase");
	put_attribute(out, "classname", what);
	buf_puts(out, " name=\"");
	words_put_subject(out, MEDIUM_XML, subject);
	buf_puts(out, "\"");
	put_attribute(out, "file", subject->file);
	if (line > 0)
		buf_printf(out, " line=\"%u\"", line);
}

static void put_body(struct buf *out, const struct subject *subject, const struct reason *reason)
{
	escape_put(out, MEDIUM_XML, subject->file);
	buf_printf(out, ":%u:%u: ", reason->origin.line, reason->origin.column);
	escape_put(out, MEDIUM_XML, reason->path);
	buf_puts(out, "\n");
	escape_put(out, MEDIUM_XML, reason->message);
	buf_printf(out,
		"\nowner: %s, risk: %s, phase: %s\nfix: ", policy_owner_name(reason->policy->owner),
		policy_risk_name(reason->policy->risk), policy_phase_name(reason->phase));
	escape_put(out, MEDIUM_XML, str_trim(reason->remedy));
}

static void put_failure(
	struct suite *suite, const struct subject *subject, const struct reason *reason)
{
	struct buf *out = &suite->cases;
	suite->failures++;
	buf_puts(out, "><failure");
	put_attribute(out, "type", reason->policy->id);
	put_attribute(out, "message", reason->message);
	buf_puts(out, ">");
	put_body(out, subject, reason);
	buf_puts(out, "</failure></testcase>\n");
}

/* Only what denies fails a case; the rest is told and does not turn a build red. */
static void put_skipped(
	struct suite *suite, const struct subject *subject, const struct reason *reason)
{
	struct buf *out = &suite->cases;
	suite->skipped++;
	buf_printf(out, "><skipped message=\"%s: ", report_weight_name(reason));
	escape_put(out, MEDIUM_XML, reason->message);
	buf_puts(out, "\"/><system-out>");
	put_body(out, subject, reason);
	buf_puts(out, "</system-out></testcase>\n");
}

static void put_subject(void *state, const struct subject *subject, const struct verdict *verdict)
{
	struct junit_report *report = state;
	for (size_t i = 0; i < verdict->count; i++) {
		const struct reason *reason = &verdict->reasons[i];
		struct suite *suite = suite_of(report, words_layer(reason->policy));
		begin_case(suite, subject, reason->policy->id, reason->origin.line);
		if (reason->phase == PHASE_ENFORCE && !reason->waiver)
			put_failure(suite, subject, reason);
		else
			put_skipped(suite, subject, reason);
	}
	if (verdict->count > 0)
		return;
	struct suite *suite = suite_of(report, subject->schema->layer);
	begin_case(suite, subject, STR("all policies"), subject->origin.line);
	buf_puts(&suite->cases, "/>\n");
}

static void put_problem(void *state, const struct report_problem *problem)
{
	struct junit_report *report = state;
	struct suite *suite = suite_of(report, "input");
	const struct error *err = problem->error;
	struct buf *out = &suite->cases;
	suite->tests++;
	suite->errors++;
	buf_puts(out, "<testcase classname=\"could not be judged\"");
	put_attribute(out, "name", err->file);
	put_attribute(out, "file", err->file);
	if (err->origin.line > 0)
		buf_printf(out, " line=\"%u\"", err->origin.line);
	buf_puts(out, "><error");
	put_attribute(out, "message", str_from(err->message));
	buf_puts(out, ">fix: ");
	escape_put(out, MEDIUM_XML, str_from(err->remedy));
	buf_puts(out, "</error></testcase>\n");
}

static void put_counts(struct buf *out, const struct suite *counts)
{
	buf_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		counts->tests, counts->failures, counts->errors, counts->skipped);
}

static void end(void *state, const struct report_summary *summary)
{
	const struct junit_report *report = state;
	struct buf *out = report->context->out;
	struct suite all = {0};
	for (size_t i = 0; i < report->count; i++) {
		all.tests += report->suites[i].tests;
		all.failures += report->suites[i].failures;
		all.errors += report->suites[i].errors;
		all.skipped += report->suites[i].skipped;
	}
	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	buf_printf(out, " name=\"gabion check: %s\"", report_verdict_name(summary));
	put_counts(out, &all);
	buf_puts(out, ">\n");
	for (size_t i = 0; i < report->count; i++) {
		const struct suite *suite = &report->suites[i];
		buf_puts(out, "<testsuite");
		put_attribute(out, "name", str_from(suite->layer));
		put_counts(out, suite);
		buf_puts(out, ">\n");
		buf_put(out, buf_str(&suite->cases));
		buf_puts(out, "</testsuite>\n");
	}
	buf_puts(out, "</testsuites>\n");
}

const struct report_format report_junit = {
	.name = "junit",
	.meaning = "a suite per layer, a case per policy and subject",
	.begin = begin,
	.subject = put_subject,
	.problem = put_problem,
	.end = end,
};
