/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/unify.h"

#include "base/limits.h"

struct cel_undo {
	uint32_t variable;
	const struct cel_type *before;
};

static const struct cel_type struct_as_map = {
	.kind = CEL_TYPE_MAP, .parameters = {&cel_type_string, &cel_type_dyn}};

void unify_init(struct cel_unifier *unifier, struct arena *arena)
{
	*unifier = (struct cel_unifier){.arena = arena};
}

/* Counts one step; true when there were too many. */
static bool tire(struct cel_unifier *unifier)
{
	if (++unifier->steps > LIMIT_CEL_TYPE_STEPS)
		unifier->exhausted = true;
	return unifier->exhausted;
}

static const struct cel_type *variable(struct cel_unifier *unifier, uint32_t index)
{
	struct cel_type *type = ARENA_NEW(unifier->arena, struct cel_type);
	*type = (struct cel_type){.kind = CEL_TYPE_VAR, .index = index, .generic = true};
	return type;
}

uint32_t unify_fresh_many(struct cel_unifier *unifier, uint32_t count)
{
	uint32_t first = (uint32_t)unifier->count;
	for (uint32_t i = 0; i < count; i++) {
		if (unifier->count == unifier->capacity)
			unifier->bound = arena_grow(unifier->arena, unifier->bound, unifier->count,
				&unifier->capacity, sizeof(unifier->bound[0]));
		unifier->bound[unifier->count++] = NULL;
	}
	return first;
}

const struct cel_type *unify_fresh(struct cel_unifier *unifier)
{
	return variable(unifier, unify_fresh_many(unifier, 1));
}

/* A copy of a type with its parameters replaced; the caller fills them in. */
static struct cel_type *shell(struct cel_unifier *unifier, const struct cel_type *type)
{
	struct cel_type *copy = ARENA_NEW(unifier->arena, struct cel_type);
	*copy = *type;
	copy->generic = false;
	return copy;
}

const struct cel_type *unify_instantiate(
	struct cel_unifier *unifier, const struct cel_type *type, uint32_t first)
{
	if (!type->generic)
		return type;
	if (type->kind == CEL_TYPE_PARAM)
		return variable(unifier, first + type->index);
	struct cel_type *copy = shell(unifier, type);
	copy->generic = true;
	for (size_t i = 0; i < CEL_TYPE_PARAMETERS && type->parameters[i]; i++)
		copy->parameters[i] = unify_instantiate(unifier, type->parameters[i], first);
	return copy;
}

const struct cel_type *unify_resolve(const struct cel_unifier *unifier, const struct cel_type *type)
{
	while (type->kind == CEL_TYPE_VAR && unifier->bound[type->index])
		type = unifier->bound[type->index];
	return type;
}

const struct cel_type *unify_substitute(
	struct cel_unifier *unifier, const struct cel_type *type, bool free_is_dyn)
{
	if (!type->generic)
		return type;
	type = unify_resolve(unifier, type);
	if (tire(unifier) || (type->kind == CEL_TYPE_VAR && free_is_dyn))
		return &cel_type_dyn;
	if (type->kind == CEL_TYPE_VAR || !type->generic)
		return type;
	struct cel_type *copy = shell(unifier, type);
	for (size_t i = 0; i < CEL_TYPE_PARAMETERS && type->parameters[i]; i++) {
		copy->parameters[i] = unify_substitute(unifier, type->parameters[i], free_is_dyn);
		copy->generic |= copy->parameters[i]->generic;
	}
	return copy;
}

static void bind(struct cel_unifier *unifier, const struct cel_type *var, const struct cel_type *to)
{
	if (unifier->trail_count == unifier->trail_capacity)
		unifier->trail = arena_grow(unifier->arena, unifier->trail, unifier->trail_count,
			&unifier->trail_capacity, sizeof(unifier->trail[0]));
	unifier->trail[unifier->trail_count++] =
		(struct cel_undo){var->index, unifier->bound[var->index]};
	unifier->bound[var->index] = to;
}

static void undo(struct cel_unifier *unifier, size_t trail_count)
{
	while (unifier->trail_count > trail_count) {
		struct cel_undo last = unifier->trail[--unifier->trail_count];
		unifier->bound[last.variable] = last.before;
	}
}

static bool is_wild(const struct cel_type *type)
{
	return type->kind == CEL_TYPE_DYN || type->kind == CEL_TYPE_ERROR;
}

static bool is_nullable(const struct cel_type *type)
{
	return type->kind == CEL_TYPE_NULL || type->kind == CEL_TYPE_STRUCT ||
	       type->kind == CEL_TYPE_OPAQUE || type->kind == CEL_TYPE_TIMESTAMP ||
	       type->kind == CEL_TYPE_DURATION;
}

static bool same_name(const struct cel_type *a, const struct cel_type *b)
{
	return a->name == b->name || (a->name && b->name && strcmp(a->name, b->name) == 0);
}

/* Equality as written, variables by number. */
static bool exactly(struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b)
{
	if (a == b)
		return true;
	if (tire(unifier) || a->kind != b->kind || a->index != b->index || !same_name(a, b) ||
		a->fields != b->fields)
		return false;
	for (size_t i = 0; i < CEL_TYPE_PARAMETERS; i++) {
		if (!a->parameters[i] || !b->parameters[i])
			return a->parameters[i] == b->parameters[i];
		if (!exactly(unifier, a->parameters[i], b->parameters[i]))
			return false;
	}
	return true;
}

/* Binding a variable to a type that holds it would make the type endless. */
static bool occurs(
	struct cel_unifier *unifier, const struct cel_type *var, const struct cel_type *within)
{
	within = unify_resolve(unifier, within);
	if (tire(unifier) || within->kind == CEL_TYPE_VAR)
		return unifier->exhausted || within->index == var->index;
	for (size_t i = 0; i < CEL_TYPE_PARAMETERS && within->parameters[i]; i++)
		if (within->parameters[i]->generic && occurs(unifier, var, within->parameters[i]))
			return true;
	return false;
}

static bool is_general(
	struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b);

static bool are_general(
	struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b)
{
	for (size_t i = 0; i < CEL_TYPE_PARAMETERS; i++) {
		if (!a->parameters[i] || !b->parameters[i])
			return a->parameters[i] == b->parameters[i];
		if (!is_general(unifier, a->parameters[i], b->parameters[i]))
			return false;
	}
	return true;
}

/* True when a is b, or says less than b. */
static bool is_general(
	struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b)
{
	if (tire(unifier) || is_wild(a) || a->kind == CEL_TYPE_VAR)
		return true;
	if (is_wild(b) || b->kind == CEL_TYPE_VAR)
		return false;
	if (a->kind != b->kind)
		return a->kind != CEL_TYPE_NULL &&
		       (b->kind == CEL_TYPE_NULL || b->kind == CEL_TYPE_STRUCT);
	if (a->kind == CEL_TYPE_TYPE)
		return true;
	return same_name(a, b) && a->fields == b->fields && are_general(unifier, a, b);
}

static const struct cel_type *most_general(
	struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b)
{
	return is_general(unifier, a, b) ? a : b;
}

static bool fits(struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b);

enum outcome {
	UNFIT,
	FIT,
	UNKNOWN, /* no substitution: look at it from the other side */
};

static enum outcome fit_variable(
	struct cel_unifier *unifier, const struct cel_type *type, const struct cel_type *var)
{
	if (exactly(unifier, type, var))
		return FIT;
	const struct cel_type *now = unifier->bound[var->index];
	if (!now) {
		if (occurs(unifier, var, type))
			return UNKNOWN;
		bind(unifier, var, type);
		return FIT;
	}
	if (exactly(unifier, type, now))
		return FIT;
	if (!fits(unifier, type, now))
		return UNFIT;
	const struct cel_type *general = most_general(unifier, type, now);
	if (general != now && !occurs(unifier, var, general))
		bind(unifier, var, general);
	return FIT;
}

static bool parameters_fit(
	struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b)
{
	for (size_t i = 0; i < CEL_TYPE_PARAMETERS; i++) {
		if (!a->parameters[i] || !b->parameters[i])
			return a->parameters[i] == b->parameters[i];
		if (!fits(unifier, a->parameters[i], b->parameters[i]))
			return false;
	}
	return true;
}

static bool kinds_fit(
	struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b)
{
	if (a->kind == CEL_TYPE_NULL || b->kind == CEL_TYPE_NULL)
		return is_nullable(a) && is_nullable(b);
	if (a->kind == CEL_TYPE_STRUCT && b->kind == CEL_TYPE_MAP)
		return fits(unifier, &struct_as_map, b);
	if (a->kind == CEL_TYPE_MAP && b->kind == CEL_TYPE_STRUCT)
		return fits(unifier, a, &struct_as_map);
	if (a->kind != b->kind)
		return false;
	if (a->kind == CEL_TYPE_STRUCT)
		return a->fields == b->fields || (a->name && same_name(a, b));
	if (a->kind == CEL_TYPE_TYPE)
		return true;
	return same_name(a, b) && parameters_fit(unifier, a, b);
}

static bool fits(struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b)
{
	if (a == b)
		return true;
	if (tire(unifier))
		return false;
	if (b->kind == CEL_TYPE_VAR) {
		enum outcome outcome = fit_variable(unifier, a, b);
		if (outcome != UNKNOWN)
			return outcome == FIT;
	}
	if (a->kind == CEL_TYPE_VAR)
		return fit_variable(unifier, b, a) == FIT;
	if (is_wild(a) || is_wild(b))
		return true;
	return kinds_fit(unifier, a, b);
}

bool unify_all_assignable(struct cel_unifier *unifier, const struct cel_type *const *from,
	const struct cel_type *const *to, size_t count)
{
	size_t mark = unifier->trail_count;
	for (size_t i = 0; i < count; i++) {
		if (fits(unifier, from[i], to[i]))
			continue;
		undo(unifier, mark);
		return false;
	}
	return !unifier->exhausted;
}

bool unify_assignable(
	struct cel_unifier *unifier, const struct cel_type *from, const struct cel_type *to)
{
	return unify_all_assignable(unifier, &from, &to, 1);
}

const struct cel_type *unify_join(
	struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b)
{
	return unify_assignable(unifier, a, b) ? most_general(unifier, a, b) : NULL;
}

bool unify_same(struct cel_unifier *unifier, const struct cel_type *a, const struct cel_type *b)
{
	return exactly(
		unifier, unify_substitute(unifier, a, true), unify_substitute(unifier, b, true));
}
