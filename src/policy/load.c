/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/load.h"

#include "base/guard.h"
#include "base/limits.h"

#include <stdlib.h>

static void add_document(
	struct loader *loader, const struct policy_source *source, const struct value *read)
{
	if (loader->count == loader->capacity)
		loader->documents = arena_grow(loader->arena, loader->documents, loader->count,
			&loader->capacity, sizeof(*loader->documents));
	struct value *root = ARENA_NEW(loader->arena, struct value);
	*root = *read;
	struct catalogue_document *document = &loader->documents[loader->count++];
	*document = (struct catalogue_document){.source = source, .root = root};
	document->valid = form_check(&loader->problems, root, &document->kind);
}

static void read_source(struct loader *loader, const struct policy_source *source)
{
	struct value root;
	loader->problems.file = source->path;
	loader->problems.text = source->text;
	documents_init(
		&loader->reading, source->text, source->path, DOCUMENT_DETECT, DOCUMENT_KUBERNETES);
	while (!loader->full) {
		struct error err = {0};
		int more = documents_next(&loader->reading, loader->arena, &root, &err);
		if (more == 0)
			break;
		if (more > 0)
			add_document(loader, source, &root);
		else
			problem_tell(&loader->problems, &err);
		load_limit(loader, loader->count, LIMIT_CATALOGUE_DOCUMENTS, "documents");
		loader->full = loader->count > LIMIT_CATALOGUE_DOCUMENTS;
	}
	documents_release(&loader->reading);
}

void load_begin(struct loader *loader, const struct catalogue_document *document)
{
	loader->problems.file = document->source->path;
	loader->problems.text = document->source->text;
}

void load_limit(struct loader *loader, size_t count, size_t limit, const char *what)
{
	struct error err = {0};
	if (count <= limit)
		return;
	loader->problems.file = STR("");
	ERROR_SET(&err, ERROR_LIMIT, NO_ORIGIN, "a catalogue has at most %zu %s, not %zu", limit,
		what, count);
	problem_tell(&loader->problems, &err);
}

void load_documents(struct loader *loader)
{
	for (size_t i = 0; i < loader->source_count && !loader->full; i++)
		read_source(loader, &loader->sources[i]);
	loader->catalogue->documents = loader->documents;
	loader->catalogue->document_count = loader->count;
}

static int by_id(const void *a, const void *b)
{
	const struct policy_entry *left = a, *right = b;
	int order = str_compare(left->policy.id, right->policy.id);
	bool later = left->document > right->document;
	return order != 0 ? order : later - !later;
}

static void check_unique(struct loader *loader)
{
	struct catalogue *catalogue = loader->catalogue;
	for (size_t i = 1; i < catalogue->entry_count; i++) {
		const struct policy *first = &catalogue->entries[i - 1].policy;
		const struct policy *again = &catalogue->entries[i].policy;
		if (again->id.len == 0 || !str_equal(first->id, again->id))
			continue;
		load_begin(loader, catalogue->entries[i].document);
		const struct value *root = catalogue->entries[i].document->root;
		problem_at(&loader->problems, form_get(root, "id"), "give one of them another id",
			"there are two policies with the id `%.*s`; the first is in %.*s:%u",
			QUOTE(first->id), QUOTE(first->file), first->origin.line);
	}
}

void load_policies(struct loader *loader)
{
	struct catalogue *catalogue = loader->catalogue;
	size_t count = 0;
	for (size_t i = 0; i < loader->count; i++)
		count += loader->documents[i].kind == KIND_POLICY;
	load_limit(loader, count, LIMIT_CATALOGUE_POLICIES, "policies");
	loader->full = count > LIMIT_CATALOGUE_POLICIES;
	if (loader->full)
		return;
	catalogue->entries = ARENA_NEW_ARRAY(loader->arena, struct policy_entry, count);
	for (size_t i = 0; i < loader->count; i++) {
		if (loader->documents[i].kind != KIND_POLICY)
			continue;
		struct policy_entry *entry = &catalogue->entries[catalogue->entry_count];
		entry->document = &loader->documents[i];
		load_begin(loader, entry->document);
		load_policy(loader, entry);
		catalogue->entry_count++;
	}
	if (catalogue->entry_count > 0)
		qsort(catalogue->entries, catalogue->entry_count, sizeof(*catalogue->entries),
			by_id);
	check_unique(loader);
}

static struct kind_index *index_of(struct loader *loader, const struct policy_subject_kind *kind)
{
	struct catalogue *catalogue = loader->catalogue;
	for (size_t i = 0; i < catalogue->kind_count; i++)
		if (catalogue->kinds[i].kind == kind)
			return &catalogue->kinds[i];
	struct kind_index *index = &catalogue->kinds[catalogue->kind_count++];
	index->kind = kind;
	return index;
}

static void index_entry(struct loader *loader, struct policy_entry *entry)
{
	struct catalogue *catalogue = loader->catalogue;
	struct kind_index *index = index_of(loader, entry->policy.subject);
	if (!index->entries)
		index->entries = ARENA_NEW_ARRAY(
			loader->arena, const struct policy_entry *, catalogue->entry_count);
	index->entries[index->count++] = entry;
	entry->number = (uint32_t)catalogue->in_force_count;
	catalogue->in_force[catalogue->in_force_count++] = &entry->policy;
	if (entry->policy.slots > catalogue->slots)
		catalogue->slots = entry->policy.slots;
}

static void build_index(struct loader *loader)
{
	struct catalogue *catalogue = loader->catalogue;
	size_t count = catalogue->entry_count;
	catalogue->in_force = ARENA_NEW_ARRAY(loader->arena, const struct policy *, count);
	catalogue->kinds = ARENA_NEW_ARRAY(loader->arena, struct kind_index, count);
	for (size_t i = 0; i < count; i++)
		if (catalogue->entries[i].in_force)
			index_entry(loader, &catalogue->entries[i]);
}

void load_one(struct loader *loader, const struct catalogue_document *document,
	const struct value *parameters, enum policy_phase phase)
{
	struct catalogue *catalogue = ARENA_NEW(loader->arena, struct catalogue);
	struct policy_entry *entry = ARENA_NEW(loader->arena, struct policy_entry);
	loader->catalogue = catalogue;
	catalogue->options = loader->options;
	catalogue->entries = entry;
	catalogue->entry_count = 1;
	entry->document = document;
	entry->in_force = true;
	entry->phase = phase;
	load_begin(loader, document);
	load_policy(loader, entry);
	if (parameters && entry->parameter_type)
		load_parameters(loader, entry, parameters);
	if (loader->problems.errors == 0)
		build_index(loader);
}

/* The policies that tests are of must be there. */
static void check_tests(struct loader *loader)
{
	for (size_t i = 0; i < loader->count; i++) {
		const struct catalogue_document *document = &loader->documents[i];
		const struct value *policy = form_get(document->root, "policy");
		if (document->kind != KIND_TEST || !value_is(policy, VALUE_STRING))
			continue;
		load_begin(loader, document);
		load_check_glob(loader, policy);
	}
}

static void load_all(struct loader *loader)
{
	struct catalogue_options *options = ARENA_NEW(loader->arena, struct catalogue_options);
	*options = *loader->options;
	loader->catalogue = ARENA_NEW(loader->arena, struct catalogue);
	loader->options = loader->catalogue->options = options;
	load_documents(loader);
	if (!loader->full)
		load_policies(loader);
	if (loader->full)
		return;
	load_profiles(loader);
	load_rollouts(loader);
	load_waivers(loader);
	load_contexts(loader);
	check_tests(loader);
	if (loader->problems.errors > 0)
		return;
	build_index(loader);
	load_digest(loader);
}

static bool load_guarded(struct loader *loader)
{
	struct guard outer;
	volatile bool complete = false;
	guard_save(loader->arena, &outer);
	if (!ARENA_LIMIT_REACHED(loader->arena)) {
		load_all(loader);
		complete = true;
	}
	guard_restore(loader->arena, &outer);
	return complete;
}

const struct catalogue *catalogue_load(struct arena *arena, const struct policy_source *sources,
	size_t count, const struct policy_schema *const *schemas,
	const struct catalogue_options *options, catalogue_problem *problem, void *context)
{
	struct loader loader = {.arena = arena,
		.sources = sources,
		.source_count = count,
		.schemas = schemas,
		.options = options,
		.problems = {.arena = arena, .report = problem, .context = context}};
	if (!load_guarded(&loader)) {
		struct error err = {0};
		documents_release(&loader.reading);
		ERROR_SET(&err, ERROR_LIMIT, NO_ORIGIN,
			"the policies take more memory than a catalogue may");
		problem_tell(&loader.problems, &err);
	}
	return loader.problems.errors == 0 ? loader.catalogue : NULL;
}
