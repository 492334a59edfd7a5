/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/source.h"

#include "base/limits.h"
#include "data/document.h"
#include "data/map.h"
#include "layers/context/effective.h"
#include "layers/context/schema.h"

struct source {
	struct layer_input input;
	bool done;
};

void *context_open(struct arena *arena, const struct layer_input *input)
{
	struct source *source = ARENA_NEW(arena, struct source);
	source->input = *input;
	return source;
}

static struct str workload_name(const struct value *config)
{
	const struct value *name = map_get_str(config, STR("hostname"));
	return value_is(name, VALUE_STRING) ? value_str(name) : STR("");
}

int context_subject(struct arena *arena, const struct context *context, const struct value *config,
	struct str file, struct str text, struct subject *ret_subject, struct error *err)
{
	struct value *roots = ARENA_NEW_ARRAY(arena, struct value, CONTEXT_ROOTS);
	if (effective_make(arena, config, context, &roots[ROOT_EFFECTIVE], err) < 0)
		return -1;
	roots[ROOT_CONFIG] = *config;
	roots[ROOT_CONTEXT] = context->facts;
	*ret_subject = (struct subject){
		.schema = &context_schema,
		.kind = context_start,
		.file = file,
		.text = text,
		.origin = config->origin,
		.api_version = STR("oci"),
		.object_kind = STR("Start"),
		.namespace = context->policy ? context->policy->id : STR("default"),
		.name = workload_name(config),
		.root = *config,
		.roots = roots,
	};
	return 1;
}

static struct str join(struct arena *arena, const struct value *texts)
{
	struct buf list;
	buf_init_arena(&list, arena, 64);
	for (uint32_t i = 0; i < texts->count; i++) {
		buf_put(&list, i > 0 ? STR(",") : STR(""));
		buf_put(&list, value_str(&texts->items[i]));
	}
	return buf_str(&list);
}

/* The context to compare with, and the configuration of the document. */
static int find_context(struct arena *arena, const struct source *source,
	const struct value **config, const struct context **ret_context, struct error *err)
{
	const struct value *grants = map_get_str(*config, STR("grants"));
	struct policy_context *policy = NULL;
	*ret_context = source->input.scope;
	if (*ret_context)
		return 0;
	if (value_is(grants, VALUE_LIST) && map_get_str(*config, STR("config"))) {
		policy = ARENA_NEW(arena, struct policy_context);
		*config = map_get_str(*config, STR("config"));
		struct str list = join(arena, grants);
		if (context_parse(arena, STR("test"), list, policy, err) < 0)
			return -1;
	}
	struct context *made = ARENA_NEW(arena, struct context);
	*ret_context = made;
	return context_make(arena, policy, 0, made, err);
}

static int read_document(struct arena *arena, const struct layer_input *input,
	const struct value **ret_document, struct error *err)
{
	struct documents documents;
	struct value *document = ARENA_NEW(arena, struct value);
	*ret_document = input->root ? input->root : document;
	if (input->root)
		return 1;
	documents_init(&documents, input->text, input->file, DOCUMENT_JSON, DOCUMENT_CEL);
	int found = documents_next(&documents, arena, document, err);
	documents_release(&documents);
	return found;
}

int context_next(void *state, struct arena *arena, struct subject *ret_subject, struct error *err)
{
	struct source *source = state;
	const struct layer_input *input = &source->input;
	const struct context *context;
	const struct value *config;
	if (source->done)
		return 0;
	source->done = true;
	int found = read_document(arena, input, &config, err);
	if (found > 0 && find_context(arena, source, &config, &context, err) < 0)
		found = -1;
	if (found > 0)
		found = context_subject(
			arena, context, config, input->file, input->text, ret_subject, err);
	if (found < 0)
		error_set_file(err, input->file);
	return found;
}
