/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/context.h"
#include "policy/date.h"
#include "policy/load.h"

#include <stdlib.h>

/* The opt-in of that name, of whichever layer knows it. */
static const struct policy_opt_in *find_opt_in(
	const struct loader *loader, struct str name, struct nearest *nearest)
{
	const struct policy_schema *const *schema = loader->schemas;
	for (; *schema; schema++) {
		const struct policy_opt_in *opt_in = (*schema)->opt_ins;
		for (; opt_in && opt_in->name; opt_in++) {
			if (str_equal(name, str_from(opt_in->name)))
				return opt_in;
			nearest_try(nearest, str_from(opt_in->name));
		}
	}
	return NULL;
}

static void check_value(
	struct loader *loader, const struct value *item, const struct policy_opt_in *opt_in)
{
	const struct value *value = form_get(item, "value");
	if (value && !opt_in->value)
		problem_at(
			&loader->problems, value, "remove it", "`%s` takes no value", opt_in->name);
	if (!value && opt_in->value)
		problem_at(&loader->problems, item, "add it as `value`", "`%s` needs a value: %s",
			opt_in->name, opt_in->value);
}

static struct policy_grant read_grant(struct loader *loader, const struct value *item)
{
	struct policy_grant grant = {.value = form_text(item, "value"),
		.reason = form_text(item, "reason"),
		.owner = form_text(item, "owner"),
		.origin = item->origin};
	const struct value *allow = form_get(item, "allow");
	(void)date_parse_end(form_text(item, "expires"), &grant.expires_s);
	if (!value_is(allow, VALUE_STRING))
		return grant;
	struct nearest nearest = nearest_to(value_str(allow));
	grant.opt_in = find_opt_in(loader, value_str(allow), &nearest);
	if (grant.opt_in)
		check_value(loader, item, grant.opt_in);
	else
		problem_at(&loader->problems, allow,
			problem_suggest(&loader->problems, nearest.word),
			"there is no opt-in `%.*s`", QUOTE(value_str(allow)));
	return grant;
}

static void read_grants(
	struct loader *loader, const struct value *root, struct policy_context *context)
{
	const struct value *list = form_get(root, "optIns");
	if (!value_is(list, VALUE_LIST))
		return;
	struct policy_grant *grants =
		ARENA_NEW_ARRAY(loader->arena, struct policy_grant, list->count);
	for (uint32_t i = 0; i < list->count; i++)
		grants[i] = read_grant(loader, &list->items[i]);
	context->grants = grants;
	context->grant_count = list->count;
}

static void read_context(struct loader *loader, const struct catalogue_document *document,
	struct policy_context *context)
{
	const struct value *root = document->root;
	load_begin(loader, document);
	load_check_unique(loader, document);
	*context = (struct policy_context){.id = form_text(root, "id"),
		.title = form_text(root, "title"),
		.description = form_text(root, "description"),
		.document = root,
		.file = document->source->path,
		.origin = root->origin};
	read_grants(loader, root, context);
}

static int by_id(const void *a, const void *b)
{
	const struct policy_context *left = a, *right = b;
	return str_compare(left->id, right->id);
}

void load_contexts(struct loader *loader)
{
	struct catalogue *catalogue = loader->catalogue;
	size_t count = load_count(loader, KIND_CONTEXT);
	catalogue->contexts = ARENA_NEW_ARRAY(loader->arena, struct policy_context, count);
	for (size_t i = 0; i < loader->count; i++)
		if (loader->documents[i].kind == KIND_CONTEXT)
			read_context(loader, &loader->documents[i],
				&catalogue->contexts[catalogue->context_count++]);
	if (count > 0)
		qsort(catalogue->contexts, count, sizeof(*catalogue->contexts), by_id);
}

size_t catalogue_context_count(const struct catalogue *catalogue)
{
	return catalogue->context_count;
}

const struct policy_context *catalogue_context_at(const struct catalogue *catalogue, size_t index)
{
	return &catalogue->contexts[index];
}

const struct policy_context *catalogue_context(
	const struct catalogue *catalogue, struct str id, struct str *ret_nearest)
{
	struct nearest nearest = nearest_to(id);
	for (size_t i = 0; i < catalogue->context_count; i++) {
		if (str_equal(catalogue->contexts[i].id, id))
			return &catalogue->contexts[i];
		nearest_try(&nearest, catalogue->contexts[i].id);
	}
	*ret_nearest = nearest.word;
	return NULL;
}
