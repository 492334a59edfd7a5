/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/scope.h"

/* The layer and the kind of subject a policy names; false when there is no such. */
static bool find_schema(struct scope *scope)
{
	const struct value *layer = form_get(scope->root, "layer");
	const struct policy_schema *const *schema = scope->loader->schemas;
	if (!value_is(layer, VALUE_STRING))
		return false;
	while (*schema && !str_equal(str_from((*schema)->layer), value_str(layer)))
		schema++;
	scope->policy->schema = *schema;
	if (*schema)
		return true;
	if (scope->entry->document->valid)
		scope_problem(scope, layer, NULL, "nothing here brings facts of the layer `%.*s`",
			QUOTE(value_str(layer)));
	return false;
}

static void unknown_subject(struct scope *scope, const struct value *subject)
{
	const struct policy_schema *schema = scope->policy->schema;
	struct nearest nearest = nearest_to(value_str(subject));
	for (const struct policy_subject_kind *kind = schema->kinds; kind->name; kind++)
		nearest_try(&nearest, str_from(kind->name));
	scope_problem(scope, subject, problem_suggest(&scope->loader->problems, nearest.word),
		"the layer %s has no subjects of kind `%.*s`", schema->layer,
		QUOTE(value_str(subject)));
}

static bool find_subject(struct scope *scope)
{
	const struct value *subject = form_get(scope->root, "subject");
	if (!find_schema(scope) || !value_is(subject, VALUE_STRING))
		return false;
	const struct policy_subject_kind *kind = scope->policy->schema->kinds;
	while (kind->name && !str_equal(str_from(kind->name), value_str(subject)))
		kind++;
	scope->policy->subject = kind->name ? kind : NULL;
	if (!kind->name)
		unknown_subject(scope, subject);
	return kind->name != NULL;
}

/* The environment of a language, without variables: its functions are read once. */
static const struct cel_env *language_env(struct loader *loader, bool kubernetes)
{
	const struct cel_env **env = &loader->languages[kubernetes];
	if (*env)
		return *env;
	struct cel_options *options = ARENA_NEW(loader->arena, struct cel_options);
	*options = (struct cel_options){
		.profile = kubernetes ? CEL_PROFILE_KUBERNETES : CEL_PROFILE_NATIVE,
		.kubernetes_minor = loader->options->kubernetes_minor,
		.load_zone = loader->options->load_zone,
		.zone_context = loader->options->zone_context,
	};
	*env = cel_env_new(loader->arena, options);
	return *env;
}

static const struct cel_env *kind_env(struct loader *loader, const struct policy *policy)
{
	for (size_t i = 0; i < loader->env_count; i++) {
		const struct kind_env *known = &loader->envs[i];
		if (known->kind == policy->subject && known->kubernetes == policy->kubernetes)
			return known->env;
	}
	struct cel_env *env =
		cel_env_extend(loader->arena, language_env(loader, policy->kubernetes));
	for (const struct policy_root *root = policy->subject->roots; root->name; root++)
		cel_env_declare(env, str_from(root->name), root->type);
	if (loader->env_count == loader->env_capacity)
		loader->envs = arena_grow(loader->arena, loader->envs, loader->env_count,
			&loader->env_capacity, sizeof(*loader->envs));
	loader->envs[loader->env_count++] =
		(struct kind_env){policy->subject, policy->kubernetes, env};
	return env;
}

static void load_words(struct scope *scope)
{
	static const char *const languages[] = {"native", "kubernetes", NULL};
	static const char *const excerpts[] = {"shown", "hidden", NULL};
	struct policy *policy = scope->policy;
	const struct value *root = scope->root, *remediation = form_get(root, "remediation");
	policy->id = form_text(root, "id");
	policy->title = form_text(root, "title");
	policy->description = form_text(root, "description");
	policy->owner = (enum policy_owner)form_word(root, "owner", form_owners, OWNER_SHARED);
	policy->risk = (enum policy_risk)form_word(root, "risk", form_risks, RISK_CRITICAL);
	policy->kubernetes = form_word(root, "language", languages, 0) == 1;
	policy->hides_excerpt = form_word(root, "excerpt", excerpts, 0) == 1;
	policy->message = form_text(root, "message");
	policy->remedy = form_text(remediation, "text");
	policy->file = scope->entry->document->source->path;
	policy->origin = root->origin;
}

static const struct value *patch_of(const struct scope *scope)
{
	return form_get(form_get(scope->root, "remediation"), "patch");
}

static void load_patch(struct scope *scope)
{
	const struct value *patch = patch_of(scope);
	const struct value *value = form_get(patch, "value");
	const struct value *expression = form_get(patch, "valueExpression");
	if (!patch)
		return;
	struct str operation = form_text(patch, "op");
	bool removes = str_equal(operation, STR("remove"));
	if (!removes && !value == !expression)
		scope_problem(scope, patch, "write the `value` to be written, or its expression",
			"a patch that adds or replaces has either `value` or `valueExpression`");
	if (removes && (value || expression))
		scope_problem(scope, value ? value : expression, "remove it",
			"a patch that removes has no value");
	scope->policy->patch.operation = operation;
	scope->policy->patch.value = value ? *value : value_null();
}

static uint32_t count_controls(const struct value *mappings)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < mappings->count; i++)
		count += mappings->entries[i].value.count;
	return count;
}

static void load_mappings(struct scope *scope)
{
	const struct value *standards = form_get(scope->root, "mappings");
	if (!standards || !scope->entry->document->valid)
		return;
	uint32_t count = count_controls(standards);
	struct policy_mapping *mappings =
		ARENA_NEW_ARRAY(scope->loader->arena, struct policy_mapping, count);
	size_t next = 0;
	for (uint32_t i = 0; i < standards->count; i++) {
		const struct value_entry *entry = &standards->entries[i];
		for (uint32_t j = 0; j < entry->value.count; j++)
			mappings[next++] = (struct policy_mapping){
				value_str(&entry->key), value_str(&entry->value.items[j])};
	}
	scope->policy->mappings = mappings;
	scope->policy->mapping_count = count;
}

static void load_condition(struct scope *scope)
{
	struct policy *policy = scope->policy;
	const struct value *require = form_get(scope->root, "require");
	const struct value *forbid = form_get(scope->root, "forbid");
	policy->forbids = forbid != NULL;
	if (require && forbid)
		scope_problem(scope, forbid, "keep one of them",
			"a policy has either `require` or `forbid`, not both");
	if (!require && !forbid)
		scope_problem(scope, scope->root, "say what must hold, or what must not",
			"`Policy` lacks `require` or `forbid`");
	if (require)
		policy->condition = scope_compile(scope, require, CEL_TYPE_BOOL, "require");
	if (forbid)
		policy->condition = scope_compile(scope, forbid, CEL_TYPE_BOOL, "forbid");
}

static void load_message(struct scope *scope)
{
	const struct value *expression = form_get(scope->root, "messageExpression");
	scope->policy->message_expression =
		scope_compile(scope, expression, CEL_TYPE_STRING, "messageExpression");
	if (!expression && !form_get(scope->root, "message"))
		scope_problem(scope, scope->root, "say what is wrong, as one phrase",
			"`Policy` lacks `message` or `messageExpression`");
}

static void load_slots(struct scope *scope)
{
	struct policy *policy = scope->policy;
	policy->slots = cel_env_slots(scope->env);
	const struct cel_program **lazy =
		ARENA_NEW_ARRAY(scope->loader->arena, const struct cel_program *, policy->slots);
	for (size_t i = 0; i < policy->variable_count; i++)
		lazy[policy->variables[i].slot] = policy->variables[i].program;
	policy->lazy = lazy;
}

void load_policy(struct loader *loader, struct policy_entry *entry)
{
	struct scope scope = {.loader = loader,
		.entry = entry,
		.policy = &entry->policy,
		.root = entry->document->root,
		.valid = true};
	load_words(&scope);
	load_mappings(&scope);
	load_patch(&scope);
	if (!find_subject(&scope))
		return;
	scope.env = cel_env_extend(loader->arena, kind_env(loader, scope.policy));
	entry->env = scope.env;
	scope_load_parameters(&scope);
	scope_load_variables(&scope);
	scope.policy->match =
		scope_compile(&scope, form_get(scope.root, "match"), CEL_TYPE_BOOL, "match");
	scope_load_each(&scope);
	load_condition(&scope);
	load_message(&scope);
	scope.policy->patch.expression = scope_compile(&scope,
		form_get(patch_of(&scope), "valueExpression"), CEL_TYPE_DYN, "valueExpression");
	scope_load_at(&scope);
	load_slots(&scope);
}
