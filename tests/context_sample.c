/* SPDX-License-Identifier: Apache-2.0 */
#include "context_sample.h"

#include "data/pointer.h"
#include "data/print.h"
#include "layers/context/schema.h"
#include "unit.h"

#define HEAD "apiVersion: gabion.dev/v1\nkind: Context\nid: sample\ntitle: T\n"

static void tell(void *context, const struct error *err, enum problem_level level)
{
	struct context_sample *sample = context;
	(void)level;
	buf_printf(&sample->told, "%u:%u: %s", err->origin.line, err->origin.column, err->message);
	buf_printf(&sample->told, err->remedy[0] ? "; %s\n" : "%s\n", err->remedy);
}

static const struct policy_context *load(struct context_sample *sample, const char *body)
{
	static const struct policy_schema *const schemas[] = {&context_schema, NULL};
	const struct catalogue_options options = {.kubernetes_minor = 30};
	struct policy_source *source = ARENA_NEW(&sample->arena, struct policy_source);
	*source = (struct policy_source){
		STR("c.yaml"), str_format(&sample->arena, HEAD "%s", body), false};
	const struct catalogue *catalogue =
		catalogue_load(&sample->arena, source, 1, schemas, &options, tell, sample);
	return catalogue ? catalogue_context_at(catalogue, 0) : NULL;
}

int context_sample_make(struct context_sample *sample, const char *body, int64_t now_s)
{
	struct error err = {0};
	arena_init(&sample->arena, 64 << 20);
	buf_init_fixed(&sample->told, sample->text, sizeof(sample->text));
	const struct policy_context *policy = body ? load(sample, body) : NULL;
	if (body && !policy)
		return -1;
	int made = context_make(&sample->arena, policy, now_s, &sample->context, &err);
	if (made < 0)
		tell(sample, &err, PROBLEM_ERROR);
	return made;
}

void context_sample_release(struct context_sample *sample)
{
	arena_release(&sample->arena);
}

struct str context_sample_at(struct context_sample *sample, const char *pointer)
{
	const struct value *found = pointer_find(&sample->context.config, str_from(pointer));
	struct buf text;
	buf_init_arena(&text, &sample->arena, 256);
	if (found)
		print_json(found, (struct print_style){0}, &text);
	return buf_str(&text);
}
