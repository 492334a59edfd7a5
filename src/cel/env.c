/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/env.h"

#include "cel/libraries.h"
#include "cel/names.h"
#include "cel/signature.h"

/* Functions of one name, linked by style and arity. */
struct function_entry {
	struct cel_function function;
	struct function_entry *next;
};

struct cel_env {
	struct arena *arena;
	struct cel_options options;
	struct cel_variable *variables;
	size_t variable_count, variable_capacity;
	struct names variable_names; /* items: index + 1 */
	struct names functions;      /* items: struct function_entry */
	struct names types;          /* items: struct cel_type, by their names as values */
	size_t longest_name;         /* most parts between dots */
	bool shared_functions;       /* with the environment this one extends */
};

bool cel_env_offers(const struct cel_env *env, uint16_t since)
{
	if (env->options.profile == CEL_PROFILE_NATIVE)
		return !(since & CEL_KUBERNETES_ONLY_BIT);
	return since != CEL_NATIVE_ONLY && (since & 0xFFu) <= env->options.kubernetes_minor;
}

static void measure_name(struct cel_env *env, struct str name)
{
	size_t parts = 1;
	for (size_t i = 0; i < name.len; i++)
		parts += name.data[i] == '.';
	if (parts > env->longest_name)
		env->longest_name = parts;
}

static void add_type(struct cel_env *env, const struct cel_type *type)
{
	measure_name(env, cel_type_name(type));
	void **item = names_put(&env->types, env->arena, cel_type_name(type));
	if (!*item)
		memcpy(item, &type, sizeof(type));
}

static void add_standard_types(struct cel_env *env)
{
	static const struct cel_type *const types[] = {&cel_type_null, &cel_type_bool,
		&cel_type_int, &cel_type_uint, &cel_type_double, &cel_type_string, &cel_type_bytes,
		&cel_type_timestamp, &cel_type_duration, &cel_type_list_dyn, &cel_type_map_dyn,
		&cel_type_type};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		add_type(env, types[i]);
}

static struct function_entry *find_entry(struct function_entry *entry, bool is_member, size_t arity)
{
	while (entry && (entry->function.is_member != is_member || entry->function.arity != arity))
		entry = entry->next;
	return entry;
}

static struct function_entry *new_entry(
	struct cel_env *env, struct str name, const struct cel_overload *overload)
{
	measure_name(env, name);
	void **item = names_put(&env->functions, env->arena, name);
	struct function_entry *entry = ARENA_NEW(env->arena, struct function_entry);
	entry->function = (struct cel_function){
		.name = name, .arity = overload->arity, .is_member = overload->is_member};
	entry->next = *item;
	*item = entry;
	return entry;
}

static void append(
	struct arena *arena, struct cel_function *function, const struct cel_overload *overload)
{
	const struct cel_overload **overloads =
		ARENA_NEW_ARRAY(arena, const struct cel_overload *, function->count + 1);
	for (size_t i = 0; i < function->count; i++)
		overloads[i] = function->overloads[i];
	overloads[function->count++] = overload;
	function->overloads = overloads;
}

static void add_overload(struct cel_env *env, struct str name, struct cel_overload *overload)
{
	struct function_entry *entry =
		find_entry(names_get(&env->functions, name), overload->is_member, overload->arity);
	if (!entry)
		entry = new_entry(env, name, overload);
	append(env->arena, &entry->function, overload);
	for (size_t i = 0; i < overload->arity; i++)
		if (overload->params[i]->kind == CEL_TYPE_OPAQUE)
			add_type(env, overload->params[i]);
	if (overload->result->kind == CEL_TYPE_OPAQUE)
		add_type(env, overload->result);
}

static int add_row(struct cel_env *env, const struct cel_overload_row *row)
{
	struct cel_overload *overload = ARENA_NEW(env->arena, struct cel_overload);
	struct str name;
	if (signature_read(env->arena, row, overload, &name) < 0)
		return -1;
	add_overload(env, name, overload);
	return 0;
}

/* A malformed row is left out here, and a unit test looks for it. */
static void add_library(struct cel_env *env, const struct cel_library *library)
{
	for (size_t i = 0; i < library->count; i++)
		if (cel_env_offers(env, library->rows[i].since))
			(void)add_row(env, &library->rows[i]);
}

struct cel_env *cel_env_new(struct arena *arena, const struct cel_options *options)
{
	struct cel_env *env = ARENA_NEW(arena, struct cel_env);
	env->arena = arena;
	env->options = *options;
	add_standard_types(env);
	for (const struct cel_library *const *library = cel_libraries; *library; library++)
		add_library(env, *library);
	return env;
}

struct cel_env *cel_env_extend(struct arena *arena, const struct cel_env *env)
{
	struct cel_env *copy = ARENA_NEW(arena, struct cel_env);
	*copy = *env;
	copy->arena = arena;
	copy->variables = ARENA_NEW_ARRAY(arena, struct cel_variable, env->variable_capacity);
	if (env->variable_count > 0)
		memcpy(copy->variables, env->variables,
			env->variable_count * sizeof(env->variables[0]));
	copy->variable_names = names_copy(&env->variable_names, arena);
	copy->shared_functions = true;
	return copy;
}

/* Declarations must not be seen by the environment that this one was extended from. */
static void own_functions(struct cel_env *env)
{
	if (!env->shared_functions)
		return;
	env->types = names_copy(&env->types, env->arena);
	env->functions = names_copy(&env->functions, env->arena);
	for (size_t i = 0; i < env->functions.capacity; i++) {
		struct function_entry *entry = env->functions.slots[i].item, *copy = NULL;
		for (; entry; entry = entry->next) {
			struct function_entry *head = ARENA_NEW(env->arena, struct function_entry);
			head->function = entry->function;
			head->next = copy;
			copy = head;
		}
		env->functions.slots[i].item = copy;
	}
	env->shared_functions = false;
}

int cel_env_declare_overload(
	struct cel_env *env, const struct cel_overload_row *row, struct error *err)
{
	own_functions(env);
	if (add_row(env, row) < 0)
		return ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
			"the signature of overload %s is malformed: %s", row->id, row->signature);
	return 0;
}

uint32_t cel_env_declare(struct cel_env *env, struct str name, const struct cel_type *type)
{
	if (env->variable_count == env->variable_capacity)
		env->variables = arena_grow(env->arena, env->variables, env->variable_count,
			&env->variable_capacity, sizeof(env->variables[0]));
	measure_name(env, name);
	uint32_t slot = (uint32_t)env->variable_count++;
	env->variables[slot] = (struct cel_variable){.name = name, .type = type, .slot = slot};
	*names_put(&env->variable_names, env->arena, name) = (void *)((uintptr_t)slot + 1);
	return slot;
}

uint32_t cel_env_slots(const struct cel_env *env)
{
	return (uint32_t)env->variable_count;
}

const struct cel_variable *cel_env_variable(const struct cel_env *env, struct str name)
{
	uintptr_t item = (uintptr_t)names_get(&env->variable_names, name);
	return item > 0 ? &env->variables[item - 1] : NULL;
}

const struct cel_variable *cel_env_variables(const struct cel_env *env)
{
	return env->variables;
}

size_t cel_env_longest_name(const struct cel_env *env)
{
	return env->longest_name;
}

const struct cel_type *cel_env_type(const struct cel_env *env, struct str name)
{
	return names_get(&env->types, name);
}

const struct cel_options *cel_env_options(const struct cel_env *env)
{
	return &env->options;
}

const struct cel_function *cel_env_function(
	const struct cel_env *env, struct str name, bool is_member, size_t arity)
{
	struct function_entry *entry =
		find_entry(names_get(&env->functions, name), is_member, arity);
	return entry ? &entry->function : NULL;
}

const struct cel_function *cel_env_any_function(
	const struct cel_env *env, struct str name, bool is_member)
{
	struct function_entry *entry = names_get(&env->functions, name);
	while (entry && entry->function.is_member != is_member)
		entry = entry->next;
	return entry ? &entry->function : NULL;
}

void cel_env_each_function(const struct cel_env *env, bool is_member,
	void (*each)(void *context, struct str name), void *context)
{
	for (size_t i = 0; i < env->functions.capacity; i++) {
		struct str name = env->functions.slots[i].name;
		if (name.data && cel_env_any_function(env, name, is_member))
			each(context, name);
	}
}

struct cel_candidates cel_env_candidates(const struct cel_env *env, struct str name, bool absolute)
{
	struct str container = absolute ? (struct str){NULL, 0} : env->options.container;
	return (struct cel_candidates){.container = container, .name = name};
}

bool cel_candidates_next(
	struct cel_candidates *candidates, struct arena *arena, struct str *ret_name)
{
	if (candidates->done)
		return false;
	struct str container = candidates->container;
	candidates->done = container.len == 0;
	*ret_name = candidates->name;
	if (candidates->done)
		return true;
	*ret_name = str_format(arena, "%.*s.%.*s", (int)container.len, container.data,
		(int)candidates->name.len, candidates->name.data);
	size_t dot = container.len;
	while (dot > 0 && container.data[dot - 1] != '.')
		dot--;
	candidates->container = str_slice(container, 0, dot > 0 ? dot - 1 : 0);
	return true;
}
