/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/phase.h"

#include "policy/date.h"
#include "policy/entry.h"
#include "policy/glob.h"

enum { NOTICE_BEFORE_S = 14 * 86400 };

bool scope_match(const struct policy_scope *scope, const struct subject *subject,
	size_t ret_weights[PHASE_WEIGHTS])
{
	return globs_match(&scope->names, subject->name, &ret_weights[PHASE_BY_NAME]) &&
	       globs_match(
		       &scope->namespaces, subject->namespace, &ret_weights[PHASE_BY_NAMESPACE]) &&
	       globs_match(&scope->kinds, subject->object_kind, &ret_weights[PHASE_BY_KIND]);
}

static int compare_weights(const size_t a[PHASE_WEIGHTS], const size_t b[PHASE_WEIGHTS])
{
	for (size_t i = 0; i < PHASE_WEIGHTS; i++)
		if (a[i] != b[i])
			return a[i] > b[i] ? 1 : -1;
	return 0;
}

enum policy_phase catalogue_phase(const struct catalogue *catalogue, const struct policy *policy,
	const struct subject *subject)
{
	(void)catalogue; /* whose entry the policy is a part of */
	if (policy == &policy_reasons_limit)
		return PHASE_ENFORCE;
	const struct policy_entry *entry = policy_entry(policy);
	size_t strongest[PHASE_WEIGHTS] = {0};
	enum policy_phase phase = entry->phase;
	bool found = false;
	for (size_t i = 0; subject && i < entry->rule_count; i++) {
		const struct phase_rule *rule = &entry->rules[i];
		size_t weights[PHASE_WEIGHTS] = {[PHASE_BY_POLICY] = rule->policy_weight};
		if (!scope_match(&rule->rollout->scope, subject, weights))
			continue;
		if (found && compare_weights(weights, strongest) <= 0)
			continue;
		memcpy(strongest, weights, sizeof(strongest));
		phase = rule->rollout->phase;
		found = true;
	}
	return phase;
}

/* Whether some text is matched by both with the same weight. */
static bool same_weight(const struct globs *a, const struct globs *b)
{
	static const struct str any[] = {STR_INIT("*")};
	struct globs first = a->count > 0 ? *a : (struct globs){any, 1};
	struct globs second = b->count > 0 ? *b : (struct globs){any, 1};
	for (size_t i = 0; i < first.count; i++)
		for (size_t j = 0; j < second.count; j++)
			if (glob_weight(first.items[i]) == glob_weight(second.items[j]) &&
				glob_overlap(first.items[i], second.items[j]))
				return true;
	return false;
}

bool phase_rules_conflict(const struct phase_rule *a, const struct phase_rule *b)
{
	const struct policy_scope *first = &a->rollout->scope, *second = &b->rollout->scope;
	return a->rollout->phase != b->rollout->phase && a->policy_weight == b->policy_weight &&
	       same_weight(&first->names, &second->names) &&
	       same_weight(&first->namespaces, &second->namespaces) &&
	       same_weight(&first->kinds, &second->kinds);
}

const struct policy_waiver *waiver_in_force(
	const struct policy *policy, const struct subject *subject, int64_t now_s)
{
	const struct policy_entry *entry = policy_entry(policy);
	for (size_t i = 0; i < entry->waiver_count; i++) {
		size_t weights[PHASE_WEIGHTS];
		const struct policy_waiver *waiver = entry->waivers[i];
		if (now_s < waiver->expires_s && scope_match(&waiver->scope, subject, weights))
			return waiver;
	}
	return NULL;
}

static void tell_expiry(
	const struct policy_waiver *waiver, bool expired, catalogue_problem *problem, void *context)
{
	struct error err = {0};
	char moment[DATE_BYTES];
	date_print(waiver->expires_s, moment);
	ERROR_SET(&err, ERROR_POLICY, waiver->origin, "the waiver `%.*s` of %.*s %s at %s",
		QUOTE(waiver->id), QUOTE(waiver->owner),
		expired ? "is void: it expired" : "expires soon,", moment);
	error_set_remedy(&err, "mend what it covers, or have it renewed with a new date");
	error_set_file(&err, waiver->file);
	problem(context, &err, expired ? PROBLEM_WARNING : PROBLEM_NOTICE);
}

void catalogue_check_waivers(
	const struct catalogue *catalogue, int64_t now_s, catalogue_problem *problem, void *context)
{
	for (size_t i = 0; i < catalogue->waiver_count; i++) {
		const struct policy_waiver *waiver = &catalogue->waivers[i];
		bool expired = now_s >= waiver->expires_s;
		if (expired || waiver->expires_s - now_s <= NOTICE_BEFORE_S)
			tell_expiry(waiver, expired, problem, context);
	}
}
