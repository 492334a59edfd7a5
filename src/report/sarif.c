/* SPDX-License-Identifier: Apache-2.0 */
/* SARIF 2.1.0 (OASIS, 2020), within what GitHub's code scanning reads. */
#include "base/arena.h"
#include "report/columns.h"
#include "report/formats.h"
#include "report/json.h"
#include "report/sarif_fix.h"
#include "report/sarif_rules.h"
#include "report/text.h"
#include "report/words.h"

struct notification {
	struct notification *next;
	struct str message, file;
	struct origin origin;
};

struct sarif_report {
	const struct report_context *context;
	struct json json;
	struct lines lines;
	struct columns columns;
	struct tally *index; /* of rules */
	struct notification *first, **last;
	size_t results, omitted, problems;
};

static void *begin(const struct report_context *context)
{
	struct sarif_report *report = ARENA_NEW(context->arena, struct sarif_report);
	struct json *json = &report->json;
	report->context = context;
	report->index = tally_new(context->arena, context->policies, context->policy_count);
	report->last = &report->first;
	json->out = context->out;
	json_open(json, "", '{');
	json_text(json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	json_text(json, "version", "2.1.0");
	json_open(json, "runs", '[');
	json_open(json, "", '{');
	json_line(json, 1);
	sarif_put_tool(json, context);
	json_line(json, 1);
	json_open(json, "automationDetails", '{');
	json_text(json, "id", "gabion/check/");
	json_close(json, '}');
	json_text(json, "columnKind", "unicodeCodePoints");
	json_line(json, 1);
	json_open(json, "results", '[');
	return report;
}

enum { URI_BYTES = 4096 * 3 };

/* GitHub wants paths relative to the repository; an absolute one must say its scheme. */
static struct str uri_of(struct str file, char memory[URI_BYTES])
{
	struct buf uri;
	buf_init_fixed(&uri, memory, URI_BYTES);
	while (str_starts_with(file, STR("./")))
		file = str_slice(file, 2, file.len);
	if (str_starts_with(file, STR("/")))
		buf_puts(&uri, "file://");
	escape_put(&uri, MEDIUM_URI, file);
	return buf_str(&uri);
}

static void put_artifact(struct json *json, struct str uri)
{
	json_open(json, "artifactLocation", '{');
	json_str(json, "uri", uri);
	json_close(json, '}');
}

static void put_region(
	struct sarif_report *report, struct str text, struct origin origin, uint32_t length)
{
	struct json *json = &report->json;
	struct columns_range range =
		columns_find(&report->columns, &report->lines, text, origin, length);
	json_open(json, "region", '{');
	json_uint(json, "startLine", origin.line > 0 ? origin.line : 1);
	json_uint(json, "startColumn", range.from);
	json_uint(json, "endLine", origin.line > 0 ? origin.line : 1);
	json_uint(json, "endColumn", range.to);
	json_close(json, '}');
}

static void put_logical(
	struct json *json, const struct subject *subject, const struct reason *reason)
{
	char memory[1024];
	struct buf name;
	buf_init_fixed(&name, memory, sizeof(memory));
	words_put_subject(&name, MEDIUM_TERMINAL, subject);
	json_open(json, "logicalLocations", '[');
	json_open(json, "", '{');
	json_str(json, "name", buf_str(&name));
	buf_puts(&name, "#");
	escape_put(&name, MEDIUM_TERMINAL, reason->pointer);
	json_str(json, "fullyQualifiedName", buf_str(&name));
	json_text(json, "kind", "object");
	json_close(json, '}');
	json_close(json, ']');
}

static void put_location(struct sarif_report *report, const struct subject *subject,
	const struct reason *reason, struct str uri)
{
	struct json *json = &report->json;
	json_open(json, "locations", '[');
	json_open(json, "", '{');
	json_open(json, "physicalLocation", '{');
	put_artifact(json, uri);
	put_region(report, subject->text, reason->origin, reason->length);
	json_close(json, '}');
	put_logical(json, subject, reason);
	json_close(json, '}');
	json_close(json, ']');
}

static uint64_t hash_part(uint64_t hash, struct str part)
{
	for (size_t i = 0; i < part.len; i++)
		hash = (hash ^ (unsigned char)part.data[i]) * 0x100000001B3u;
	return (hash ^ 0xFF) * 0x100000001B3u;
}

/*
 * The same finding keeps its fingerprint when lines move: it is made of the policy, the object's
 * identity and the JSON pointer. FNV-1a, for nothing is protected by it.
 */
static void put_fingerprints(
	struct json *json, const struct subject *subject, const struct reason *reason)
{
	const struct str parts[] = {reason->policy->id, subject->object_kind, subject->namespace,
		subject->name, reason->pointer};
	uint64_t hash = 0xCBF29CE484222325u;
	char memory[24];
	struct buf text;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		hash = hash_part(hash, parts[i]);
	buf_init_fixed(&text, memory, sizeof(memory));
	buf_printf(&text, "%016llx:1", (unsigned long long)hash);
	json_open(json, "partialFingerprints", '{');
	json_str(json, "gabionFinding/v1", buf_str(&text));
	/* The only name GitHub looks at. */
	json_str(json, "primaryLocationLineHash", buf_str(&text));
	json_close(json, '}');
}

static void put_suppression(struct json *json, const struct policy_waiver *waiver)
{
	char memory[2048];
	struct buf text;
	buf_init_fixed(&text, memory, sizeof(memory));
	buf_puts(&text, "waiver ");
	escape_put(&text, MEDIUM_TERMINAL, waiver->id);
	buf_puts(&text, " of ");
	escape_put(&text, MEDIUM_TERMINAL, waiver->owner);
	buf_puts(&text, " until ");
	words_put_time(&text, waiver->expires_s);
	buf_puts(&text, ": ");
	escape_put(&text, MEDIUM_TERMINAL, waiver->reason);
	json_open(json, "suppressions", '[');
	json_open(json, "", '{');
	json_text(json, "kind", "external");
	json_text(json, "status", "accepted");
	json_str(json, "justification", buf_str(&text));
	json_close(json, '}');
	json_close(json, ']');
}

static void put_message(struct json *json, const struct reason *reason)
{
	char memory[4096];
	struct buf text;
	buf_init_fixed(&text, memory, sizeof(memory));
	buf_put(&text, reason->message);
	if (reason->remedy.len > 0) {
		buf_puts(&text, ". Fix: ");
		buf_put(&text, str_trim(reason->remedy));
	}
	json_open(json, "message", '{');
	json_str(json, "text", buf_str(&text));
	json_close(json, '}');
}

static void put_properties(struct json *json, const struct reason *reason)
{
	json_open(json, "properties", '{');
	json_text(json, "layer", words_layer(reason->policy));
	json_text(json, "owner", policy_owner_name(reason->policy->owner));
	json_text(json, "risk", policy_risk_name(reason->policy->risk));
	json_text(json, "phase", policy_phase_name(reason->phase));
	json_str(json, "path", reason->path);
	json_close(json, '}');
}

static void put_result(
	struct sarif_report *report, const struct subject *subject, const struct reason *reason)
{
	static const char *const levels[] = {
		[PHASE_AUDIT] = "note", [PHASE_WARN] = "warning", [PHASE_ENFORCE] = "error"};
	struct json *json = &report->json;
	char memory[URI_BYTES];
	struct str uri = uri_of(subject->file, memory);
	size_t rule = tally_find(report->index, reason->policy);
	json_line(json, 2);
	json_open(json, "", '{');
	json_str(json, "ruleId", reason->policy->id);
	if (rule != SIZE_MAX)
		json_uint(json, "ruleIndex", rule);
	json_text(json, "level", levels[reason->phase]);
	put_message(json, reason);
	put_location(report, subject, reason, uri);
	put_fingerprints(json, subject, reason);
	if (reason->waiver)
		put_suppression(json, reason->waiver);
	sarif_put_fix(json, subject, reason, uri, &report->columns, &report->lines);
	put_properties(json, reason);
	json_close(json, '}');
}

static void put_subject(void *state, const struct subject *subject, const struct verdict *verdict)
{
	struct sarif_report *report = state;
	for (size_t i = 0; i < verdict->count; i++) {
		if (report->results == SARIF_MAX_RESULTS) {
			report->omitted += verdict->count - i;
			return;
		}
		put_result(report, subject, &verdict->reasons[i]);
		report->results++;
	}
}

static void put_problem(void *state, const struct report_problem *problem)
{
	struct sarif_report *report = state;
	struct arena *arena = report->context->arena;
	if (++report->problems > REPORT_MAX_PROBLEMS)
		return;
	struct notification *kept = ARENA_NEW(arena, struct notification);
	kept->message = str_copy(arena, str_from(problem->error->message));
	kept->file = str_copy(arena, problem->error->file);
	kept->origin = problem->error->origin;
	*report->last = kept;
	report->last = &kept->next;
}

static void put_notification(struct json *json, const char *level, const struct notification *kept)
{
	char memory[URI_BYTES];
	json_line(json, 2);
	json_open(json, "", '{');
	json_text(json, "level", level);
	json_open(json, "message", '{');
	json_str(json, "text", kept->message);
	json_close(json, '}');
	if (kept->file.len > 0) {
		json_open(json, "locations", '[');
		json_open(json, "", '{');
		json_open(json, "physicalLocation", '{');
		put_artifact(json, uri_of(kept->file, memory));
		json_open(json, "region", '{');
		json_uint(json, "startLine", kept->origin.line > 0 ? kept->origin.line : 1);
		json_close(json, '}');
		json_close(json, '}');
		json_close(json, '}');
		json_close(json, ']');
	}
	json_close(json, '}');
}

static void put_cut(struct json *json, size_t omitted, const char *what)
{
	char memory[160];
	struct buf text;
	buf_init_fixed(&text, memory, sizeof(memory));
	buf_printf(&text, "%zu more %s are left out of this file; the JSON report has all of them",
		omitted, what);
	put_notification(json, "warning", &(struct notification){.message = buf_str(&text)});
}

static void end(void *state, const struct report_summary *summary)
{
	struct sarif_report *report = state;
	struct json *json = &report->json;
	json_close(json, ']');
	json_line(json, 1);
	json_open(json, "invocations", '[');
	json_open(json, "", '{');
	json_bool(json, "executionSuccessful", summary->undecided == 0);
	json_open(json, "toolExecutionNotifications", '[');
	for (const struct notification *kept = report->first; kept; kept = kept->next)
		put_notification(json, "error", kept);
	if (report->problems > REPORT_MAX_PROBLEMS)
		put_cut(json, report->problems - REPORT_MAX_PROBLEMS, "problems");
	if (report->omitted > 0)
		put_cut(json, report->omitted, "results");
	json_close(json, ']');
	json_close(json, '}');
	json_close(json, ']');
	json_line(json, 1);
	json_open(json, "properties", '{');
	json_text(json, "verdict", report_verdict_name(summary));
	json_close(json, '}');
	json_close(json, '}');
	json_close(json, ']');
	json_close(json, '}');
	buf_puts(json->out, "\n");
}

const struct report_format report_sarif = {
	.name = "sarif",
	.meaning = "SARIF 2.1.0 for code scanning",
	.begin = begin,
	.subject = put_subject,
	.problem = put_problem,
	.end = end,
};
