/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/flow.h"

#include "base/limits.h"

struct run {
	const struct flow *flow;
	struct report_summary *summary;
	struct layer_input input;
	void *state; /* the layer's, of this input */
	struct arena input_arena, subject_arena;
};

static int too_big(const struct run *run, const char *what, struct error *err)
{
	ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "%s needs more than %d MiB of memory", what,
		LIMIT_SUBJECT_BYTES >> 20);
	error_set_file(err, run->input.file);
	return -1;
}

static void settle(struct run *run, const struct subject *subject, const struct verdict *verdict)
{
	const struct flow *flow = run->flow;
	struct report_summary *summary = run->summary;
	size_t *const counts[] = {[VERDICT_ALLOW] = &summary->allowed,
		[VERDICT_WARN] = &summary->warned,
		[VERDICT_DENY] = &summary->denied};
	summary->subjects++;
	++*counts[verdict->kind];
	if (verdict->kind > summary->verdict)
		summary->verdict = verdict->kind;
	if (flow->act)
		flow->act(flow->context, subject, verdict);
	flow->record(flow->context, subject, verdict);
}

/* source -> facts -> verdict -> action -> record: 1; 0 behind the last; -1 for an error. */
static int judge_next(struct run *run, struct error *err)
{
	const struct flow *flow = run->flow;
	struct subject subject;
	arena_reset(&run->subject_arena);
	if (ARENA_LIMIT_REACHED(&run->subject_arena))
		return too_big(run, "an object", err);
	int found = flow->layer->next(run->state, &run->subject_arena, &subject, err);
	if (found == 1) {
		struct verdict verdict = policy_decide(
			flow->catalogue, &subject, &flow->decide, &run->subject_arena);
		settle(run, &subject, &verdict);
	}
	run->summary->skipped += found == 2;
	arena_unguard(&run->subject_arena);
	return found;
}

static int open_next(struct run *run, struct error *err)
{
	const struct flow *flow = run->flow;
	run->input = (struct layer_input){.file = {"", 0}};
	arena_reset(&run->input_arena);
	if (ARENA_LIMIT_REACHED(&run->input_arena))
		return too_big(run, "an input", err);
	int found = flow->input(flow->context, &run->input_arena, &run->input, err);
	if (found > 0)
		run->state = flow->layer->open(&run->input_arena, &run->input);
	arena_unguard(&run->input_arena);
	return found;
}

/* Call step until it is at its end; what cannot be judged is reported and hides nothing else. */
static bool step(struct run *run, int (*next)(struct run *run, struct error *err), int *ret_found)
{
	struct error err = {0};
	*ret_found = next(run, &err);
	if (*ret_found < 0) {
		run->summary->undecided++;
		run->flow->problem(run->flow->context, &err);
	}
	return *ret_found != 0;
}

void flow_run(const struct flow *flow, struct report_summary *ret_summary)
{
	struct run run = {.flow = flow, .summary = ret_summary};
	int found;
	*ret_summary = (struct report_summary){.verdict = VERDICT_ALLOW};
	arena_init(&run.input_arena, LIMIT_SUBJECT_BYTES);
	arena_init(&run.subject_arena, LIMIT_SUBJECT_BYTES);
	while (step(&run, open_next, &found)) {
		ret_summary->files++;
		if (found < 0)
			continue;
		while (step(&run, judge_next, &found)) {
		}
	}
	arena_release(&run.subject_arena);
	arena_release(&run.input_arena);
}
