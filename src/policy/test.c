/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/test.h"

#include "base/limits.h"
#include "base/number.h"
#include "policy/load.h"

static const char *const verdicts[] = {"allow", "warn", "deny", NULL};

/* One case being run; everything lives in its own arena. */
struct trial {
	const struct catalogue *base; /* where the case comes from */
	const struct policy_schema *const *schemas;
	const struct policy_test_source *source;
	const struct catalogue_document *document;
	const struct value *root; /* the case */
	struct arena *arena;
	const struct catalogue *catalogue; /* of the one policy */
	unsigned kubernetes_minor;
	uint32_t first_line; /* of the subject, so that its lines count from 1 */
	enum verdict_kind verdict;
	size_t judged;
	struct buf difference;
};

static void differ_line(struct trial *trial, struct str line)
{
	buf_put(&trial->difference, trial->difference.len > 0 ? STR("\n") : STR(""));
	buf_put(&trial->difference, line);
}

#define differ(trial, ...) differ_line((trial), str_format((trial)->arena, __VA_ARGS__))

static void differ_by_error(struct trial *trial, const struct error *err)
{
	differ(trial, "%s", err->message);
	if (err->remedy[0] != '\0')
		differ(trial, "  fix: %s", err->remedy);
}

static void note_problem(void *context, const struct error *err, enum problem_level level)
{
	if (level == PROBLEM_ERROR)
		differ_by_error(context, err);
}

/* "1.29" */
static bool read_version(struct trial *trial)
{
	uint64_t minor;
	const struct value *field = form_get(trial->root, "kubernetes");
	trial->kubernetes_minor = trial->base->options->kubernetes_minor;
	if (!field)
		return true;
	struct str text = value_str(field);
	if (str_starts_with(text, STR("1.")) &&
		number_parse_uint(str_slice(text, 2, text.len), 10, &minor) && minor <= 999) {
		trial->kubernetes_minor = (unsigned)minor;
		return true;
	}
	differ(trial, "`kubernetes` must be a version such as \"1.29\", not `%.*s`", QUOTE(text));
	return false;
}

/* A catalogue of nothing but the policy that is tested. */
static bool compile(struct trial *trial, const struct policy_entry *entry)
{
	struct catalogue_options *options = ARENA_NEW(trial->arena, struct catalogue_options);
	*options = *trial->base->options;
	options->kubernetes_minor = trial->kubernetes_minor;
	struct loader loader = {.arena = trial->arena,
		.schemas = trial->schemas,
		.options = options,
		.problems = {.arena = trial->arena, .report = note_problem, .context = trial}};
	enum policy_phase phase =
		(enum policy_phase)form_word(trial->root, "phase", form_phases, PHASE_ENFORCE);
	load_one(&loader, entry->document, form_get(trial->root, "parameters"), phase);
	trial->catalogue = loader.catalogue;
	return loader.problems.errors == 0;
}

/* A reason that the case expects: each field it has must fit. */
static bool fits(
	const struct trial *trial, const struct value *expected, const struct reason *reason)
{
	const struct value *path = form_get(expected, "path"), *line = form_get(expected, "line");
	const struct value *column = form_get(expected, "column");
	const struct value *message = form_get(expected, "message");
	int64_t at = (int64_t)reason->origin.line - trial->first_line + 1;
	if (path && !str_equal(value_str(path), reason->path))
		return false;
	if (line && line->integer != at)
		return false;
	if (column && column->integer != reason->origin.column)
		return false;
	if (message)
		return str_find(reason->message, value_str(message), 0) != SIZE_MAX;
	return !reason->undecided;
}

static void describe_expected(struct trial *trial, const struct value *expected)
{
	char text[ERROR_MESSAGE_BYTES];
	struct buf buf;
	buf_init_fixed(&buf, text, sizeof(text));
	for (uint32_t i = 0; i < expected->count; i++) {
		const struct value_entry *field = &expected->entries[i];
		buf_put(&buf, i > 0 ? STR(", ") : STR(""));
		buf_put(&buf, value_str(&field->key));
		buf_puts(&buf, " ");
		if (field->value.kind == VALUE_STRING)
			buf_put(&buf, value_str(&field->value));
		else
			buf_put_int(&buf, field->value.integer);
	}
	differ(trial, "missing reason: %.*s", STR_ARGS(buf_str(&buf)));
}

static void describe_found(struct trial *trial, const struct reason *reason)
{
	int64_t line = (int64_t)reason->origin.line - trial->first_line + 1;
	differ(trial, "unexpected reason: path %.*s, line %lld, message %.*s",
		STR_ARGS(reason->path), (long long)line, STR_ARGS(reason->message));
}

static void compare_reasons(struct trial *trial, const struct reason *reasons, size_t count)
{
	const struct value *expected = form_get(trial->root, "reasons");
	bool *used = ARENA_NEW_ARRAY(trial->arena, bool, count);
	for (uint32_t i = 0; expected && i < expected->count; i++) {
		size_t match = 0;
		while (match < count &&
			(used[match] || !fits(trial, &expected->items[i], &reasons[match])))
			match++;
		if (match < count)
			used[match] = true;
		else
			describe_expected(trial, &expected->items[i]);
	}
	for (size_t i = 0; i < count; i++)
		if (!used[i] && (expected || reasons[i].undecided))
			describe_found(trial, &reasons[i]);
}

/* All reasons over all subjects of a case, so that they can be compared as one set. */
struct findings {
	struct reason *reasons;
	size_t count, capacity;
};

static void judge(struct trial *trial, const struct subject *subject, struct findings *findings)
{
	struct decide_context context = {0};
	const struct policy *policy = catalogue_policy(trial->catalogue, 0);
	if (!policy_subject_is(subject->kind, policy->subject))
		return;
	trial->judged++;
	struct verdict verdict = policy_decide(trial->catalogue, subject, &context, trial->arena);
	if (verdict.kind > trial->verdict)
		trial->verdict = verdict.kind;
	for (size_t i = 0; i < verdict.count; i++) {
		if (findings->count == findings->capacity)
			findings->reasons = arena_grow(trial->arena, findings->reasons,
				findings->count, &findings->capacity, sizeof(struct reason));
		findings->reasons[findings->count++] = verdict.reasons[i];
	}
}

static void judge_document(struct trial *trial, const struct value *root, struct str file,
	struct str text, struct findings *findings)
{
	const struct policy_test_source *source = trial->source;
	struct policy_test_document document = {
		.schema = catalogue_policy(trial->catalogue, 0)->schema,
		.file = file,
		.text = text,
		.root = root,
		.kubernetes_minor = trial->kubernetes_minor};
	void *opened = source->open(source->context, trial->arena, &document);
	for (;;) {
		struct error err = {0};
		struct subject subject;
		int more = source->next(opened, trial->arena, &subject, &err);
		if (more < 0)
			differ_by_error(trial, &err);
		if (more <= 0)
			return;
		judge(trial, &subject, findings);
	}
}

static void release_documents(void *documents)
{
	documents_release(documents);
}

static void judge_file(struct trial *trial, struct str file, struct findings *findings)
{
	struct str text;
	struct error err = {0};
	const struct policy_test_source *source = trial->source;
	if (source->read(source->context, trial->arena, trial->document->source->path, file, &text,
		    &err) != 0) {
		differ_by_error(trial, &err);
		return;
	}
	trial->first_line = 1;
	struct documents *documents = ARENA_NEW(trial->arena, struct documents);
	documents_init(documents, text, file, DOCUMENT_DETECT, DOCUMENT_KUBERNETES);
	arena_defer(trial->arena, release_documents, documents);
	for (;;) {
		struct value *root = ARENA_NEW(trial->arena, struct value);
		int more = documents_next(documents, trial->arena, root, &err);
		if (more < 0)
			differ_by_error(trial, &err);
		if (more <= 0)
			return;
		judge_document(trial, root, file, text, findings);
	}
}

static void judge_case(struct trial *trial, struct findings *findings)
{
	const struct value *subject = form_get(trial->root, "subject");
	const struct value *file = form_get(trial->root, "file");
	const struct policy_source *source = trial->document->source;
	if (!subject == !file) {
		differ(trial, "a case has either `subject` or `file`");
		return;
	}
	if (file) {
		judge_file(trial, value_str(file), findings);
		return;
	}
	trial->first_line = subject->origin.line;
	judge_document(trial, subject, source->path, source->text, findings);
}

static void run_case(struct trial *trial)
{
	struct findings findings = {0};
	struct str id = form_text(trial->document->root, "policy");
	const struct policy *policy = catalogue_find(trial->base, id, &(struct str){0});
	int expected = form_word(trial->root, "expect", verdicts, VERDICT_DENY);
	if (!policy) {
		differ(trial, "there is no policy `%.*s`", QUOTE(id));
		return;
	}
	if (!read_version(trial) || !compile(trial, policy_entry(policy)))
		return;
	judge_case(trial, &findings);
	if (trial->judged == 0 && trial->difference.len == 0)
		differ(trial, "no subject of kind %s came of the document", policy->subject->name);
	if (trial->judged > 0 && (int)trial->verdict != expected)
		differ(trial, "expected %s, but the verdict is %s", verdicts[expected],
			verdicts[trial->verdict]);
	if (trial->judged > 0)
		compare_reasons(trial, findings.reasons, findings.count);
}

/* Runs in an arena of its own, so that a case can neither see nor starve another. */
static bool run_guarded(struct trial *trial)
{
	if (ARENA_LIMIT_REACHED(trial->arena))
		return false;
	buf_init_arena(&trial->difference, trial->arena, 0);
	run_case(trial);
	return true;
}

static bool report_case(struct trial *trial,
	void (*report)(void *context, const struct policy_test_result *result), void *context)
{
	struct policy_test_result result = {.policy = form_text(trial->document->root, "policy"),
		.name = form_text(trial->root, "name"),
		.file = trial->document->source->path,
		.origin = trial->root->origin};
	bool complete = run_guarded(trial);
	result.difference = complete ? buf_str(&trial->difference)
				     : STR("the case takes more memory than a subject may");
	report(context, &result);
	return result.difference.len == 0;
}

struct policy_test_summary policy_test_run(const struct catalogue *catalogue,
	const struct policy_schema *const *schemas, const struct policy_test_source *source,
	void (*report)(void *context, const struct policy_test_result *result), void *context)
{
	struct policy_test_summary summary = {0};
	struct arena arena;
	arena_init(&arena, LIMIT_SUBJECT_BYTES);
	for (size_t i = 0; i < catalogue->document_count; i++) {
		const struct catalogue_document *document = &catalogue->documents[i];
		const struct value *cases =
			document->kind == KIND_TEST ? form_get(document->root, "cases") : NULL;
		for (uint32_t c = 0; cases && c < cases->count; c++) {
			struct trial trial = {.base = catalogue,
				.schemas = schemas,
				.source = source,
				.document = document,
				.root = &cases->items[c],
				.arena = &arena};
			summary.cases++;
			summary.failed += !report_case(&trial, report, context);
			arena_reset(&arena);
		}
	}
	arena_release(&arena);
	return summary;
}
