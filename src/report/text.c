/* SPDX-License-Identifier: Apache-2.0 */
#include "report/text.h"

#include "base/arena.h"
#include "report/formats.h"
#include "report/words.h"

enum { PLACES_SHOWN = 3 }; /* of one policy in one subject; more are listed by line */

enum { CACHED_INDENTS = 8 }; /* lines up to 999,999 */

/* What is printed with every reason of a policy, made once. */
struct notes {
	struct str id;
	struct str why;
	struct str blocks[CACHED_INDENTS]; /* all constant notes together, by their indent */
};

struct text_report {
	const struct report_context *context;
	struct buf *out;
	struct lines lines;
	struct text_style style;
	enum medium medium;
	struct notes *notes;   /* per row of tally, one more for what is in no row */
	struct tally *rows;    /* only to find a policy's notes */
	bool *done;            /* per reason of the subject: printed with an earlier one */
	struct origin *hidden; /* where secrets stand in the subject */
	size_t hidden_count;
	size_t capacity; /* of done and hidden */
	bool begun;
};

static void put_paragraph(struct buf *out, enum medium medium, struct str text)
{
	size_t end = str_find(text, STR("\n\n"), 0);
	text = str_trim(str_slice(text, 0, end));
	struct str line;
	bool first = true;
	while (str_next_part(&text, '\n', &line)) {
		if (!first)
			buf_put_char(out, ' ');
		escape_put(out, medium, str_trim(line));
		first = false;
	}
}

static struct notes make_notes(const struct text_report *report, const struct policy *policy)
{
	struct buf id, why;
	struct str cause = policy->description.len > 0 ? policy->description : policy->title;
	buf_init_arena(&id, report->context->arena, 64);
	escape_put(&id, report->medium, policy->id);
	buf_init_arena(&why, report->context->arena, 256);
	put_paragraph(&why, report->medium, cause);
	return (struct notes){.id = buf_str(&id), .why = buf_str(&why)};
}

static void *begin(const struct report_context *context)
{
	struct text_report *report = ARENA_NEW(context->arena, struct text_report);
	report->context = context;
	report->out = context->out;
	report->style = (struct text_style){context->colour, context->unicode, &report->lines};
	report->medium = context->unicode ? MEDIUM_TERMINAL : MEDIUM_TERMINAL_ASCII;
	report->rows = tally_new(context->arena, context->policies, context->policy_count);
	report->notes = ARENA_NEW_ARRAY(context->arena, struct notes, context->policy_count + 1);
	for (size_t i = 0; i < context->policy_count; i++)
		report->notes[i] = make_notes(report, context->policies[i]);
	return report;
}

static enum style weight_style(const struct reason *reason)
{
	static const enum style styles[] = {[PHASE_AUDIT] = STYLE_FAINT,
		[PHASE_WARN] = STYLE_WARN,
		[PHASE_ENFORCE] = STYLE_DENY};
	return reason->waiver ? STYLE_FAINT : styles[reason->phase];
}

static struct notes *notes_of(struct text_report *report, const struct policy *policy)
{
	size_t row = tally_find(report->rows, policy);
	if (row != SIZE_MAX)
		return &report->notes[row];
	report->notes[report->rows->count] = make_notes(report, policy);
	return &report->notes[report->rows->count];
}

static void put_head(struct text_report *report, const struct reason *reason)
{
	struct buf *out = report->out;
	style_put(out, report->style.colour, weight_style(reason));
	buf_put(out, str_from(report_weight_name(reason)));
	buf_put_char(out, '[');
	buf_put(out, notes_of(report, reason->policy)->id);
	buf_put_char(out, ']');
	style_put(out, report->style.colour, STYLE_NONE);
	buf_puts(out, ": ");
	style_put(out, report->style.colour, STYLE_STRONG);
	escape_put(out, report->medium, reason->message);
	style_put(out, report->style.colour, STYLE_NONE);
	buf_put_char(out, '\n');
}

static void put_place(
	struct text_report *report, const struct subject *subject, const struct reason *reason)
{
	struct excerpt excerpt = {
		.file = subject->file,
		.text = subject->text,
		.origin = reason->origin,
		.length = reason->length,
		.style = weight_style(reason),
		.label = reason->path,
		.hidden = report->hidden,
		.hidden_count = report->hidden_count,
		.before = true,
		.colour = report->style.colour,
		.unicode = report->style.unicode,
	};
	excerpt_put(report->out, &excerpt, &report->lines);
}

static void begin_note(
	const struct text_report *report, struct buf *out, unsigned indent, const char *name)
{
	excerpt_put_spaces(out, indent);
	style_put(out, report->style.colour, STYLE_FRAME);
	buf_puts(out, "= ");
	style_put(out, report->style.colour, STYLE_NONE);
	buf_put(out, str_from(name));
	buf_puts(out, ": ");
}

static void put_waiver(const struct text_report *report, const struct reason *reason)
{
	const struct policy_waiver *waiver = reason->waiver;
	struct buf *out = report->out;
	begin_note(report, out, excerpt_indent(reason->origin), "waiver");
	escape_put(out, report->medium, waiver->id);
	buf_puts(out, " of ");
	escape_put(out, report->medium, waiver->owner);
	buf_puts(out, " until ");
	words_put_time(out, waiver->expires_s);
	buf_puts(out, ": ");
	escape_put(out, report->medium, waiver->reason);
	if (waiver->ticket.len > 0) {
		buf_puts(out, " (");
		escape_put(out, report->medium, waiver->ticket);
		buf_puts(out, ")");
	}
	buf_put_char(out, '\n');
}

/* What depends on nothing but the policy, and the remedy where it is the policy's own. */
static void put_constant_notes(const struct text_report *report, struct buf *out,
	const struct notes *notes, const struct reason *reason, unsigned indent)
{
	const struct policy *policy = reason->policy;
	begin_note(report, out, indent, "why");
	buf_put(out, notes->why);
	buf_put_char(out, '\n');
	if (reason->remedy.len > 0) {
		begin_note(report, out, indent, "fix");
		put_paragraph(out, report->medium, reason->remedy);
		buf_put_char(out, '\n');
	}
	begin_note(report, out, indent, "owner");
	buf_put(out, str_from(policy_owner_name(policy->owner)));
	buf_puts(out, ", risk: ");
	buf_put(out, str_from(policy_risk_name(policy->risk)));
	buf_put_char(out, '\n');
	begin_note(report, out, indent, "more");
	buf_puts(out, "gabion explain ");
	buf_put(out, notes->id);
	buf_put_char(out, '\n');
}

static void put_notes(
	struct text_report *report, const struct subject *subject, const struct reason *reason)
{
	struct buf *out = report->out;
	struct notes *notes = notes_of(report, reason->policy);
	unsigned indent = excerpt_indent(reason->origin);
	begin_note(report, out, indent, "in");
	words_put_subject(out, report->medium, subject);
	buf_put_char(out, '\n');
	if (reason->waiver)
		put_waiver(report, reason);
	if (indent >= CACHED_INDENTS || reason->remedy.data != reason->policy->remedy.data) {
		put_constant_notes(report, out, notes, reason, indent);
		return;
	}
	if (notes->blocks[indent].len == 0) {
		struct buf block;
		buf_init_arena(&block, report->context->arena, 512);
		put_constant_notes(report, &block, notes, reason, indent);
		notes->blocks[indent] = buf_str(&block);
	}
	buf_put(out, notes->blocks[indent]);
}

/* Whether two reasons differ in nothing but their place. */
static bool same_finding(const struct reason *a, const struct reason *b)
{
	return a->policy == b->policy && a->phase == b->phase && a->waiver == b->waiver &&
	       str_equal(a->message, b->message) && str_equal(a->remedy, b->remedy);
}

static bool same_place(const struct reason *a, const struct reason *b)
{
	return a->origin.line == b->origin.line && a->origin.column == b->origin.column;
}

/* All places of one finding: some with excerpts, the rest by line number. */
static void put_group(struct text_report *report, const struct subject *subject,
	const struct verdict *verdict, size_t first)
{
	const struct reason *head = &verdict->reasons[first], *last = head;
	size_t shown = 1, more = 0;
	put_head(report, head);
	put_place(report, subject, head);
	for (size_t i = first + 1; i < verdict->count; i++) {
		const struct reason *reason = &verdict->reasons[i];
		if (report->done[i] || !same_finding(head, reason))
			continue;
		report->done[i] = true;
		if (same_place(last, reason))
			continue;
		last = reason;
		if (shown < PLACES_SHOWN) {
			put_place(report, subject, reason);
			shown++;
			continue;
		}
		if (more++ == 0)
			begin_note(report, report->out, excerpt_indent(head->origin), "also");
		buf_put(report->out, more > 1 ? STR(", line ") : STR("line "));
		buf_put_uint(report->out, reason->origin.line);
	}
	if (more > 0)
		buf_put_char(report->out, '\n');
	put_notes(report, subject, head);
	buf_put_char(report->out, '\n');
}

/* Quiet: what editors and grep understand, one line each. */
static void put_short(
	struct text_report *report, const struct subject *subject, const struct reason *reason)
{
	struct buf *out = report->out;
	escape_put(out, report->medium, subject->file);
	buf_put_char(out, ':');
	buf_put_uint(out, reason->origin.line);
	buf_put_char(out, ':');
	buf_put_uint(out, reason->origin.column);
	buf_puts(out, ": ");
	put_head(report, reason);
}

/* Nothing is printed with any reason yet; what is secret in one is secret in all. */
static void prepare(struct text_report *report, const struct verdict *verdict)
{
	struct arena *arena = report->context->arena;
	if (verdict->count > report->capacity) {
		report->capacity = verdict->count * 2;
		report->done = ARENA_NEW_ARRAY(arena, bool, report->capacity);
		report->hidden = ARENA_NEW_ARRAY(arena, struct origin, report->capacity);
	}
	report->hidden_count = 0;
	for (size_t i = 0; i < verdict->count; i++) {
		report->done[i] = false;
		if (verdict->reasons[i].policy->hides_excerpt)
			report->hidden[report->hidden_count++] = verdict->reasons[i].origin;
	}
}

static void put_subject(void *state, const struct subject *subject, const struct verdict *verdict)
{
	struct text_report *report = state;
	prepare(report, verdict);
	for (size_t i = 0; i < verdict->count; i++) {
		const struct reason *reason = &verdict->reasons[i];
		if (report->done[i])
			continue;
		if (!report->context->quiet)
			put_group(report, subject, verdict, i);
		else if (!reason->waiver)
			put_short(report, subject, reason);
	}
}

static void put_problem(void *state, const struct report_problem *problem)
{
	struct text_report *report = state;
	text_put_error(report->out, &report->style, "error", problem->error, problem->text);
	buf_put_char(report->out, '\n');
}

static void put_verdict(const struct text_report *report, const struct report_summary *summary)
{
	struct buf *out = report->out;
	bool good = summary->denied + summary->undecided == 0;
	style_put(out, report->style.colour, good ? STYLE_GOOD : STYLE_DENY);
	buf_puts(out, "verdict: ");
	buf_put(out, str_from(report_verdict_name(summary)));
	style_put(out, report->style.colour, STYLE_NONE);
	buf_puts(out, " (");
	words_put_result(out, summary);
	buf_puts(out, ")\n");
}

static void end(void *state, const struct report_summary *summary)
{
	struct text_report *report = state;
	struct buf *out = report->out;
	if (report->context->quiet)
		return;
	text_put_tally(out, &report->style, summary->tally);
	words_put_scope(out, report->medium, report->context, summary);
	buf_puts(out, ".\n");
	if (summary->skipped > 0) {
		words_put_count(out, summary->skipped, "document is", "documents are");
		buf_puts(out, " not for any layer and was not judged.\n");
	}
	put_verdict(report, summary);
}

const struct report_format report_text = {
	.name = "text",
	.meaning = "findings with excerpts as compilers show them, then a summary by owner",
	.begin = begin,
	.subject = put_subject,
	.problem = put_problem,
	.end = end,
};
