/* SPDX-License-Identifier: Apache-2.0 */
/* docs/schema/check-report.schema.json is the contract; changes only add. */
#include "base/arena.h"
#include "report/formats.h"
#include "report/json.h"
#include "report/patch.h"
#include "report/text.h"
#include "report/words.h"

struct kept_problem {
	struct kept_problem *next;
	struct str kind, file, message, remedy;
	struct origin origin;
};

struct json_report {
	const struct report_context *context;
	struct json json;
	struct kept_problem *first, **last;
	size_t problems;
};

static void put_catalogue(struct json *json, const struct report_context *context)
{
	char version[16];
	struct buf text;
	json_open(json, "catalogue", '{');
	json_str(json, "profile", context->profile);
	json_uint(json, "policies", context->policy_count);
	json_str(json, "digest", context->digest);
	buf_init_fixed(&text, version, sizeof(version));
	buf_printf(&text, "1.%u", context->kubernetes_minor);
	json_str(json, "kubernetes", buf_str(&text));
	json_close(json, '}');
}

static void *begin(const struct report_context *context)
{
	struct json_report *report = ARENA_NEW(context->arena, struct json_report);
	report->context = context;
	report->last = &report->first;
	struct json *json = &report->json;
	json->out = context->out;
	json_open(json, "", '{');
	json_line(json, 1);
	json_text(json, "apiVersion", "gabion.dev/v1");
	json_line(json, 1);
	json_text(json, "kind", "CheckReport");
	json_line(json, 1);
	json_open(json, "tool", '{');
	json_text(json, "name", "gabion");
	json_str(json, "version", context->tool_version);
	json_close(json, '}');
	json_line(json, 1);
	put_catalogue(json, context);
	json_line(json, 1);
	json_open(json, "subjects", '[');
	return report;
}

static void put_waiver(struct json *json, const struct policy_waiver *waiver)
{
	char memory[32];
	struct buf time;
	buf_init_fixed(&time, memory, sizeof(memory));
	words_put_time(&time, waiver->expires_s);
	json_open(json, "waiver", '{');
	json_str(json, "id", waiver->id);
	json_str(json, "owner", waiver->owner);
	json_str(json, "reason", waiver->reason);
	if (waiver->ticket.len > 0)
		json_str(json, "ticket", waiver->ticket);
	json_str(json, "expires", buf_str(&time));
	json_close(json, '}');
}

static void put_reason(
	struct json *json, const struct subject *subject, const struct reason *reason)
{
	const struct policy *policy = reason->policy;
	json_open(json, "", '{');
	json_str(json, "policy", policy->id);
	json_text(json, "layer", words_layer(policy));
	json_text(json, "owner", policy_owner_name(policy->owner));
	json_text(json, "risk", policy_risk_name(policy->risk));
	json_text(json, "phase", policy_phase_name(reason->phase));
	json_str(json, "path", reason->path);
	json_str(json, "pointer", reason->pointer);
	json_str(json, "file", subject->file);
	json_uint(json, "line", reason->origin.line);
	json_uint(json, "column", reason->origin.column);
	json_str(json, "message", reason->message);
	json_str(json, "remedy", reason->remedy);
	if (reason->undecided)
		json_bool(json, "undecided", true);
	if (reason->waiver)
		put_waiver(json, reason->waiver);
	patch_put(json, subject, reason);
	json_close(json, '}');
}

static void put_subject(void *state, const struct subject *subject, const struct verdict *verdict)
{
	struct json_report *report = state;
	struct json *json = &report->json;
	json_line(json, 2);
	json_open(json, "", '{');
	json_str(json, "file", subject->file);
	json_uint(json, "line", subject->origin.line);
	json_str(json, "apiVersion", subject->api_version);
	json_str(json, "kind", subject->object_kind);
	json_str(json, "namespace", subject->namespace);
	json_str(json, "name", subject->name);
	json_text(json, "verdict", report_kind_name(verdict->kind));
	json_open(json, "reasons", '[');
	for (size_t i = 0; i < verdict->count; i++) {
		json_line(json, 3);
		put_reason(json, subject, &verdict->reasons[i]);
	}
	json_close(json, ']');
	json_close(json, '}');
}

static void put_problem(void *state, const struct report_problem *problem)
{
	struct json_report *report = state;
	const struct error *err = problem->error;
	struct arena *arena = report->context->arena;
	if (++report->problems > REPORT_MAX_PROBLEMS)
		return;
	struct kept_problem *kept = ARENA_NEW(arena, struct kept_problem);
	kept->kind = str_from(text_error_kind(err->kind));
	kept->file = str_copy(arena, err->file);
	kept->message = str_copy(arena, str_from(err->message));
	kept->remedy = str_copy(arena, str_from(err->remedy));
	kept->origin = err->origin;
	*report->last = kept;
	report->last = &kept->next;
}

static void put_kept(struct json *json, const struct kept_problem *kept)
{
	json_line(json, 2);
	json_open(json, "", '{');
	json_str(json, "kind", kept->kind);
	json_str(json, "file", kept->file);
	json_uint(json, "line", kept->origin.line);
	json_uint(json, "column", kept->origin.column);
	json_str(json, "message", kept->message);
	json_str(json, "remedy", kept->remedy);
	json_close(json, '}');
}

static void put_phases(struct json *json, const char *name, const struct tally *tally,
	struct str layer, int owner, int risk)
{
	json_open(json, name, '{');
	json_uint(json, "deny", tally_sum(tally, layer, owner, risk, PHASE_ENFORCE));
	json_uint(json, "warn", tally_sum(tally, layer, owner, risk, PHASE_WARN));
	json_uint(json, "audit", tally_sum(tally, layer, owner, risk, PHASE_AUDIT));
	json_close(json, '}');
}

static void put_layers(struct json *json, const struct tally *tally)
{
	json_open(json, "byLayer", '{');
	for (size_t i = 0; i < tally->count; i++) {
		const char *layer = words_layer(tally->rows[i].policy);
		bool seen = false;
		for (size_t j = 0; j < i && !seen; j++)
			seen = strcmp(layer, words_layer(tally->rows[j].policy)) == 0;
		if (!seen)
			put_phases(json, layer, tally, str_from(layer), -1, -1);
	}
	json_close(json, '}');
}

static void put_policies(struct json *json, const struct tally *tally)
{
	json_open(json, "byPolicy", '[');
	for (size_t i = 0; i < tally->count; i++) {
		const struct tally_row *row = &tally->rows[i];
		if (tally_row_total(row) + row->waived == 0)
			continue;
		json_line(json, 3);
		json_open(json, "", '{');
		json_str(json, "policy", row->policy->id);
		json_uint(json, "deny", row->reasons[PHASE_ENFORCE]);
		json_uint(json, "warn", row->reasons[PHASE_WARN]);
		json_uint(json, "audit", row->reasons[PHASE_AUDIT]);
		json_uint(json, "waived", row->waived);
		json_uint(json, "undecided", row->undecided);
		json_uint(json, "subjects", row->subjects);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_summary(struct json *json, const struct report_summary *summary)
{
	json_open(json, "summary", '{');
	json_uint(json, "files", summary->files);
	json_uint(json, "subjects", summary->subjects);
	json_uint(json, "allowed", summary->allowed);
	json_uint(json, "warned", summary->warned);
	json_uint(json, "denied", summary->denied);
	json_uint(json, "undecided", summary->undecided);
	json_uint(json, "skipped", summary->skipped);
	json_line(json, 2);
	json_open(json, "byOwner", '{');
	for (int owner = 0; owner < TALLY_OWNERS; owner++)
		put_phases(json, policy_owner_name((enum policy_owner)owner), summary->tally,
			STR(""), owner, -1);
	json_close(json, '}');
	json_line(json, 2);
	json_open(json, "byRisk", '{');
	for (int risk = 0; risk < TALLY_RISKS; risk++)
		put_phases(json, policy_risk_name((enum policy_risk)risk), summary->tally, STR(""),
			-1, risk);
	json_close(json, '}');
	json_line(json, 2);
	put_layers(json, summary->tally);
	json_line(json, 2);
	put_policies(json, summary->tally);
	json_close(json, '}');
}

static void end(void *state, const struct report_summary *summary)
{
	struct json_report *report = state;
	struct json *json = &report->json;
	json_close(json, ']');
	json_line(json, 1);
	json_open(json, "problems", '[');
	for (const struct kept_problem *kept = report->first; kept; kept = kept->next)
		put_kept(json, kept);
	json_close(json, ']');
	if (report->problems > REPORT_MAX_PROBLEMS) {
		json_line(json, 1);
		json_uint(json, "problemsOmitted", report->problems - REPORT_MAX_PROBLEMS);
	}
	json_line(json, 1);
	put_summary(json, summary);
	json_line(json, 1);
	json_text(json, "verdict", report_verdict_name(summary));
	buf_puts(json->out, "\n");
	json_close(json, '}');
	buf_puts(json->out, "\n");
}

const struct report_format report_json = {
	.name = "json",
	.meaning = "everything, as docs/schema/check-report.schema.json describes it",
	.begin = begin,
	.subject = put_subject,
	.problem = put_problem,
	.end = end,
};
