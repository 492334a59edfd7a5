/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/flow.h"

#include "base/limits.h"
#include "unit.h"

/* A surface that gives texts and writes down what becomes of them. */
struct surface {
	const char *const *texts; /* NULL ends; "!" cannot be read */
	size_t next;
	struct buf out;
};

static int give(
	void *context, struct arena *arena, struct layer_input *ret_input, struct error *err)
{
	struct surface *surface = context;
	const char *text = surface->texts[surface->next];
	if (!text)
		return 0;
	surface->next++;
	if (strcmp(text, "!") == 0)
		return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "no such file");
	*ret_input = (struct layer_input){.file = STR("f.yaml"),
		.text = str_copy(arena, str_from(text)),
		.kubernetes_minor = 30};
	return 1;
}

static void act(void *context, const struct subject *subject, const struct verdict *verdict)
{
	struct surface *surface = context;
	(void)verdict;
	buf_printf(&surface->out, "act %.*s\n", STR_ARGS(subject->name));
}

static void record(void *context, const struct subject *subject, const struct verdict *verdict)
{
	static const char *const words[] = {"allow", "warn", "deny"};
	struct surface *surface = context;
	buf_printf(&surface->out, "%s %.*s %zu\n", words[verdict->kind], STR_ARGS(subject->name),
		verdict->count);
}

static void problem(void *context, const struct error *err)
{
	struct surface *surface = context;
	buf_printf(&surface->out, "problem: %s\n", err->message);
}

static void refuse_problem(void *context, const struct error *err, enum problem_level level)
{
	(void)context;
	(void)level;
	ck_abort_msg("%s", err->message);
}

static const struct catalogue *load(struct arena *arena)
{
	static const struct policy_source sources[] = {{STR_INIT("p.yaml"),
		STR_INIT("apiVersion: gabion.dev/v1\nkind: Policy\nid: names\ntitle: a\n"
			 "layer: cluster\nsubject: object\nowner: shared\nrisk: low\n"
			 "forbid: object.metadata.name.startsWith('bad')\n"
			 "message: bad name\n"),
		false}};
	struct catalogue_options options = {.kubernetes_minor = 30};
	return catalogue_load(arena, sources, 1, flow_schemas, &options, refuse_problem, NULL);
}

static struct report_summary judge(const char *const *texts, const struct layer *layer, bool acts,
	char *text, size_t capacity, struct str *ret_out)
{
	struct arena arena;
	struct report_summary summary;
	struct surface surface = {.texts = texts};
	arena_init(&arena, (size_t)16 << 20);
	buf_init_fixed(&surface.out, text, capacity);
	struct flow flow = {.catalogue = load(&arena),
		.layer = layer,
		.input = give,
		.act = acts ? act : NULL,
		.record = record,
		.problem = problem,
		.context = &surface};
	ck_assert_ptr_nonnull(flow.catalogue);
	flow_run(&flow, &summary);
	*ret_out = buf_str(&surface.out);
	arena_release(&arena);
	return summary;
}

#define OBJECT(name) "apiVersion: v1\nkind: Secret\nmetadata: {name: " name "}\n"

START_TEST(everything_is_judged_in_its_order_and_counted)
{
	static const char *const texts[] = {OBJECT("one") "---\n" OBJECT("bad"), "!",
		"kind: Pod\n---\n" OBJECT("two"), "", NULL};
	char text[512];
	struct str out;
	struct report_summary sum = judge(texts, flow_layers[0], false, text, sizeof(text), &out);
	ASSERT_STR(out, STR("allow one 0\ndeny bad 1\nproblem: no such file\n"
			    "problem: apiVersion is missing, so nothing says what this is\n"
			    "allow two 0\n"));
	ck_assert_uint_eq(sum.files, 4);
	ck_assert_uint_eq(sum.subjects, 3);
	ck_assert_uint_eq(sum.undecided, 2);
	ck_assert_uint_eq(sum.allowed, 2);
	ck_assert_uint_eq(sum.denied, 1);
	ck_assert_int_eq(sum.verdict, VERDICT_DENY);
}
END_TEST

START_TEST(a_verdict_is_carried_out_before_it_is_recorded)
{
	static const char *const texts[] = {OBJECT("bad"), NULL};
	char text[512];
	struct str out;
	judge(texts, flow_layers[0], true, text, sizeof(text), &out);
	ASSERT_STR(out, STR("act bad\ndeny bad 1\n"));
}
END_TEST

START_TEST(nothing_to_judge_is_allowed)
{
	static const char *const texts[] = {NULL};
	char text[512];
	struct str out;
	struct report_summary sum = judge(texts, flow_layers[0], false, text, sizeof(text), &out);
	ck_assert_uint_eq(out.len, 0);
	ck_assert_int_eq(sum.verdict, VERDICT_ALLOW);
}
END_TEST

/* A layer whose first subject takes all memory there is. */
static void *open_greedy(struct arena *arena, const struct layer_input *input)
{
	(void)input;
	return ARENA_NEW(arena, int);
}

static int next_greedy(
	void *state, struct arena *arena, struct subject *ret_subject, struct error *err)
{
	int *calls = state;
	(void)err;
	(void)ret_subject;
	if (++*calls == 1)
		arena_limit_reached(arena);
	return 0;
}

START_TEST(a_subject_that_takes_all_memory_is_a_problem_and_hides_nothing)
{
	static const struct layer greedy = {
		.name = "greedy", .open = open_greedy, .next = next_greedy};
	static const char *const texts[] = {"a", "b", NULL};
	char text[512];
	struct str out;
	struct report_summary sum = judge(texts, &greedy, false, text, sizeof(text), &out);
	ASSERT_STR(out, STR("problem: an object needs more than 256 MiB of memory\n"
			    "problem: an object needs more than 256 MiB of memory\n"));
	ck_assert_uint_eq(sum.undecided, 2);
	ck_assert_uint_eq(sum.files, 2);
}
END_TEST

static int give_too_much(
	void *context, struct arena *arena, struct layer_input *ret_input, struct error *err)
{
	size_t *calls = context;
	(void)ret_input;
	(void)err;
	if (++*calls == 1)
		arena_limit_reached(arena);
	return 0;
}

static void count_problem(void *context, const struct error *err)
{
	(void)context;
	ck_assert_int_eq(err->kind, ERROR_LIMIT);
}

START_TEST(an_input_that_takes_all_memory_is_a_problem)
{
	size_t calls = 0;
	struct report_summary sum;
	struct flow flow = {.layer = flow_layers[0],
		.input = give_too_much,
		.record = record,
		.problem = count_problem,
		.context = &calls};
	flow_run(&flow, &sum);
	ck_assert_uint_eq(sum.undecided, 1);
	ck_assert_uint_eq(calls, 2);
}
END_TEST

UNIT_TESTS("flow", everything_is_judged_in_its_order_and_counted,
	a_verdict_is_carried_out_before_it_is_recorded, nothing_to_judge_is_allowed,
	a_subject_that_takes_all_memory_is_a_problem_and_hides_nothing,
	an_input_that_takes_all_memory_is_a_problem)
