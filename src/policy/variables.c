/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "cel/env.h"
#include "policy/scope.h"

/* Which variable uses which: bit j of uses[i] when i names j. */
struct graph {
	uint64_t uses[LIMIT_POLICY_VARIABLES];
	const struct use *found[LIMIT_POLICY_VARIABLES];
	uint64_t seen;
	size_t way[LIMIT_POLICY_VARIABLES]; /* the variables on the way being searched */
	size_t length;
};

_Static_assert(LIMIT_POLICY_VARIABLES <= 64, "one bit each");

static const struct value *field_of(const struct scope *scope, size_t i, const char *field)
{
	return form_get(&form_get(scope->root, "variables")->items[i], field);
}

static void read_uses(struct scope *scope, struct graph *graph, size_t i)
{
	graph->found[i] = scope_variable_uses(scope, field_of(scope, i, "expression"));
	for (const struct use *use = graph->found[i]; use; use = use->next) {
		size_t used = scope_find_variable(scope, use->field);
		graph->uses[i] |= used < scope->variable_count ? UINT64_C(1) << used : 0;
	}
}

/* Whether a leads to b; then graph->way says how. No deeper than there are variables. */
static bool find_way(struct graph *graph, size_t a, size_t b)
{
	graph->seen |= UINT64_C(1) << a;
	graph->way[graph->length++] = a;
	if (graph->uses[a] >> b & 1)
		return true;
	for (size_t i = 0; i < LIMIT_POLICY_VARIABLES; i++) {
		bool open = graph->uses[a] >> i & 1 && !(graph->seen >> i & 1);
		if (open && find_way(graph, i, b))
			return true;
	}
	graph->length--;
	return false;
}

static void print_way(const struct scope *scope, const struct graph *graph, struct buf *buf)
{
	for (size_t i = 0; i <= graph->length; i++) {
		size_t at = graph->way[i < graph->length ? i : 0];
		buf_put(buf, i > 0 ? STR(" -> ") : STR(""));
		buf_put(buf, scope->variables[at].name);
	}
}

/* The lowest variable of a cycle has told of it. */
static bool is_told(const struct graph *graph, size_t i)
{
	for (size_t step = 0; step < graph->length; step++)
		if (graph->way[step] < i)
			return true;
	return false;
}

/* Tell why variable i cannot use variable `used`, which is not above it. */
static void tell_order(
	struct scope *scope, struct graph *graph, size_t i, const struct use *use, size_t used)
{
	struct error err = {0};
	char way[ERROR_MESSAGE_BYTES / 2];
	struct buf buf;
	struct str name = scope->variables[i].name, later = scope->variables[used].name;
	buf_init_fixed(&buf, way, sizeof(way));
	graph->seen = 0;
	graph->length = 0;
	graph->way[graph->length++] = i;
	bool cycle = used == i || find_way(graph, used, i);
	scope->valid = false;
	if (cycle && is_told(graph, i))
		return;
	print_way(scope, graph, &buf);
	if (cycle)
		ERROR_SET(&err, ERROR_POLICY, use->node->origin, "variables form a cycle: %.*s",
			STR_ARGS(buf_str(&buf)));
	else
		ERROR_SET(&err, ERROR_POLICY, use->node->origin,
			"the variable `%.*s` uses `%.*s`, which is defined after it", QUOTE(name),
			QUOTE(later));
	if (cycle)
		error_set_remedy(&err, "let each variable use only those above it");
	else
		error_set_remedy(&err, "move `%.*s` above `%.*s`", QUOTE(later), QUOTE(name));
	err.length = use->node->length;
	scope_bad_expression(scope, field_of(scope, i, "expression"), &err);
}

static bool check_order(struct scope *scope, struct graph *graph, size_t i)
{
	bool valid = true;
	for (const struct use *use = graph->found[i]; use; use = use->next) {
		size_t used = scope_find_variable(scope, use->field);
		if (used < i || used == scope->variable_count)
			continue;
		tell_order(scope, graph, i, use, used);
		valid = false;
	}
	return valid;
}

static void check_unique(struct scope *scope, size_t i)
{
	struct str name = scope->variables[i].name;
	if (name.len > 0 && scope_find_variable(scope, name) < i)
		scope_problem(scope, field_of(scope, i, "name"), "give it another name",
			"there are two variables `%.*s`", QUOTE(name));
}

static void load_variable(struct scope *scope, struct graph *graph, size_t i)
{
	struct policy_binding *variable = &scope->variables[i];
	const struct cel_type *type = &cel_type_dyn;
	check_unique(scope, i);
	if (check_order(scope, graph, i))
		variable->program = scope_compile(
			scope, field_of(scope, i, "expression"), CEL_TYPE_DYN, "expression");
	if (variable->program)
		type = cel_program_type(variable->program);
	struct str name =
		str_format(scope->loader->arena, "variables.%.*s", STR_ARGS(variable->name));
	variable->slot = cel_env_declare(scope->env, name, type);
}

static size_t list_length(struct scope *scope, const char *field, size_t limit)
{
	const struct value *list = form_get(scope->root, field);
	if (!value_is(list, VALUE_LIST))
		return 0;
	for (uint32_t i = 0; i < list->count; i++)
		if (list->items[i].kind != VALUE_MAP)
			return 0;
	if (list->count <= limit)
		return list->count;
	scope_problem(scope, list, NULL, "`%s` has at most %zu entries", field, limit);
	return 0;
}

void scope_load_variables(struct scope *scope)
{
	struct arena *arena = scope->loader->arena;
	struct graph *graph = ARENA_NEW(arena, struct graph);
	size_t count = list_length(scope, "variables", LIMIT_POLICY_VARIABLES);
	scope->variables = ARENA_NEW_ARRAY(arena, struct policy_binding, count);
	for (size_t i = 0; i < count; i++)
		scope->variables[i].name =
			form_text(&form_get(scope->root, "variables")->items[i], "name");
	scope->variable_count = count;
	for (size_t i = 0; i < count; i++)
		read_uses(scope, graph, i);
	for (size_t i = 0; i < count; i++)
		load_variable(scope, graph, i);
	scope->policy->variables = scope->variables;
	scope->policy->variable_count = count;
}

static bool is_declared(const struct scope *scope, struct str name)
{
	return cel_env_variable(scope->env, name) != NULL;
}

static const struct cel_type *item_type(const struct cel_program *program)
{
	const struct cel_type *type = program ? cel_program_type(program) : &cel_type_dyn;
	return type->kind == CEL_TYPE_LIST ? type->parameters[0] : &cel_type_dyn;
}

static void load_step(struct scope *scope, const struct value *object, struct policy_binding *step,
	const struct cel_type **ret_type)
{
	step->name = form_text(object, "name");
	step->program =
		scope_compile(scope, form_get(object, "expression"), CEL_TYPE_LIST, "expression");
	*ret_type = item_type(step->program);
	if (!is_declared(scope, step->name))
		step->slot = cel_env_declare(scope->env, step->name, *ret_type);
	else if (step->name.len > 0)
		scope_problem(scope, form_get(object, "name"), "give it another name",
			"`%.*s` is already a name in this policy", QUOTE(step->name));
}

void scope_load_each(struct scope *scope)
{
	struct arena *arena = scope->loader->arena;
	size_t count = list_length(scope, "each", LIMIT_POLICY_EACH);
	struct policy_binding *each = ARENA_NEW_ARRAY(arena, struct policy_binding, count);
	const struct cel_type **types = ARENA_NEW_ARRAY(arena, const struct cel_type *, count);
	for (size_t i = 0; i < count; i++)
		load_step(scope, &form_get(scope->root, "each")->items[i], &each[i], &types[i]);
	scope->policy->each = each;
	scope->policy->each_count = count;
	scope->entry->each_types = types;
}
