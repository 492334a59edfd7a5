/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/judge.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/number.h"
#include "flow/flow.h"
#include "ledger/record_undecided.h"
#include "programs/gabion/console.h"
#include "programs/gabion/ledger.h"
#include "report/words.h"
#include "sys/clock.h"

#include <unistd.h>

enum { PROGRESS_AFTER_NS = 400000000, PROGRESS_EVERY_NS = 100000000, PROGRESS_STRIDE = 64 };

struct judging {
	const struct judge_request *request;
	size_t next;
	struct str file, text; /* being judged */
	uint32_t line;         /* of the last subject in it */
	struct arena scratch;  /* of one subject */
	struct report_summary counts;
	struct tally *tally;
	uint64_t begun_ns, shown_ns;
	bool shows_progress;
};

bool judge_is_descriptor(struct str path, int *ret_fd)
{
	uint64_t number;
	*ret_fd = STDIN_FILENO;
	if (str_equal(path, STR("-")) || str_equal(path, STR("/dev/stdin")))
		return true;
	if (!str_starts_with(path, STR("/dev/fd/")) ||
		!number_parse_uint(str_slice(path, 8, path.len), 10, &number) || number > 4096)
		return false;
	*ret_fd = (int)number;
	return true;
}

static int read_source(const struct judge_source *source, struct arena *arena, struct str *ret_text,
	struct error *err)
{
	switch (source->kind) {
	case JUDGE_FILE:
		return file_read(arena, &source->file, LIMIT_INPUT_BYTES, ret_text, err);
	case JUDGE_STREAM:
		return file_read_stream(
			arena, source->fd, source->name.data, LIMIT_INPUT_BYTES, ret_text, err);
	case JUDGE_TEXT:
		*ret_text = source->text;
		return 0;
	case JUDGE_FAILED:
		*err = *source->failure;
		return -1;
	}
	return ERROR_SET(err, ERROR_BUG, NO_ORIGIN, "a source of kind %d", (int)source->kind);
}

static int next_input(
	void *context, struct arena *arena, struct layer_input *ret_input, struct error *err)
{
	struct judging *judging = context;
	const struct judge_request *request = judging->request;
	if (judging->next == request->count)
		return 0;
	const struct judge_source *source = &request->sources[judging->next++];
	judging->file = source->name;
	judging->text = STR("");
	judging->line = 0;
	if (read_source(source, arena, &judging->text, err) < 0) {
		error_set_file(err, source->name);
		return -1;
	}
	*ret_input = (struct layer_input){.file = source->name,
		.text = judging->text,
		.kubernetes_minor = request->loaded->kubernetes_minor,
		.scope = request->scope,
		.found = source->found};
	return 1;
}

static void show_progress(struct judging *judging)
{
	char memory[96];
	struct buf text;
	uint64_t now = clock_monotonic_ns();
	if (now - judging->begun_ns < PROGRESS_AFTER_NS ||
		now - judging->shown_ns < PROGRESS_EVERY_NS)
		return;
	judging->shown_ns = now;
	buf_init_fixed(&text, memory, sizeof(memory));
	buf_puts(&text, "\rjudged ");
	words_put_count(&text, judging->counts.subjects, "subject", "subjects");
	buf_puts(&text, " in ");
	words_put_count(&text, judging->next, "file", "files");
	console_say(judging->request->invocation->console, buf_str(&text));
}

static void clear_progress(struct judging *judging)
{
	if (judging->shown_ns > 0)
		console_say(judging->request->invocation->console, STR("\r\x1b[K"));
	judging->shown_ns = 0;
}

static enum verdict_kind kind_of(const struct verdict *verdict)
{
	static const enum verdict_kind kinds[] = {[PHASE_AUDIT] = VERDICT_ALLOW,
		[PHASE_WARN] = VERDICT_WARN,
		[PHASE_ENFORCE] = VERDICT_DENY};
	enum verdict_kind kind = VERDICT_ALLOW;
	for (size_t i = 0; i < verdict->count; i++) {
		const struct reason *reason = &verdict->reasons[i];
		if (!reason->waiver && kinds[reason->phase] > kind)
			kind = kinds[reason->phase];
	}
	return kind;
}

/* The verdict as far as one owner can mend it. */
static struct verdict only_owner(
	const struct verdict *verdict, enum policy_owner owner, struct arena *arena)
{
	struct verdict own = {.kind = VERDICT_ALLOW};
	struct reason *reasons = ARENA_NEW_ARRAY(arena, struct reason, verdict->count);
	for (size_t i = 0; i < verdict->count; i++) {
		if (verdict->reasons[i].policy->owner != owner)
			continue;
		reasons[own.count++] = verdict->reasons[i];
		own.waived += verdict->reasons[i].waiver != NULL;
	}
	own.reasons = reasons;
	own.kind = kind_of(&own);
	return own;
}

/* What decisions mean by numbers of policies, before the first of them. */
static int keep_catalogue(
	struct judging *judging, const struct record_head *head, struct error *err)
{
	struct evidence *evidence = judging->request->evidence;
	const struct catalogue *catalogue = judging->request->loaded->catalogue;
	if (evidence->catalogue == catalogue)
		return 0;
	for (size_t first = 0; first < catalogue_count(catalogue);) {
		struct buf text;
		buf_init_arena(&text, &judging->scratch, 64 << 10);
		if (record_print_catalogue(&judging->scratch, head, catalogue, &first, &text, err) <
			0)
			return -1;
		evidence_add(evidence, buf_str(&text));
	}
	evidence->catalogue = catalogue;
	return 0;
}

/* The layer whose subjects are written in files of their own. */
static const struct layer *layer_of_manifests(void)
{
	const struct layer *const *layer = flow_layers;
	while (layer[1] && strcmp((*layer)->name, "cluster") != 0)
		layer++;
	return *layer;
}

static struct record_head head_of(struct judging *judging)
{
	const char *program = judging->request->program;
	return ledger_head(&judging->scratch, program ? program : "gabion check");
}

static void lose(struct judging *judging, const struct error *err)
{
	judging->request->evidence->failed = true;
	console_tell(judging->request->invocation->console, "error", err, STR(""));
}

/* The whole verdict, whoever is to mend it: what was decided is not a matter of the report. */
static void keep(
	struct judging *judging, const struct subject *subject, const struct verdict *verdict)
{
	const struct record_action action = {.name = STR("report"), .outcome = STR("done")};
	struct record_head head = head_of(judging);
	struct error err = {0};
	struct buf text;
	buf_init_arena(&text, &judging->scratch, 4096);
	if (keep_catalogue(judging, &head, &err) == 0 &&
		record_print_decision(&judging->scratch, &head, judging->request->loaded->catalogue,
			subject, verdict, &action, &text, &err) == 0) {
		evidence_add(judging->request->evidence, buf_str(&text));
		return;
	}
	lose(judging, &err);
}

/* Where a reader stopped is known or, when memory or time ran out, behind what it had judged. */
static uint32_t line_of(const struct judging *judging, const struct error *err)
{
	uint32_t last = judging->line > 0 ? judging->line : 1;
	if (judging->text.len == 0)
		return 0;
	return err->origin.line > 0 ? err->origin.line : last;
}

/* What nobody could judge must not look as if nobody had tried. */
static void keep_undecided(struct judging *judging, const struct error *problem)
{
	const struct judge_request *request = judging->request;
	const struct layer *layer = request->layer ? request->layer : layer_of_manifests();
	arena_reset(&judging->scratch);
	struct record_head head = head_of(judging);
	const struct record_undecided undecided = {.layer = str_from(layer->name),
		.digest = catalogue_digest(request->loaded->catalogue),
		.file = judging->file,
		.line = line_of(judging, problem),
		.why = str_from(problem->message)};
	struct error err = {0};
	struct buf text;
	buf_init_arena(&text, &judging->scratch, 4096);
	if (keep_catalogue(judging, &head, &err) < 0 ||
		record_print_undecided(&judging->scratch, &head, &undecided, &text, &err) < 0)
		lose(judging, &err);
	else
		evidence_add(request->evidence, buf_str(&text));
}

static void record(void *context, const struct subject *subject, const struct verdict *verdict)
{
	struct judging *judging = context;
	struct report_summary *counts = &judging->counts;
	size_t *const kinds[] = {[VERDICT_ALLOW] = &counts->allowed,
		[VERDICT_WARN] = &counts->warned,
		[VERDICT_DENY] = &counts->denied};
	struct verdict own = *verdict;
	arena_reset(&judging->scratch);
	if (judging->request->owner >= 0)
		own = only_owner(
			verdict, (enum policy_owner)judging->request->owner, &judging->scratch);
	counts->subjects++;
	++*kinds[own.kind];
	if (own.kind > counts->verdict)
		counts->verdict = own.kind;
	tally_add(judging->tally, &own);
	targets_subject(judging->request->targets, subject, &own);
	judging->line = subject->origin.line;
	if (judging->request->evidence)
		keep(judging, subject, verdict);
	if (judging->shows_progress && counts->subjects % PROGRESS_STRIDE == 0)
		show_progress(judging);
}

/* Charts are the files that most often are not yet YAML. */
static bool is_template(struct str text, struct origin origin)
{
	struct lines lines = {0};
	size_t start = lines_find(&lines, text, origin.line);
	if (start == SIZE_MAX)
		return false;
	struct str line = str_slice(text, start, start + lines_length(text, start, 4096));
	return str_find(line, STR("{{"), 0) != SIZE_MAX;
}

static void report_problem(void *context, const struct error *err)
{
	struct judging *judging = context;
	struct error told = *err;
	struct report_problem problem = {.error = &told};
	clear_progress(judging);
	if (str_equal(err->file, judging->file))
		problem.text = judging->text;
	if (problem.text.len > 0 && is_template(problem.text, err->origin)) {
		told.remedy[0] = '\0';
		error_set_remedy(&told, "this looks like a template: render it first, as in "
					"helm template . | gabion check -");
	}
	targets_problem(judging->request->targets, &problem);
	if (judging->request->evidence && judging->file.len > 0)
		keep_undecided(judging, err);
}

/* Silence would look like approval. */
static void report_nothing(struct judging *judging)
{
	struct error err = {0};
	struct report_summary *counts = &judging->counts;
	if (counts->subjects + counts->undecided > 0)
		return;
	counts->undecided++;
	if (counts->skipped > 0)
		ERROR_SET(&err, ERROR_INPUT, NO_ORIGIN,
			"there is nothing to judge: no document is a Kubernetes object");
	else if (counts->files > 0)
		ERROR_SET(&err, ERROR_INPUT, NO_ORIGIN,
			"there is nothing to judge: the input holds no document");
	else
		ERROR_SET(&err, ERROR_INPUT, NO_ORIGIN,
			"there is nothing to judge: no file ends in .yaml, .yml or .json");
	error_set_remedy(&err, "name a file or folder with manifests, or - for standard input");
	judging->file = STR("");
	report_problem(judging, &err);
}

static struct report_context context_of(const struct judge_request *request)
{
	const struct catalogue *catalogue = request->loaded->catalogue;
	const struct policy_profile *profile = catalogue_profile(catalogue);
	struct report_context context = {
		.arena = request->invocation->arena,
		.policy_count = catalogue_count(catalogue),
		.profile = profile ? profile->id : STR(""),
		.digest = catalogue_digest(catalogue),
		.kubernetes_minor = request->loaded->kubernetes_minor,
		.tool_version = STR(GABION_VERSION),
	};
	const struct policy **policies =
		ARENA_NEW_ARRAY(context.arena, const struct policy *, context.policy_count);
	for (size_t i = 0; i < context.policy_count; i++)
		policies[i] = catalogue_policy(catalogue, i);
	context.policies = policies;
	return context;
}

static void run_flow(struct judging *judging)
{
	struct report_summary seen;
	struct flow flow = {
		.catalogue = judging->request->loaded->catalogue,
		.layer = judging->request->layer ? judging->request->layer : layer_of_manifests(),
		.decide = {.now_s = clock_now_s()},
		.input = next_input,
		.record = record,
		.problem = report_problem,
		.context = judging,
	};
	flow_run(&flow, &seen);
	judging->counts.files = seen.files;
	judging->counts.undecided = seen.undecided;
	judging->counts.skipped = seen.skipped;
}

void judge(const struct judge_request *request, struct report_summary *ret_summary)
{
	const struct console *console = request->invocation->console;
	struct judging judging = {.request = request, .begun_ns = clock_monotonic_ns()};
	struct report_context context = context_of(request);
	judging.shows_progress =
		console->err_terminal.interactive &&
		!(console->out_terminal.interactive && request->targets->on_stdout);
	judging.tally = tally_new(context.arena, context.policies, context.policy_count);
	arena_init(&judging.scratch, LIMIT_SUBJECT_BYTES);
	targets_begin(request->targets, request->invocation, &context);
	run_flow(&judging);
	clear_progress(&judging);
	report_nothing(&judging);
	arena_release(&judging.scratch);
	judging.counts.tally = judging.tally;
	if (request->timed)
		judging.counts.elapsed_ns = clock_monotonic_ns() - judging.begun_ns;
	targets_end(request->targets, &judging.counts);
	*ret_summary = judging.counts;
}
