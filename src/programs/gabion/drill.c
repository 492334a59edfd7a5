/* SPDX-License-Identifier: Apache-2.0 */
#include "data/json.h"
#include "policy/context.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/drill_trial.h"
#include "programs/gabion/evidence.h"
#include "programs/gabion/ledger.h"
#include "report/json.h"
#include "sys/clock.h"

struct drilling {
	struct invocation *invocation;
	struct loaded loaded;
	struct json json; /* of -o json */
	bool wants_json;
	size_t escaped, silent, runs;
	struct evidence *evidence; /* NULL: none */
};

static void put_row(
	struct drilling *drilling, const struct trial *trial, size_t i, enum finding finding)
{
	struct buf *out = &drilling->invocation->console->out.buf;
	if (!drilling->wants_json) {
		buf_printf(out, "  %-21s %-16s %s\n", drill_findings[finding], drills[i].name,
			drills[i].attempt);
		return;
	}
	json_line(&drilling->json, 2);
	json_open(&drilling->json, "", '{');
	json_text(&drilling->json, "drill", drills[i].name);
	json_text(&drilling->json, "finding", drill_findings[finding]);
	json_text(&drilling->json, "attempt", drills[i].attempt);
	if (drills[i].needs)
		json_text(&drilling->json, "needs", drills[i].needs);
	if (drills[i].source[0] != '\0')
		json_text(&drilling->json, "source", drills[i].source);
	json_uint(&drilling->json, trial->outcomes[i] == DRILL_KILLED ? "signal" : "errno",
		(uint64_t)trial->numbers[i]);
	json_close(&drilling->json, '}');
}

/* The canaries outside, which no probe can talk about. */
static void put_outside(struct drilling *drilling, const struct trial *trial)
{
	struct buf *out = &drilling->invocation->console->out.buf;
	bool escaped = !trial->intact || !trial->core_pattern_kept || !trial->runtime_kept;
	drilling->escaped += escaped;
	if (drilling->wants_json) {
		json_bool(&drilling->json, "outsideIntact", trial->intact);
		json_bool(&drilling->json, "corePatternKept", trial->core_pattern_kept);
		json_bool(&drilling->json, "runtimeKept", trial->runtime_kept);
		return;
	}
	buf_printf(out, "  %-21s %-16s %s\n",
		drill_findings[escaped ? FINDING_ESCAPED : FINDING_BLOCKED], "outside",
		"change files of the host, its core pattern or the runtime, seen from outside");
}

static void count(struct drilling *drilling, const size_t *counts)
{
	drilling->escaped += counts[FINDING_ESCAPED];
	drilling->silent += counts[FINDING_SILENT];
	drilling->runs++;
}

static void put_trial(struct drilling *drilling, const struct trial *trial)
{
	struct buf *out = &drilling->invocation->console->out.buf;
	size_t counts[FINDINGS] = {0};
	if (drilling->wants_json) {
		json_line(&drilling->json, 1);
		json_open(&drilling->json, "", '{');
		json_str(&drilling->json, "context", trial->name);
		json_text(&drilling->json, "image", trial->image->name);
		json_open(&drilling->json, "drills", '[');
	} else {
		buf_printf(out, "context %.*s", STR_ARGS(trial->name));
		if (trial->image->source[0] != '\0')
			buf_printf(out, ", image %s: %s (%s)", trial->image->name,
				trial->image->trick, trial->image->source);
		buf_puts(out, "\n");
	}
	for (size_t i = 0; drills[i].name; i++) {
		enum finding finding = trial_finding(drilling->invocation->arena, trial, i);
		counts[finding]++;
		bool plain = finding == FINDING_BLOCKED;
		if (drilling->wants_json ||
			(!trial->silent && (!plain || trial->image->source[0] == '\0')))
			put_row(drilling, trial, i, finding);
	}
	if (drilling->wants_json)
		json_close(&drilling->json, ']');
	put_outside(drilling, trial);
	if (drilling->wants_json)
		json_bool(&drilling->json, "started", !trial->silent);
	if (drilling->wants_json)
		json_close(&drilling->json, '}');
	else if (trial->silent)
		buf_puts(out, "  it does not start\n\n");
	else
		buf_printf(out, "  %zu blocked, %zu open as granted, %zu escaped\n\n",
			counts[FINDING_BLOCKED] + counts[FINDING_KERNEL], counts[FINDING_OPEN],
			counts[FINDING_ESCAPED]);
	count(drilling, counts);
}

/* A drill is evidence too, and marked so that no figure takes it for an incident. */
static void record(struct drilling *drilling, const struct trial *trial)
{
	struct arena *arena = drilling->invocation->arena;
	struct record_head head = ledger_head(arena, "gabion drill context");
	struct buf note, text;
	struct value document;
	struct error err = {0};
	if (!drilling->evidence)
		return;
	head.drill = true;
	buf_init_arena(&note, arena, 4096);
	struct json json = {.out = &note};
	json_open(&json, "", '{');
	json_str(&json, "context", trial->name);
	json_text(&json, "image", trial->image->name);
	json_bool(&json, "outsideIntact",
		trial->intact && trial->core_pattern_kept && trial->runtime_kept);
	json_open(&json, "drills", '{');
	for (size_t i = 0; drills[i].name; i++)
		json_text(&json, drills[i].name, drill_findings[trial_finding(arena, trial, i)]);
	json_close(&json, '}');
	json_close(&json, '}');
	buf_init_arena(&text, arena, 4096);
	if (json_read(arena, buf_str(&note), DOCUMENT_CEL, &document, &err) == 0 &&
		record_print_note(arena, &head, &document, &text, &err) == 0)
		evidence_add(drilling->evidence, buf_str(&text));
	else
		console_tell(drilling->invocation->console, "error", &err, STR(""));
}

static int drill(struct drilling *drilling, struct trial *trial)
{
	struct error err = {0};
	if (trial_run(drilling->invocation, &drilling->loaded, trial, &err) < 0) {
		console_tell(drilling->invocation->console, "error", &err, STR(""));
		return -1;
	}
	put_trial(drilling, trial);
	record(drilling, trial);
	output_flush(&drilling->invocation->console->out);
	return 0;
}

static int drill_images_of(
	struct drilling *drilling, const struct context *context, struct str name)
{
	int result = 0;
	for (const struct drill_image *image = drill_images; image->name; image++) {
		struct trial trial = {.context = *context, .name = name, .image = image};
		if (drill(drilling, &trial) < 0)
			result = -1;
	}
	return result;
}

/* Every set of opt-ins that a drill needs, alone: it must open these drills and no others. */
static int drill_each(struct drilling *drilling)
{
	struct arena *arena = drilling->invocation->arena;
	int result = 0;
	for (const struct drill *at = drills; at->name; at++) {
		struct policy_context *policy = ARENA_NEW(arena, struct policy_context);
		struct trial trial = {.image = &drill_images[0]};
		struct error err = {0};
		bool seen = false;
		for (const struct drill *other = drills; other < at && at->needs; other++)
			seen = seen || (other->needs && strcmp(other->needs, at->needs) == 0);
		if (!at->needs || seen)
			continue;
		trial.name = str_trim(
			str_slice(str_from(at->needs), 0, str_find_char(str_from(at->needs), '|')));
		if (context_parse(arena, trial.name, trial.name, policy, &err) < 0 ||
			context_make(arena, policy, 0, &trial.context, &err) < 0) {
			console_tell(drilling->invocation->console, "error", &err, STR(""));
			return -1;
		}
		if (drill(drilling, &trial) < 0)
			result = -1;
	}
	return result;
}

static int drill_all(struct drilling *drilling)
{
	struct context context;
	struct str name = invocation_value(drilling->invocation, OPTION_CONTEXT, STR("default"));
	int code = contexts_named(
		drilling->invocation, &drilling->loaded, name, clock_now_s(), &context);
	if (code != EXIT_ALLOWED)
		return code;
	if (drilling->wants_json)
		json_open(&drilling->json, "", '[');
	int result = drill_images_of(drilling, &context, name);
	if (invocation_has(drilling->invocation, OPTION_EACH) && drill_each(drilling) < 0)
		result = -1;
	if (drilling->wants_json) {
		json_close(&drilling->json, ']');
		buf_puts(drilling->json.out, "\n");
	}
	if (drilling->escaped > 0)
		return EXIT_DENIED;
	return result < 0 || drilling->silent > 0 ? EXIT_UNDECIDED : EXIT_ALLOWED;
}

int command_drill_context(struct invocation *invocation)
{
	struct evidence evidence;
	struct drilling drilling = {.invocation = invocation,
		.json = {.out = &invocation->console->out.buf},
		.wants_json = invocation_word(invocation, OPTION_FORM) == 1};
	int code = load_catalogue(invocation, &drilling.loaded);
	if (code != EXIT_ALLOWED)
		return code;
	if (invocation_has(invocation, OPTION_EVIDENCE)) {
		evidence_begin(&evidence, invocation,
			invocation_value(invocation, OPTION_EVIDENCE, STR("")).data);
		drilling.evidence = &evidence;
	}
	code = drill_all(&drilling);
	if (drilling.evidence && evidence_end(&evidence) < 0 && code == EXIT_ALLOWED)
		code = EXIT_UNDECIDED;
	return code;
}
