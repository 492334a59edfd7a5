/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/cluster/source.h"

#include "base/limits.h"
#include "data/document.h"
#include "data/map.h"
#include "layers/cluster/kinds.h"
#include "layers/cluster/shape.h"
#include "layers/cluster/view.h"

/* A list that is being unrolled. */
struct unrolled {
	const struct value *items;
	uint32_t count, next;
	struct str api_version, kind; /* of items that do not say; empty: they must */
};

struct source {
	struct layer_input input;
	struct documents documents;
	struct arena document_arena; /* a list outlives the subjects made of its items */
	struct value document;
	unsigned begun; /* how often input.root was asked for */
	struct unrolled lists[LIMIT_LIST_DEPTH];
	size_t depth;
};

static void release_documents(void *documents)
{
	documents_release(documents);
}

static void release_arena(void *arena)
{
	arena_release(arena);
}

void *cluster_open(struct arena *arena, const struct layer_input *input)
{
	struct source *source = ARENA_NEW(arena, struct source);
	source->input = *input;
	arena_init(&source->document_arena, LIMIT_SUBJECT_BYTES);
	arena_defer(arena, release_arena, &source->document_arena);
	documents_init(
		&source->documents, input->text, input->file, DOCUMENT_DETECT, DOCUMENT_KUBERNETES);
	arena_defer(arena, release_documents, &source->documents);
	return source;
}

/* What an object says it is. */
struct identity {
	struct str api_version, group, kind, name, namespace;
};

static int text_field(const struct value *map, const struct shape_path *path, const char *name,
	struct str *ret_text, struct error *err)
{
	const struct value *field;
	int found = shape_field(map, path, name, VALUE_STRING, &field, err);
	*ret_text = found > 0 ? value_str(field) : (struct str){"", 0};
	return found;
}

static struct str group_of(struct str api_version)
{
	size_t slash = str_find_char(api_version, '/');
	return slash == SIZE_MAX ? (struct str){"", 0} : str_slice(api_version, 0, slash);
}

static int identify(const struct value *object, const struct unrolled *list, struct identity *ret,
	struct error *err)
{
	const struct value *metadata;
	struct shape_path here = {NULL, "metadata", 0};
	if (object->kind != VALUE_MAP)
		return ERROR_SET(err, ERROR_INPUT, object->origin,
			"a Kubernetes object is a map, but this is %s", shape_kind_name(object));
	if (text_field(object, NULL, "apiVersion", &ret->api_version, err) < 0 ||
		text_field(object, NULL, "kind", &ret->kind, err) < 0 ||
		shape_field(object, NULL, "metadata", VALUE_MAP, &metadata, err) < 0)
		return -1;
	if (ret->kind.len == 0 && ret->api_version.len == 0 && list) {
		ret->kind = list->kind;
		ret->api_version = list->api_version;
	}
	ret->group = group_of(ret->api_version);
	ret->name = ret->namespace = (struct str){"", 0};
	if (!metadata)
		return 0;
	int named = text_field(metadata, &here, "name", &ret->name, err);
	if (named < 0 ||
		(named == 0 && text_field(metadata, &here, "generateName", &ret->name, err) < 0))
		return -1;
	return text_field(metadata, &here, "namespace", &ret->namespace, err) < 0 ? -1 : 0;
}

static int check_identity(const struct value *object, const struct identity *is, struct error *err)
{
	const char *missing = is->kind.len == 0 ? "kind" : "apiVersion";
	if (is->kind.len == 0 || is->api_version.len == 0) {
		ERROR_SET(err, ERROR_INPUT, object->origin,
			"%s is missing, so nothing says what this is", missing);
		error_set_remedy(err, "give every Kubernetes object an apiVersion and a kind");
		return -1;
	}
	/* Groups without a dot are Kubernetes' own; others may have kinds of the same name. */
	const struct cluster_kind *known = cluster_kind_named(is->kind);
	if (!known || cluster_kind_find(is->group, is->kind) ||
		str_find_char(is->group, '.') != SIZE_MAX)
		return 0;
	ERROR_SET(err, ERROR_INPUT, object->origin, "apiVersion %.*s has no kind %s",
		STR_ARGS(is->api_version), known->name);
	if (known->groups[0] == '\0')
		error_set_remedy(err, "write apiVersion: v1");
	else
		error_set_remedy(err, "write apiVersion: %.*s/v1", (int)strcspn(known->groups, " "),
			known->groups);
	return -1;
}

/* 1 and the items when the object is a list of objects, 0 when it is an object, -1 on error. */
static int find_items(const struct value *object, const struct identity *is,
	struct unrolled *ret_list, struct error *err)
{
	const struct value *items = map_get_str(object, STR("items"));
	bool plain = str_equal(is->kind, STR("List")) && is->group.len == 0;
	if (!plain && (is->kind.len <= 4 || !str_ends_with(is->kind, STR("List")) ||
			      !value_is(items, VALUE_LIST) || map_get_str(object, STR("spec"))))
		return 0;
	if (!items)
		return ERROR_SET(err, ERROR_INPUT, object->origin, "a List without items");
	*ret_list = (struct unrolled){.items = NULL};
	if (!plain) {
		ret_list->api_version = is->api_version;
		ret_list->kind = str_slice(is->kind, 0, is->kind.len - 4);
	}
	if (value_is(items, VALUE_NULL))
		return 1;
	if (shape_field(object, NULL, "items", VALUE_LIST, &items, err) < 0)
		return -1;
	ret_list->items = items->items;
	ret_list->count = items->count;
	return 1;
}

static int push_list(struct source *source, const struct value *object, const struct unrolled *list,
	struct error *err)
{
	if (source->depth == LIMIT_LIST_DEPTH)
		return ERROR_SET(err, ERROR_LIMIT, object->origin,
			"Lists within Lists, more than %d deep", LIMIT_LIST_DEPTH);
	source->lists[source->depth++] = *list;
	return 0;
}

/* Items of a typed list may leave out what the list has said; policies look for it. */
static struct value with_identity(
	struct arena *arena, const struct value *object, const struct identity *is)
{
	if (map_get_str(object, STR("kind")))
		return *object;
	struct value_entry *entries = map_entries_new(arena, object->count + 2u);
	entries[0] =
		(struct value_entry){value_ascii(STR("apiVersion")), value_string(is->api_version)};
	entries[1] = (struct value_entry){value_ascii(STR("kind")), value_string(is->kind)};
	entries[0].value.origin = entries[1].value.origin = object->origin;
	if (object->count > 0)
		memcpy(entries + 2, object->entries, object->count * sizeof(*entries));
	struct value map;
	struct error unique = {0}; /* cannot be filled: the object had neither */
	map_make(entries, object->count + 2u, &map, &unique);
	return value_at(map, object->origin);
}

static struct value version_of(const struct source *source, struct arena *arena)
{
	struct value_entry *entry = map_entries_new(arena, 1);
	entry->key = value_ascii(STR("minor"));
	entry->value = value_int(source->input.kubernetes_minor);
	struct value map;
	struct error unique = {0}; /* cannot be filled: there is one key */
	map_make(entry, 1, &map, &unique);
	return map;
}

static int make_subject(const struct source *source, struct arena *arena,
	const struct value *object, const struct identity *is, struct subject *ret,
	struct error *err)
{
	const struct cluster_kind *kind = cluster_kind_find(is->group, is->kind);
	struct value *roots = ARENA_NEW_ARRAY(arena, struct value, CLUSTER_ROOTS);
	struct value whole = with_identity(arena, object, is);
	roots[ROOT_KUBERNETES] = version_of(source, arena);
	roots[ROOT_OBJECT] = shape_without_nulls(arena, &whole);
	if (kind && kind->pod_path &&
		cluster_pod_view(arena, kind, &roots[ROOT_OBJECT], &roots[ROOT_POD], err) < 0)
		return -1;
	*ret = (struct subject){
		.schema = &cluster_schema,
		.kind = kind ? kind->subject : cluster_any_object,
		.file = source->input.file,
		.text = source->input.text,
		.origin = object->origin,
		.api_version = is->api_version,
		.object_kind = is->kind,
		.namespace = is->namespace,
		.name = is->name,
		.root = roots[ROOT_OBJECT],
		.roots = roots,
	};
	return 1;
}

/* Says which object could not be judged: a document's line alone is hard to find. */
static int name_object(const struct identity *is, struct error *err)
{
	if (is->kind.len > 0)
		error_set_remedy(err, "mend %.*s %.*s, which could not be judged",
			STR_ARGS(is->kind), STR_ARGS(is->name));
	return -1;
}

/*
 * Folders hold other files, too: values of charts, settings of tools. What names neither version
 * nor kind is refused by every API server, so passing it over lets nothing through.
 */
static bool is_foreign(const struct value *object)
{
	return object->kind != VALUE_MAP ||
	       (!map_get_str(object, STR("apiVersion")) && !map_get_str(object, STR("kind")));
}

/* 1: a subject; 0: it was a list, whose items come next; 2: not ours; -1: an error. */
static int take(struct source *source, struct arena *arena, const struct value *object,
	const struct unrolled *within, struct subject *ret_subject, struct error *err)
{
	struct identity is = {.name = {"", 0}};
	struct unrolled list;
	if (source->input.found && !within && is_foreign(object))
		return 2;
	if (identify(object, within, &is, err) < 0 || check_identity(object, &is, err) < 0)
		return name_object(&is, err);
	int items = find_items(object, &is, &list, err);
	if (items != 0)
		return items < 0 ? -1 : push_list(source, object, &list, err);
	if (make_subject(source, arena, object, &is, ret_subject, err) < 0)
		return name_object(&is, err);
	return 1;
}

/* The next object: an item of the innermost list, else a document. */
static int next_object(struct source *source, const struct value **ret_object,
	const struct unrolled **ret_within, struct error *err)
{
	for (; source->depth > 0; source->depth--) {
		struct unrolled *list = &source->lists[source->depth - 1];
		if (list->next == list->count)
			continue;
		*ret_object = &list->items[list->next++];
		*ret_within = list;
		return 1;
	}
	*ret_within = NULL;
	if (source->input.root) {
		*ret_object = source->input.root;
		return source->begun++ == 0;
	}
	arena_reset(&source->document_arena);
	*ret_object = &source->document;
	return documents_next(&source->documents, &source->document_arena, &source->document, err);
}

int cluster_next(void *state, struct arena *arena, struct subject *ret_subject, struct error *err)
{
	struct source *source = state;
	const struct value *object;
	const struct unrolled *within;
	int found, taken = 0;
	do {
		found = next_object(source, &object, &within, err);
		if (found > 0)
			taken = take(source, arena, object, within, ret_subject, err);
	} while (found > 0 && taken == 0);
	if (found > 0)
		found = taken;
	if (found < 0)
		error_set_file(err, source->input.file);
	return found;
}
