/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decide.h"

#include "base/limits.h"
#include "cel/function.h"
#include "policy/entry.h"
#include "policy/place.h"

/* One decision: what its steps hand to each other. */
struct judge {
	const struct catalogue *catalogue;
	const struct subject *subject;
	const struct decide_context *context;
	struct arena *arena;
	struct cel_run run;
	const struct policy *policy;
	struct reason *reasons;
	size_t count, capacity;
	size_t dropped; /* beyond LIMIT_REASONS */
	enum policy_phase dropped_phase;
	unsigned char *results; /* of all policies in force */
	struct verdict verdict;
};

const struct policy policy_reasons_limit = {
	.id = STR_INIT("gabion.reasons-limit"),
	.title = STR_INIT("A subject has at most 1000 reasons"),
	.owner = OWNER_SHARED,
	.risk = RISK_HIGH,
	.remedy = STR_INIT("mend what is listed, then look again"),
};

_Static_assert(LIMIT_REASONS == 1000, "as the title above says");

static void count_verdict(struct judge *judge, const struct reason *reason)
{
	static const enum verdict_kind kinds[] = {[PHASE_AUDIT] = VERDICT_ALLOW,
		[PHASE_WARN] = VERDICT_WARN,
		[PHASE_ENFORCE] = VERDICT_DENY};
	if (reason->waiver)
		judge->verdict.waived++;
	else if (kinds[reason->phase] > judge->verdict.kind)
		judge->verdict.kind = kinds[reason->phase];
}

/* Also of reasons for which there is no room. */
static void count_result(struct judge *judge, const struct reason *reason)
{
	unsigned char *result = &judge->results[policy_entry(reason->policy)->number];
	unsigned more = POLICY_APPLIED | (reason->waiver ? POLICY_WAIVED : POLICY_FAILED) |
			(reason->undecided ? POLICY_UNDECIDED : 0);
	*result = (unsigned char)(*result | more);
}

/* Room for one more reason, NULL at the limit; what it would have counted is kept. */
static struct reason *new_reason(struct judge *judge, struct reason reason)
{
	count_verdict(judge, &reason);
	count_result(judge, &reason);
	if (judge->count == LIMIT_REASONS) {
		judge->dropped++;
		if (!reason.waiver && reason.phase > judge->dropped_phase)
			judge->dropped_phase = reason.phase;
		return NULL;
	}
	if (judge->count == judge->capacity)
		judge->reasons = arena_grow(judge->arena, judge->reasons, judge->count,
			&judge->capacity, sizeof(*judge->reasons));
	judge->reasons[judge->count] = reason;
	return &judge->reasons[judge->count++];
}

/* In its language an expression has the API server's limit for one, within the budget of all. */
static struct value evaluate(struct judge *judge, const struct cel_program *program)
{
	struct cel_run *run = &judge->run;
	uint64_t budget = run->cost_limit, end;
	if (judge->policy->kubernetes &&
		!__builtin_add_overflow(run->cost, LIMIT_KUBERNETES_COST, &end) && end < budget)
		run->cost_limit = end;
	struct value result = cel_eval(program, run);
	run->cost_limit = budget;
	return result;
}

static bool is_spent(struct judge *judge)
{
	return judge->run.cost > judge->run.cost_limit || !cel_run_work(&judge->run, 0);
}

static struct str message_text(struct judge *judge)
{
	const struct policy *policy = judge->policy;
	struct str fixed = policy->message.len > 0 ? policy->message : policy->title;
	if (!policy->message_expression)
		return fixed;
	struct value made = evaluate(judge, policy->message_expression);
	bool usable = made.kind == VALUE_STRING && made.count <= LIMIT_MESSAGE_BYTES &&
		      str_trim(value_str(&made)).len > 0;
	return usable ? value_str(&made) : fixed;
}

static void make_patch(struct judge *judge, struct reason *reason)
{
	const struct policy_patch *patch = &judge->policy->patch;
	reason->has_patch = patch->operation.len > 0;
	reason->patch_value = patch->value;
	if (!patch->expression)
		return;
	reason->patch_value = evaluate(judge, patch->expression);
	reason->has_patch = value_is_plain(&reason->patch_value, LIMIT_DATA_DEPTH);
}

static void add_reason(struct judge *judge, struct str undecided)
{
	const struct policy *policy = judge->policy;
	struct reason *reason = new_reason(judge,
		(struct reason){.policy = policy,
			.phase = catalogue_phase(judge->catalogue, policy, judge->subject),
			.waiver = waiver_in_force(policy, judge->subject, judge->context->now_s),
			.undecided = undecided.len > 0,
			.remedy = policy->remedy});
	if (!reason)
		return;
	place_reason(reason, judge->subject, judge->run.slots, judge->arena);
	reason->message = undecided.len > 0 ? undecided : message_text(judge);
	if (undecided.len == 0)
		make_patch(judge, reason);
}

/* Fail closed: what cannot be decided is a violation. */
static void add_undecided(struct judge *judge, const struct value *result, const char *wanted)
{
	struct str text;
	if (cel_is_error(result)) {
		const struct cel_failure *failure = result->pointer;
		text = str_format(
			judge->arena, "could not be decided: %.*s", STR_ARGS(failure->message));
	} else {
		text = str_format(
			judge->arena, "could not be decided: an expression gave no %s", wanted);
	}
	add_reason(judge, text);
}

static void judge_condition(struct judge *judge)
{
	const struct policy *policy = judge->policy;
	struct value result = evaluate(judge, policy->condition);
	if (result.kind != VALUE_BOOL)
		add_undecided(judge, &result, "bool");
	else if (result.boolean == policy->forbids)
		add_reason(judge, STR(""));
}

/* One loop of `each`, and those inside it: at most LIMIT_POLICY_EACH deep. */
static void judge_each(struct judge *judge, size_t depth)
{
	const struct policy_binding *each = &judge->policy->each[depth];
	if (depth == judge->policy->each_count) {
		judge_condition(judge);
		return;
	}
	struct value list = evaluate(judge, each->program);
	if (list.kind != VALUE_LIST) {
		add_undecided(judge, &list, "list");
		return;
	}
	for (uint32_t i = 0; i < list.count; i++) {
		judge->run.slots[each->slot] = list.items[i];
		judge_each(judge, depth + 1);
		if (is_spent(judge))
			break; /* one reason has said so */
	}
	judge->run.slots[each->slot].kind = CEL_UNSET;
}

static void judge_policy(struct judge *judge, const struct policy *policy, size_t roots)
{
	struct value *slots = judge->run.slots;
	judge->policy = policy;
	judge->run.lazy = policy->lazy;
	slots[roots] = policy->parameters;
	for (size_t slot = roots + 1; slot < policy->slots; slot++)
		slots[slot].kind = CEL_UNSET;
	if (policy->match) {
		struct value matches = evaluate(judge, policy->match);
		if (matches.kind == VALUE_BOOL && !matches.boolean)
			return;
		if (matches.kind != VALUE_BOOL) {
			add_undecided(judge, &matches, "bool");
			return;
		}
	}
	judge->results[policy_entry(policy)->number] |= POLICY_APPLIED;
	judge_each(judge, 0);
}

static size_t count_roots(const struct policy_subject_kind *kind)
{
	size_t count = 0;
	while (count < POLICY_MAX_ROOTS && kind->roots[count].name)
		count++;
	return count;
}

/* What a policy computed is of no use to the next one unless a reason refers to it. */
static void judge_kind(struct judge *judge, const struct kind_index *index)
{
	size_t roots = count_roots(index->kind);
	memcpy(judge->run.slots, judge->subject->roots, roots * sizeof(*judge->run.slots));
	for (size_t i = 0; i < index->count; i++) {
		size_t reasons = judge->count;
		struct arena_mark mark = arena_mark(judge->arena);
		judge_policy(judge, &index->entries[i]->policy, roots);
		if (judge->count == reasons)
			arena_rewind(judge->arena, mark);
	}
}

static const struct kind_index *find_index(
	const struct catalogue *catalogue, const struct policy_subject_kind *kind)
{
	for (size_t i = 0; i < catalogue->kind_count; i++)
		if (catalogue->kinds[i].kind == kind)
			return &catalogue->kinds[i];
	return NULL;
}

static int compare_reasons(const struct reason *a, const struct reason *b)
{
	if (a->origin.line != b->origin.line)
		return a->origin.line < b->origin.line ? -1 : 1;
	if (a->origin.column != b->origin.column)
		return a->origin.column < b->origin.column ? -1 : 1;
	int order = str_compare(a->policy->id, b->policy->id);
	return order != 0 ? order : str_compare(a->path, b->path);
}

/* Stable; takes no memory but the arena's. */
static void sort_reasons(struct reason *reasons, size_t count, struct reason *spare)
{
	if (count < 2)
		return;
	size_t half = count / 2, a = 0, b = half;
	sort_reasons(reasons, half, spare);
	sort_reasons(reasons + half, count - half, spare);
	memcpy(spare, reasons, count * sizeof(*reasons));
	for (size_t i = 0; i < count; i++) {
		bool left = b == count || (a < half && compare_reasons(&spare[a], &spare[b]) <= 0);
		reasons[i] = left ? spare[a++] : spare[b++];
	}
}

static void finish(struct judge *judge)
{
	struct reason *spare = ARENA_NEW_ARRAY(judge->arena, struct reason, judge->count + 1);
	sort_reasons(judge->reasons, judge->count, spare);
	judge->verdict.reasons = judge->reasons;
	judge->verdict.count = judge->count;
	if (judge->dropped == 0)
		return;
	memcpy(spare, judge->reasons, judge->count * sizeof(*spare));
	spare[judge->count] = (struct reason){.policy = &policy_reasons_limit,
		.phase = judge->dropped_phase,
		.path = STR(""),
		.pointer = STR(""),
		.origin = judge->subject->origin,
		.message =
			str_format(judge->arena, "%zu more reasons are not listed", judge->dropped),
		.remedy = policy_reasons_limit.remedy};
	judge->verdict.reasons = spare;
	judge->verdict.count = judge->count + 1;
}

struct verdict policy_decide(const struct catalogue *catalogue, const struct subject *subject,
	const struct decide_context *context, struct arena *arena)
{
	struct judge judge = {.catalogue = catalogue,
		.subject = subject,
		.context = context,
		.arena = arena,
		.run = {.arena = arena,
			.cost_limit = context->budget > 0 ? context->budget : LIMIT_DECIDE_COST}};
	judge.results = ARENA_NEW_ARRAY(arena, unsigned char, catalogue->in_force_count + 1);
	judge.verdict.results = judge.results;
	judge.run.slots = arena_alloc(arena, (catalogue->slots + 1) * sizeof(struct value));
	for (const struct policy_subject_kind *kind = subject->kind; kind; kind = kind->also) {
		const struct kind_index *index = find_index(catalogue, kind);
		if (index)
			judge_kind(&judge, index);
	}
	finish(&judge);
	return judge.verdict;
}
