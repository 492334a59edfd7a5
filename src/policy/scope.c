/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/scope.h"

#include "base/limits.h"
#include "cel/parse.h"

static const char *wanted_text(enum cel_type_kind wanted)
{
	return wanted == CEL_TYPE_BOOL ? "a bool" : wanted == CEL_TYPE_LIST ? "a list" : "a string";
}

static bool check_type(struct scope *scope, const struct value *expression,
	const struct cel_type *type, enum cel_type_kind wanted, const char *field)
{
	char text[96];
	struct buf buf;
	bool any = wanted == CEL_TYPE_DYN || type->kind == CEL_TYPE_DYN;
	if (any || type->kind == wanted)
		return true;
	buf_init_fixed(&buf, text, sizeof(text));
	cel_type_print(type, &buf);
	bool optional = type->kind == CEL_TYPE_OPAQUE &&
			str_starts_with(buf_str(&buf), STR("optional_type"));
	scope_problem(scope, expression,
		optional ? "end it with .orValue(...) to say what holds when it is missing" : NULL,
		"`%s` must be %s, but its type is %.*s", field, wanted_text(wanted),
		STR_ARGS(buf_str(&buf)));
	return false;
}

void scope_bad_expression(struct scope *scope, const struct value *expression, struct error *err)
{
	struct problems *problems = &scope->loader->problems;
	size_t from = problem_offset(value_str(expression), err->origin);
	problem_locate(problems, expression, from, err->length, err);
	problem_tell(problems, err);
	scope->valid = false;
}

size_t scope_find_variable(const struct scope *scope, struct str name)
{
	size_t i = 0;
	while (i < scope->variable_count && !str_equal(scope->variables[i].name, name))
		i++;
	return i;
}

static void unknown_variable(
	struct scope *scope, const struct value *expression, const struct use *use)
{
	struct problems *problems = &scope->loader->problems;
	struct nearest nearest = nearest_to(use->field);
	struct error err = {0};
	for (size_t i = 0; i < scope->variable_count; i++)
		nearest_try(&nearest, scope->variables[i].name);
	ERROR_SET(&err, ERROR_POLICY, use->node->origin,
		"there is no variable `%.*s` in this policy", QUOTE(use->field));
	err.length = use->node->length;
	const char *remedy = problem_suggest(problems, nearest.word);
	if (remedy)
		error_set_remedy(&err, "%s", remedy);
	scope_bad_expression(scope, expression, &err);
}

const struct use *scope_variable_uses(struct scope *scope, const struct value *expression)
{
	struct arena *arena = scope->loader->arena;
	struct error err = {0};
	struct cel_ast ast;
	if (!value_is(expression, VALUE_STRING) ||
		str_find(value_str(expression), STR("variables"), 0) == SIZE_MAX ||
		cel_parse(scope->env, arena, value_str(expression), &ast, &err) != 0)
		return NULL;
	return uses_of(arena, &ast, STR("variables"));
}

/* Names under `variables` that do not exist, told with the nearest that does. */
static bool check_variables(struct scope *scope, const struct value *expression)
{
	bool valid = true;
	const struct use *use = scope_variable_uses(scope, expression);
	for (; use; use = use->next) {
		if (use->field.len == 0 ||
			scope_find_variable(scope, use->field) < scope->variable_count)
			continue;
		unknown_variable(scope, expression, use);
		valid = false;
	}
	return valid;
}

const struct cel_program *scope_compile(struct scope *scope, const struct value *expression,
	enum cel_type_kind wanted, const char *field)
{
	struct error err = {0};
	if (!value_is(expression, VALUE_STRING))
		return NULL;
	struct str text = value_str(expression);
	if (str_trim(text).len == 0)
		return NULL; /* its form has said so */
	if (!check_variables(scope, expression))
		return NULL;
	const struct cel_program *program =
		cel_compile(scope->env, scope->loader->arena, text, &err);
	if (!program) {
		scope_bad_expression(scope, expression, &err);
		return NULL;
	}
	return check_type(scope, expression, cel_program_type(program), wanted, field) ? program
										       : NULL;
}
