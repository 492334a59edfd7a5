/* SPDX-License-Identifier: Apache-2.0 */
#include "report/formats.h"

#include "base/arena.h"
#include "unit.h"

enum { OUT_BYTES = 1 << 20 };

static const struct policy_subject_kind pod = {.name = "pod"};
static const struct policy_schema schema = {.layer = "cluster", .kinds = &pod};

static const struct policy policies[] = {
	{.id = STR_INIT("a.privileged"),
		.title = STR_INIT("Containers must not be privileged"),
		.description = STR_INIT("Root in it is root\non the node.\n\nMore."),
		.schema = &schema,
		.subject = &pod,
		.owner = OWNER_CUSTOMER,
		.risk = RISK_CRITICAL,
		.remedy = STR_INIT("set privileged to false"),
		.patch = {.operation = STR_INIT("replace"), .value = {.kind = VALUE_BOOL}}},
	{.id = STR_INIT("b.quota"),
		.title = STR_INIT("Namespaces have a quota"),
		.schema = &schema,
		.subject = &pod,
		.owner = OWNER_PROVIDER,
		.risk = RISK_LOW,
		.remedy = STR_INIT("add a quota")},
};
static const struct policy *const all[] = {&policies[0], &policies[1]};

static const struct policy_waiver waiver = {.id = STR_INIT("w1"),
	.owner = STR_INIT("ops"),
	.reason = STR_INIT("until the migration"),
	.ticket = STR_INIT("OPS-7"),
	.expires_s = 1796083200};

/* One report being written. */
struct run {
	struct arena arena;
	char *memory;
	struct buf out;
	struct report_context context;
	const struct report_format *format;
	void *state;
	struct tally *tally;
	struct report_summary summary;
};

static void begin(struct run *run, const char *format, bool quiet)
{
	memset(run, 0, sizeof(*run));
	arena_init(&run->arena, (size_t)64 << 20);
	run->memory = malloc(OUT_BYTES);
	buf_init_fixed(&run->out, run->memory, OUT_BYTES);
	run->context = (struct report_context){.out = &run->out,
		.arena = &run->arena,
		.policies = all,
		.policy_count = 2,
		.profile = STR("default"),
		.digest = STR("0123"),
		.kubernetes_minor = 31,
		.tool_version = STR("1.2.3"),
		.unicode = true,
		.quiet = quiet};
	run->format = report_format_find(str_from(format));
	run->state = run->format->begin(&run->context);
	run->tally = tally_new(&run->arena, all, 2);
	run->summary.files = 1;
}

static const struct subject subject = {.schema = &schema,
	.kind = &pod,
	.file = STR_INIT("pod.yaml"),
	.text = STR_INIT("kind: Pod\nspec:\n  privileged: true\n"),
	.origin = {1, 1},
	.api_version = STR_INIT("v1"),
	.object_kind = STR_INIT("Pod"),
	.namespace = STR_INIT("shop"),
	.name = STR_INIT("web")};

static struct reason reason_of(const struct policy *policy, enum policy_phase phase)
{
	return (struct reason){.policy = policy,
		.phase = phase,
		.has_patch = policy->patch.operation.len > 0,
		.patch_value = policy->patch.value,
		.path = STR("spec.privileged"),
		.pointer = STR("/spec/privileged"),
		.origin = {3, 15},
		.length = 4,
		.message = STR("it is privileged"),
		.remedy = policy->remedy};
}

static void add(struct run *run, const struct subject *which, enum verdict_kind kind,
	const struct reason *reasons, size_t count)
{
	struct verdict verdict = {.kind = kind, .reasons = reasons, .count = count};
	run->summary.subjects++;
	run->summary.allowed += kind == VERDICT_ALLOW;
	run->summary.warned += kind == VERDICT_WARN;
	run->summary.denied += kind == VERDICT_DENY;
	tally_add(run->tally, &verdict);
	run->format->subject(run->state, which, &verdict);
}

static void add_problem(struct run *run, const char *message)
{
	struct error err = {0};
	ERROR_SET(&err, ERROR_INPUT, ((struct origin){2, 1}), "%s", message);
	error_set_remedy(&err, "mend it");
	error_set_file(&err, STR("bad.yaml"));
	struct report_problem problem = {.error = &err, .text = STR("a: 1\n}\n")};
	run->summary.undecided++;
	run->format->problem(run->state, &problem);
}

static struct str end(struct run *run)
{
	run->summary.tally = run->tally;
	run->format->end(run->state, &run->summary);
	ck_assert(!run->out.truncated);
	return buf_str(&run->out);
}

static void finish(struct run *run)
{
	arena_release(&run->arena);
	free(run->memory);
}

#define ASSERT_HAS(text, part) \
	ck_assert_msg(str_find((text), STR(part), 0) != SIZE_MAX, "no '%s' in:\n%.*s", part, \
		STR_ARGS(text))
#define ASSERT_LACKS(text, part) \
	ck_assert_msg(str_find((text), STR(part), 0) == SIZE_MAX, "'%s' in:\n%.*s", part, \
		STR_ARGS(text))

START_TEST(text_shows_place_cause_remedy_and_owner)
{
	struct run run;
	begin(&run, "text", false);
	struct reason reason = reason_of(&policies[0], PHASE_ENFORCE);
	add(&run, &subject, VERDICT_DENY, &reason, 1);
	ASSERT_STR(end(&run),
		STR("deny[a.privileged]: it is privileged\n"
		    " --> pod.yaml:3:15\n"
		    "  |\n"
		    "2 | spec:\n"
		    "3 |   privileged: true\n"
		    "  |               ^^^^ spec.privileged\n"
		    "  = in: Pod shop/web\n"
		    "  = why: Root in it is root on the node.\n"
		    "  = fix: set privileged to false\n"
		    "  = owner: customer, risk: critical\n"
		    "  = more: gabion explain a.privileged\n"
		    "\n"
		    "For the customer, who writes the manifests: 1 finding (1 critical)\n"
		    "  deny  critical     1x  a.privileged  Containers must not be privileged\n"
		    "For the provider, who runs the platform: nothing to fix.\n"
		    "By layer: cluster 1 (1 critical).\n"
		    "Looked at 1 file with 1 subject, judged by 2 policies of the profile default "
		    "for Kubernetes 1.31.\n"
		    "verdict: deny (1 subject: 1 denied, 0 with warnings, 0 allowed)\n"));
	finish(&run);
}
END_TEST

START_TEST(text_always_says_what_was_looked_at)
{
	struct run run;
	begin(&run, "text", false);
	add(&run, &subject, VERDICT_ALLOW, NULL, 0);
	struct str text = end(&run);
	ASSERT_HAS(text, "Looked at 1 file with 1 subject");
	ASSERT_HAS(text, "verdict: allow");
	finish(&run);
}
END_TEST

START_TEST(text_groups_what_differs_only_in_place)
{
	struct run run;
	struct reason reasons[6];
	begin(&run, "text", false);
	for (uint32_t i = 0; i < 6; i++) {
		reasons[i] = reason_of(&policies[0], PHASE_ENFORCE);
		reasons[i].origin = (struct origin){1 + i / 2, 1 + i % 2};
	}
	add(&run, &subject, VERDICT_DENY, reasons, 6);
	struct str text = end(&run);
	size_t second = str_find(text, STR("deny[a."), 1);
	ck_assert_uint_eq(second, SIZE_MAX);
	ASSERT_HAS(text, "= also: line 2, line 3, line 3\n");
	ASSERT_HAS(text, "6 findings");
	finish(&run);
}
END_TEST

START_TEST(quiet_text_is_a_line_per_finding)
{
	struct run run;
	begin(&run, "text", true);
	struct reason reasons[] = {
		reason_of(&policies[0], PHASE_ENFORCE), reason_of(&policies[1], PHASE_WARN)};
	add(&run, &subject, VERDICT_DENY, reasons, 2);
	ASSERT_STR(end(&run), STR("pod.yaml:3:15: deny[a.privileged]: it is privileged\n"
				  "pod.yaml:3:15: warn[b.quota]: it is privileged\n"));
	finish(&run);
}
END_TEST

START_TEST(a_waived_reason_is_listed_with_its_waiver_and_does_not_count)
{
	static const struct {
		const char *format;
		struct str part;
	} rows[] = {
		{"text", STR_INIT("waived[a.privileged]: it is privileged\n")},
		{"text", STR_INIT("= waiver: w1 of ops until 2026-12-01T00:00:00Z: until the "
				  "migration "
				  "(OPS-7)\n")},
		{"text", STR_INIT("1 finding is waived and not counted here.")},
		{"json", STR_INIT("\"waiver\":{\"id\":\"w1\",\"owner\":\"ops\",\"reason\":\"until "
				  "the "
				  "migration\",\"ticket\":\"OPS-7\",\"expires\":\"2026-12-01T00:00:"
				  "00Z\"}")},
		{"json", STR_INIT("\"verdict\":\"allow\"")},
		{"sarif", STR_INIT("\"suppressions\":[{\"kind\":\"external\",\"status\":"
				   "\"accepted\"")},
		{"junit", STR_INIT("failures=\"0\" errors=\"0\" skipped=\"1\"")},
		{"markdown", STR_INIT("| waived | critical |")},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run run;
		struct reason reason = reason_of(&policies[0], PHASE_ENFORCE);
		reason.waiver = &waiver;
		begin(&run, rows[i].format, false);
		add(&run, &subject, VERDICT_ALLOW, &reason, 1);
		struct str text = end(&run);
		ck_assert_msg(str_find(text, rows[i].part, 0) != SIZE_MAX, "%s lacks %.*s:\n%.*s",
			rows[i].format, STR_ARGS(rows[i].part), STR_ARGS(text));
		finish(&run);
	}
}
END_TEST

START_TEST(a_problem_is_in_every_format)
{
	for (const struct report_format *const *at = report_formats; *at; at++) {
		struct run run;
		begin(&run, (*at)->name, false);
		add(&run, &subject, VERDICT_ALLOW, NULL, 0);
		add_problem(&run, "a stray brace");
		struct str text = end(&run);
		ASSERT_HAS(text, "a stray brace");
		ck_assert_msg(str_find(text, STR("bad"), 0) != SIZE_MAX, "%s", (*at)->name);
		finish(&run);
	}
}
END_TEST

START_TEST(precedence_is_deny_then_undecided_then_warn)
{
	static const struct {
		struct report_summary summary;
		const char *expected;
	} rows[] = {
		{{.denied = 1, .undecided = 1, .warned = 1}, "deny"},
		{{.undecided = 1, .warned = 1, .allowed = 5}, "undecided"},
		{{.warned = 1, .allowed = 5}, "warn"},
		{{.allowed = 5}, "allow"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_str_eq(report_verdict_name(&rows[i].summary), rows[i].expected);
}
END_TEST

/* Names that try to break out of every medium at once. */
static const char hostile[] = "\x1b[31m\n::error::x\xe2\x80\xae|`]]><script>&\"'%\\\xff";

START_TEST(hostile_names_do_not_leave_their_place)
{
	for (const struct report_format *const *at = report_formats; *at; at++) {
		struct run run;
		struct subject bad = subject;
		struct reason reason = reason_of(&policies[0], PHASE_ENFORCE);
		struct str name = {hostile, sizeof(hostile) - 1};
		bad.name = bad.file = bad.namespace = bad.object_kind = name;
		reason.message = reason.remedy = reason.path = reason.pointer = name;
		begin(&run, (*at)->name, false);
		add(&run, &bad, VERDICT_DENY, &reason, 1);
		struct str text = end(&run);
		ASSERT_LACKS(text, "\x1b");
		ASSERT_LACKS(text, "\n::error::x");
		ASSERT_LACKS(text, "\xe2\x80\xae");
		ASSERT_LACKS(text, "\xff");
		if ((*at)->name[0] == 'm' || (*at)->name[1] == 'u') {
			ASSERT_LACKS(text, "<script>");
			ASSERT_LACKS(text, "]]>");
		}
		finish(&run);
	}
}
END_TEST

START_TEST(sarif_is_cut_where_its_readers_stop)
{
	struct run run;
	begin(&run, "sarif", false);
	struct reason reason = reason_of(&policies[0], PHASE_ENFORCE);
	free(run.memory);
	run.memory = malloc((size_t)64 << 20);
	buf_init_fixed(&run.out, run.memory, (size_t)64 << 20);
	run.state = run.format->begin(&run.context);
	for (size_t i = 0; i < SARIF_MAX_RESULTS + 3; i++)
		add(&run, &subject, VERDICT_DENY, &reason, 1);
	struct str text = end(&run);
	ASSERT_HAS(text, "3 more results are left out of this file");
	finish(&run);
}
END_TEST

START_TEST(a_fingerprint_survives_a_move_of_lines)
{
	char first[64] = "", second[64] = "";
	char *const kept[] = {first, second};
	for (uint32_t i = 0; i < 2; i++) {
		struct run run;
		begin(&run, "sarif", false);
		struct reason reason = reason_of(&policies[0], PHASE_ENFORCE);
		reason.origin.line = 1 + i;
		add(&run, &subject, VERDICT_DENY, &reason, 1);
		struct str text = end(&run);
		size_t at = str_find(text, STR("\"gabionFinding/v1\":\""), 0);
		ck_assert_uint_ne(at, SIZE_MAX);
		memcpy(kept[i], text.data + at, 40);
		finish(&run);
	}
	ck_assert_str_eq(first, second);
}
END_TEST

UNIT_TESTS("formats", text_shows_place_cause_remedy_and_owner, text_always_says_what_was_looked_at,
	text_groups_what_differs_only_in_place, quiet_text_is_a_line_per_finding,
	a_waived_reason_is_listed_with_its_waiver_and_does_not_count, a_problem_is_in_every_format,
	precedence_is_deny_then_undecided_then_warn, hostile_names_do_not_leave_their_place,
	sarif_is_cut_where_its_readers_stop, a_fingerprint_survives_a_move_of_lines)
