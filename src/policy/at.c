/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "base/number.h"
#include "cel/env.h"
#include "policy/scope.h"

/* A path being read: container.ports[0].`a-b` or labels["app"]. */
struct at_reader {
	struct scope *scope;
	const struct value *field; /* the whole path, for messages */
	struct str text;
	size_t next;
	const struct cel_type *type; /* of what has been read so far */
	struct value steps[POLICY_MAX_STEPS];
	size_t count;
};

static bool at_problem(
	struct at_reader *reader, size_t from, size_t to, const char *remedy, const char *message)
{
	struct loader *loader = reader->scope->loader;
	struct error err = {0};
	ERROR_SET(&err, ERROR_POLICY, NO_ORIGIN, "%s", message);
	if (remedy)
		error_set_remedy(&err, "%s", remedy);
	problem_locate(&loader->problems, reader->field, from, to - from, &err);
	problem_tell(&loader->problems, &err);
	reader->scope->valid = false;
	return false;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static struct str read_name(struct at_reader *reader)
{
	size_t start = reader->next;
	while (reader->next < reader->text.len && is_name_byte(reader->text.data[reader->next]))
		reader->next++;
	return str_slice(reader->text, start, reader->next);
}

/* What stands between the opening byte at `next` and the next closing byte; NULL data without. */
static struct str read_until(struct at_reader *reader, char closing)
{
	struct str rest = str_slice(reader->text, reader->next + 1, reader->text.len);
	size_t end = str_find_char(rest, closing);
	if (end == SIZE_MAX)
		return (struct str){NULL, 0};
	reader->next += end + 2;
	return str_slice(rest, 0, end);
}

/* ["key"], ['key'] or [0] */
static bool read_bracket(struct at_reader *reader, struct value *ret_step)
{
	struct str inside = read_until(reader, ']');
	int64_t index;
	bool quoted = inside.len >= 2 && (inside.data[0] == '"' || inside.data[0] == '\'') &&
		      inside.data[inside.len - 1] == inside.data[0];
	if (quoted)
		*ret_step = value_string(str_slice(inside, 1, inside.len - 1));
	else if (inside.data && number_parse_int(inside, &index) && index >= 0)
		*ret_step = value_int(index);
	else
		return false;
	return true;
}

static bool read_step(struct at_reader *reader, struct value *ret_step)
{
	char c = reader->text.data[reader->next];
	if (c == '[')
		return read_bracket(reader, ret_step);
	if (c != '.')
		return false;
	reader->next++;
	bool escaped = reader->next < reader->text.len && reader->text.data[reader->next] == '`';
	struct str name = escaped ? read_until(reader, '`') : read_name(reader);
	*ret_step = value_string(name);
	return name.len > 0;
}

static void unknown_field(struct at_reader *reader, struct str name, size_t start)
{
	struct problems *problems = &reader->scope->loader->problems;
	struct nearest nearest = nearest_to(name);
	const struct cel_field *field = reader->type->fields;
	for (; field && field->name; field++)
		nearest_try(&nearest, str_from(field->name));
	at_problem(reader, start, reader->next, problem_suggest(problems, nearest.word),
		str_format(problems->arena, "`at` leads to a field `%.*s` that does not exist",
			QUOTE(name))
			.data);
}

static const struct cel_type *field_type(struct at_reader *reader, struct str name, size_t start)
{
	const struct cel_field *field = reader->type->fields;
	while (field && field->name && !str_equal(str_from(field->name), name))
		field++;
	if (field && field->name)
		return field->type;
	if (reader->type->open)
		return &cel_type_dyn;
	unknown_field(reader, name, start);
	return NULL;
}

/* The type behind a step, or NULL when there can be nothing; then a problem has been told. */
static const struct cel_type *step_type(
	struct at_reader *reader, const struct value *step, size_t start)
{
	const struct cel_type *type = reader->type;
	bool index = step->kind == VALUE_INT;
	if (type->kind == CEL_TYPE_DYN)
		return type;
	if (type->kind == CEL_TYPE_STRUCT && !index)
		return field_type(reader, value_str(step), start);
	if (type->kind == CEL_TYPE_MAP && !index)
		return type->parameters[1];
	if (type->kind == CEL_TYPE_LIST && index)
		return type->parameters[0];
	at_problem(reader, start, reader->next, NULL,
		"`at` can never lead here: what stands before it has no such part");
	return NULL;
}

static bool read_steps(struct at_reader *reader)
{
	while (reader->next < reader->text.len) {
		size_t start = reader->next;
		struct value *step = &reader->steps[reader->count];
		if (reader->count == POLICY_MAX_STEPS)
			return at_problem(reader, start, reader->text.len, NULL,
				"`at` has more steps than a reason can follow");
		if (!read_step(reader, step))
			return at_problem(reader, start, reader->text.len,
				"write a.b, a[0], a[\"key\"] or a.`key`", "`at` is no path");
		reader->type = step_type(reader, step, start);
		if (!reader->type)
			return false;
		reader->count++;
	}
	return true;
}

/* Variables and parameters are no place in the facts. */
static bool is_place(const struct cel_variable *variable)
{
	return str_find_char(variable->name, '.') == SIZE_MAX &&
	       !str_equal(variable->name, STR("params"));
}

static bool unknown_start(struct at_reader *reader, struct str name)
{
	const struct cel_env *env = reader->scope->env;
	struct problems *problems = &reader->scope->loader->problems;
	struct nearest nearest = nearest_to(name);
	const struct cel_variable *variables = cel_env_variables(env);
	for (uint32_t slot = 0; slot < cel_env_slots(env); slot++)
		if (is_place(&variables[slot]))
			nearest_try(&nearest, variables[slot].name);
	return at_problem(reader, 0, name.len, problem_suggest(problems, nearest.word),
		str_format(problems->arena,
			"`at` must begin with a name of `each` or a root of the subject, not "
			"`%.*s`",
			QUOTE(name))
			.data);
}

/* The slot of the first name: a root of the subject or a name of each. */
static bool read_start(struct at_reader *reader, uint32_t *ret_slot)
{
	struct str name = read_name(reader);
	const struct cel_variable *variable = cel_env_variable(reader->scope->env, name);
	if (!variable || !is_place(variable))
		return unknown_start(reader, name);
	reader->type = variable->type;
	*ret_slot = variable->slot;
	return true;
}

void scope_load_at(struct scope *scope)
{
	struct policy *policy = scope->policy;
	const struct value *field = form_get(scope->root, "at");
	policy->at_slot = POLICY_NO_SLOT;
	if (!value_is(field, VALUE_STRING))
		return;
	struct at_reader reader = {.scope = scope, .field = field, .text = value_str(field)};
	policy->at = reader.text;
	if (!read_start(&reader, &policy->at_slot) || !read_steps(&reader))
		return;
	struct value *steps = ARENA_NEW_ARRAY(scope->loader->arena, struct value, reader.count + 1);
	memcpy(steps, reader.steps, reader.count * sizeof(*steps));
	policy->at_steps = steps;
	policy->at_count = reader.count;
}
