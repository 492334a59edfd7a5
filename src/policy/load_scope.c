/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "policy/date.h"
#include "policy/glob.h"
#include "policy/load.h"
#include "policy/phase.h"

struct policy_scope load_scope(struct loader *loader, const struct value *document)
{
	const struct value *object = form_get(document, "scope");
	struct policy_scope scope = {
		form_globs(loader->arena, object, "namespaces"),
		form_globs(loader->arena, object, "kinds"),
		form_globs(loader->arena, object, "names"),
	};
	bool empty = scope.namespaces.count + scope.kinds.count + scope.names.count == 0;
	if (value_is(object, VALUE_MAP) && empty)
		problem_at(&loader->problems, object,
			"name what it is for, or write namespaces: ['*'] if it is for everything",
			"`scope` is empty");
	return scope;
}

struct str load_id(struct loader *loader, const struct catalogue_document *document)
{
	struct str id = form_text(document->root, "id");
	return id.len > 0 ? id
			  : str_format(loader->arena, "%.*s:%u", STR_ARGS(document->source->path),
				    document->root->origin.line);
}

static const struct catalogue_document *find_kind(
	const struct loader *loader, enum form_kind kind, size_t *next)
{
	while (*next < loader->count) {
		const struct catalogue_document *document = &loader->documents[(*next)++];
		if (document->kind == kind)
			return document;
	}
	return NULL;
}

void load_check_unique(struct loader *loader, const struct catalogue_document *document)
{
	const struct value *id = form_get(document->root, "id");
	const struct catalogue_document *other;
	size_t next = 0;
	while (value_is(id, VALUE_STRING) &&
		(other = find_kind(loader, document->kind, &next)) != document) {
		const struct value *first = form_get(other->root, "id");
		if (!value_is(first, VALUE_STRING) || !value_string_equal(first, id))
			continue;
		problem_at(&loader->problems, id, "give one of them another id",
			"there are two documents of kind %s with the id `%.*s`; the first is in "
			"%.*s:%u",
			forms[document->kind].kind, QUOTE(value_str(id)),
			QUOTE(other->source->path), other->root->origin.line);
		return;
	}
}

static void read_rollout(struct loader *loader, const struct catalogue_document *document,
	struct rollout *ret_rollout)
{
	const struct value *root = document->root;
	load_begin(loader, document);
	load_check_unique(loader, document);
	*ret_rollout = (struct rollout){.id = load_id(loader, document),
		.reason = form_text(root, "reason"),
		.approved_by = form_text(root, "approvedBy"),
		.policies = load_policy_globs(loader, root),
		.scope = load_scope(loader, root),
		.phase = (enum policy_phase)form_word(root, "phase", form_phases, PHASE_ENFORCE),
		.document = document};
}

static void read_waiver(struct loader *loader, const struct catalogue_document *document,
	struct policy_waiver *ret_waiver)
{
	const struct value *root = document->root;
	load_begin(loader, document);
	load_check_unique(loader, document);
	*ret_waiver = (struct policy_waiver){.id = load_id(loader, document),
		.owner = form_text(root, "owner"),
		.reason = form_text(root, "reason"),
		.ticket = form_text(root, "ticket"),
		.policies = load_policy_globs(loader, root),
		.scope = load_scope(loader, root),
		.file = document->source->path,
		.origin = root->origin};
	(void)date_parse_end(form_text(root, "expires"), &ret_waiver->expires_s);
}

size_t load_count(const struct loader *loader, enum form_kind kind)
{
	size_t count = 0;
	for (size_t i = 0; i < loader->count; i++)
		count += loader->documents[i].kind == kind;
	return count;
}

static void hang_waivers(struct loader *loader, struct policy_entry *entry)
{
	const struct catalogue *catalogue = loader->catalogue;
	entry->waivers = ARENA_NEW_ARRAY(
		loader->arena, const struct policy_waiver *, catalogue->waiver_count);
	for (size_t i = 0; i < catalogue->waiver_count; i++) {
		size_t weight;
		const struct policy_waiver *waiver = &catalogue->waivers[i];
		if (globs_match(&waiver->policies, entry->policy.id, &weight))
			entry->waivers[entry->waiver_count++] = waiver;
	}
}

void load_waivers(struct loader *loader)
{
	struct catalogue *catalogue = loader->catalogue;
	const struct catalogue_document *document;
	size_t next = 0;
	catalogue->waivers = ARENA_NEW_ARRAY(
		loader->arena, struct policy_waiver, load_count(loader, KIND_WAIVER));
	while ((document = find_kind(loader, KIND_WAIVER, &next)) != NULL)
		read_waiver(loader, document, &catalogue->waivers[catalogue->waiver_count++]);
	for (size_t i = 0; i < catalogue->entry_count; i++)
		hang_waivers(loader, &catalogue->entries[i]);
}

static void hang_rollouts(struct loader *loader, struct policy_entry *entry,
	const struct rollout *rollouts, size_t count)
{
	struct phase_rule *rules = ARENA_NEW_ARRAY(loader->arena, struct phase_rule, count);
	for (size_t i = 0; i < count; i++) {
		struct phase_rule rule = {.rollout = &rollouts[i]};
		if (globs_match(&rollouts[i].policies, entry->policy.id, &rule.policy_weight))
			rules[entry->rule_count++] = rule;
	}
	entry->rules = rules;
}

static void tell_conflict(struct loader *loader, const struct policy_entry *entry,
	const struct rollout *a, const struct rollout *b)
{
	const struct value *phase = form_get(b->document->root, "phase");
	load_begin(loader, b->document);
	problem_at(&loader->problems, phase ? phase : b->document->root,
		"make the scope of one of them narrower, or give both the same phase",
		"the phase of `%.*s` is ambiguous: the rollout `%.*s` says %s just as strongly for "
		"some subjects of both",
		QUOTE(entry->policy.id), QUOTE(a->id), policy_phase_name(a->phase));
}

/* told: which pairs of rollouts have been complained about, count * count. */
static void check_entry(struct loader *loader, const struct policy_entry *entry,
	const struct rollout *rollouts, size_t count, bool *told)
{
	for (size_t b = 1; b < entry->rule_count; b++) {
		for (size_t a = 0; a < b; a++) {
			const struct phase_rule *first = &entry->rules[a];
			const struct phase_rule *second = &entry->rules[b];
			size_t pair = (size_t)(first->rollout - rollouts) * count +
				      (size_t)(second->rollout - rollouts);
			if (told[pair] || !phase_rules_conflict(first, second))
				continue;
			told[pair] = true;
			tell_conflict(loader, entry, first->rollout, second->rollout);
		}
	}
}

/* Pairs are told once, with the first policy they disagree on. */
static void check_conflicts(struct loader *loader, const struct rollout *rollouts, size_t count)
{
	const struct catalogue *catalogue = loader->catalogue;
	size_t pairs;
	if (__builtin_mul_overflow(count, count, &pairs))
		arena_limit_reached(loader->arena);
	bool *told = ARENA_NEW_ARRAY(loader->arena, bool, pairs);
	for (size_t e = 0; e < catalogue->entry_count; e++)
		check_entry(loader, &catalogue->entries[e], rollouts, count, told);
}

void load_rollouts(struct loader *loader)
{
	struct catalogue *catalogue = loader->catalogue;
	const struct catalogue_document *document;
	size_t next = 0, count = load_count(loader, KIND_ROLLOUT), read = 0;
	load_limit(loader, count, LIMIT_CATALOGUE_ROLLOUTS, "rollouts");
	if (count > LIMIT_CATALOGUE_ROLLOUTS)
		return;
	struct rollout *rollouts = ARENA_NEW_ARRAY(loader->arena, struct rollout, count);
	while ((document = find_kind(loader, KIND_ROLLOUT, &next)) != NULL)
		read_rollout(loader, document, &rollouts[read++]);
	for (size_t i = 0; i < catalogue->entry_count; i++)
		hang_rollouts(loader, &catalogue->entries[i], rollouts, count);
	check_conflicts(loader, rollouts, count);
}
