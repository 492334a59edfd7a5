/* SPDX-License-Identifier: Apache-2.0 */
#include "data/map.h"
#include "policy/glob.h"
#include "policy/load.h"

#include <stdlib.h>

bool load_check_glob(struct loader *loader, const struct value *glob)
{
	const struct catalogue *catalogue = loader->catalogue;
	for (size_t i = 0; i < catalogue->entry_count; i++)
		if (glob_match(value_str(glob), catalogue->entries[i].policy.id))
			return true;
	struct nearest nearest = nearest_to(value_str(glob));
	for (size_t i = 0; i < catalogue->entry_count; i++)
		nearest_try(&nearest, catalogue->entries[i].policy.id);
	problem_at(&loader->problems, glob, problem_suggest(&loader->problems, nearest.word),
		"`%.*s` matches no policy", QUOTE(value_str(glob)));
	return false;
}

static void check_globs(struct loader *loader, const struct value *object, const char *field)
{
	const struct value *list = form_get(object, field);
	if (!value_is(list, VALUE_LIST))
		return;
	for (uint32_t i = 0; i < list->count; i++)
		if (list->items[i].kind == VALUE_STRING)
			load_check_glob(loader, &list->items[i]);
}

struct globs load_policy_globs(struct loader *loader, const struct value *document)
{
	check_globs(loader, document, "policies");
	return form_globs(loader->arena, document, "policies");
}

static void check_phases(struct loader *loader, const struct value *profile)
{
	const struct value *list = form_get(profile, "phases");
	for (uint32_t i = 0; value_is(list, VALUE_LIST) && i < list->count; i++) {
		const struct value *entry = &list->items[i];
		check_globs(loader, entry, "policies");
		if (!form_get(entry, "policies") != !form_get(entry, "risks"))
			continue;
		problem_at(&loader->problems, entry, "keep one of them, or write two entries",
			"an entry of `phases` has either `policies` or `risks`");
	}
}

static struct policy_entry *find_entry(struct loader *loader, struct str id)
{
	struct catalogue *catalogue = loader->catalogue;
	for (size_t i = 0; i < catalogue->entry_count; i++)
		if (str_equal(catalogue->entries[i].policy.id, id))
			return &catalogue->entries[i];
	return NULL;
}

/* Parameters are checked in every profile, and set by the one in force. */
static void check_parameters(struct loader *loader, const struct value *profile, bool in_force)
{
	const struct value *map = form_get(profile, "parameters");
	for (uint32_t i = 0; value_is(map, VALUE_MAP) && i < map->count; i++) {
		const struct value_entry *given = &map->entries[i];
		if (given->key.kind != VALUE_STRING || given->value.kind != VALUE_MAP)
			continue;
		struct policy_entry *entry = find_entry(loader, value_str(&given->key));
		if (!entry)
			load_check_glob(loader, &given->key);
		if (!entry || !entry->parameter_type)
			continue;
		struct policy_entry other = *entry;
		load_parameters(loader, in_force ? entry : &other, &given->value);
	}
}

/* How strongly an entry of `phases` is about a policy; 0: not at all. */
static size_t phase_weight(
	const struct globs *globs, const struct value *entry, const struct policy *policy)
{
	size_t weight;
	if (globs->count > 0) {
		bool matched = globs_match(globs, policy->id, &weight);
		return !matched ? 0 : weight == GLOB_EXACT ? GLOB_EXACT : weight + 2;
	}
	const struct value *risks = form_get(entry, "risks");
	struct str risk = str_from(policy_risk_name(policy->risk));
	for (uint32_t i = 0; value_is(risks, VALUE_LIST) && i < risks->count; i++)
		if (str_equal(value_str(&risks->items[i]), risk))
			return 1;
	return 0;
}

static void set_phase(
	struct loader *loader, const struct value *profile, struct policy_entry *entry)
{
	const struct value *list = form_get(profile, "phases");
	size_t strongest = 0;
	entry->phase = (enum policy_phase)form_word(profile, "phase", form_phases, PHASE_ENFORCE);
	for (uint32_t i = 0; value_is(list, VALUE_LIST) && i < list->count; i++) {
		const struct value *item = &list->items[i];
		struct globs globs = form_globs(loader->arena, item, "policies");
		size_t weight = phase_weight(&globs, item, &entry->policy);
		enum policy_phase phase =
			(enum policy_phase)form_word(item, "phase", form_phases, PHASE_ENFORCE);
		if (weight > 0 && weight == strongest && phase != entry->phase)
			problem_at(&loader->problems, item,
				"name the policy by its id in one of them",
				"the phase of `%.*s` is ambiguous: another entry says %s just as "
				"strongly",
				QUOTE(entry->policy.id), policy_phase_name(entry->phase));
		if (weight <= strongest)
			continue;
		strongest = weight;
		entry->phase = phase;
	}
}

static void apply_profile(struct loader *loader, const struct value *profile)
{
	struct globs policies = form_globs(loader->arena, profile, "policies");
	struct globs exclude = form_globs(loader->arena, profile, "exclude");
	for (size_t i = 0; i < loader->catalogue->entry_count; i++) {
		struct policy_entry *entry = &loader->catalogue->entries[i];
		size_t weight;
		bool selected = globs_match(&policies, entry->policy.id, &weight);
		bool excluded =
			exclude.count > 0 && globs_match(&exclude, entry->policy.id, &weight);
		entry->in_force = (selected && !excluded) || entry->document->source->always;
		set_phase(loader, profile, entry);
	}
}

static void apply_all(struct loader *loader)
{
	for (size_t i = 0; i < loader->catalogue->entry_count; i++) {
		loader->catalogue->entries[i].in_force = true;
		loader->catalogue->entries[i].phase = PHASE_ENFORCE;
	}
}

static int by_id(const void *a, const void *b)
{
	const struct policy_profile *left = a, *right = b;
	return str_compare(left->id, right->id);
}

static void check_unique(struct loader *loader)
{
	const struct catalogue *catalogue = loader->catalogue;
	for (size_t i = 1; i < catalogue->profile_count; i++) {
		const struct policy_profile *first = &catalogue->profiles[i - 1];
		const struct policy_profile *again = &catalogue->profiles[i];
		if (!str_equal(first->id, again->id))
			continue;
		struct value at = {.origin = again->origin};
		loader->problems.file = again->file;
		problem_at(&loader->problems, &at, "give one of them another id",
			"there are two profiles with the id `%.*s`; the other is in %.*s:%u",
			QUOTE(first->id), QUOTE(first->file), first->origin.line);
	}
}

static void read_profile(struct loader *loader, const struct catalogue_document *document)
{
	struct catalogue *catalogue = loader->catalogue;
	const struct value *root = document->root;
	load_begin(loader, document);
	check_globs(loader, root, "policies");
	check_globs(loader, root, "exclude");
	check_phases(loader, root);
	struct policy_profile *profile = &catalogue->profiles[catalogue->profile_count++];
	*profile = (struct policy_profile){.id = form_text(root, "id"),
		.title = form_text(root, "title"),
		.description = form_text(root, "description"),
		.file = document->source->path,
		.origin = root->origin};
}

static void read_profiles(struct loader *loader)
{
	struct catalogue *catalogue = loader->catalogue;
	catalogue->profiles = ARENA_NEW_ARRAY(loader->arena, struct policy_profile, loader->count);
	for (size_t i = 0; i < loader->count; i++)
		if (loader->documents[i].kind == KIND_PROFILE)
			read_profile(loader, &loader->documents[i]);
	if (catalogue->profile_count > 0)
		qsort(catalogue->profiles, catalogue->profile_count, sizeof(*catalogue->profiles),
			by_id);
	check_unique(loader);
}

static const struct policy_profile *find_profile(struct loader *loader, struct str id)
{
	const struct catalogue *catalogue = loader->catalogue;
	for (size_t i = 0; i < catalogue->profile_count; i++)
		if (str_equal(catalogue->profiles[i].id, id))
			return &catalogue->profiles[i];
	return NULL;
}

static void unknown_profile(struct loader *loader, struct str id)
{
	struct nearest nearest = nearest_to(id);
	struct error err = {0};
	for (size_t i = 0; i < loader->catalogue->profile_count; i++)
		nearest_try(&nearest, loader->catalogue->profiles[i].id);
	loader->problems.file = STR("");
	ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN, "there is no profile `%.*s`", QUOTE(id));
	const char *remedy = problem_suggest(&loader->problems, nearest.word);
	if (remedy)
		error_set_remedy(&err, "%s", remedy);
	problem_tell(&loader->problems, &err);
}

void load_profiles(struct loader *loader)
{
	struct str id = loader->options->profile;
	bool chosen = id.len > 0;
	read_profiles(loader);
	const struct policy_profile *profile = find_profile(loader, chosen ? id : STR("default"));
	loader->catalogue->profile = profile;
	if (chosen && !profile)
		unknown_profile(loader, id);
	if (!profile)
		apply_all(loader);
	for (size_t i = 0; i < loader->count; i++) {
		const struct catalogue_document *document = &loader->documents[i];
		if (document->kind != KIND_PROFILE)
			continue;
		bool in_force = profile && str_equal(form_text(document->root, "id"), profile->id);
		load_begin(loader, document);
		check_parameters(loader, document->root, in_force);
		if (in_force)
			apply_profile(loader, document->root);
	}
}
