/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/explain.h"

#include "cel/libraries.h"
#include "cel/parser.h"
#include "cel/signature.h"

enum { SUGGEST_DISTANCE = 3 };

struct str cel_explain_type(
	struct cel_checker *checker, const struct cel_type *type, char memory[EXPLAIN_BYTES])
{
	struct buf out;
	buf_init_fixed(&out, memory, EXPLAIN_BYTES);
	cel_type_print(unify_substitute(&checker->types, type, true), &out);
	if (out.truncated)
		memset(memory + EXPLAIN_BYTES - 3, '.', 3);
	return buf_str(&out);
}

/* The nearest of the names that are offered one after another. */
struct suggestion {
	struct str wanted, best;
	size_t distance;
};

static struct suggestion suggest(struct str wanted)
{
	size_t most = wanted.len / 3 + 1;
	return (struct suggestion){.wanted = wanted,
		.distance = (most < SUGGEST_DISTANCE ? most : SUGGEST_DISTANCE) + 1};
}

static void offer(void *context, struct str name)
{
	struct suggestion *suggestion = context;
	size_t distance = str_distance(suggestion->wanted, name, suggestion->distance);
	if (distance >= suggestion->distance || name.len == 0 || name.data[0] == '@')
		return;
	suggestion->best = name;
	suggestion->distance = distance;
}

static void set_suggestion(struct error *err, const struct suggestion *suggestion, const char *tail)
{
	if (suggestion->best.len > 0)
		error_set_remedy(err, "did you mean %.*s%s?", CEL_SHOWN(suggestion->best), tail);
}

static bool is_root(struct str name, struct str root)
{
	return name.len > root.len && name.data[root.len] == '.' && str_starts_with(name, root);
}

/* What to call a name that is not there: with its first field when names with dots begin so. */
static struct str missing_name(struct cel_checker *checker, const struct cel_chain *chain)
{
	struct str root = chain->name->ident.name;
	const struct cel_variable *variables = cel_env_variables(checker->env);
	for (uint32_t i = 0; chain->count > 0 && i < cel_env_slots(checker->env); i++)
		if (is_root(variables[i].name, root))
			return str_format(checker->arena, "%.*s.%.*s", CEL_SHOWN(root),
				CEL_SHOWN(chain->selects[chain->count - 1]->select.field));
	return root;
}

int cel_explain_name(struct cel_checker *checker, const struct cel_chain *chain)
{
	const struct cel_node *node = chain->name;
	struct str name = node->ident.name;
	if (str_starts_with(name, STR("@index")))
		return CEL_FAIL(checker->err, node->origin, node->length,
			"cel.index(%.*s) names no earlier value of a cel.block()",
			CEL_SHOWN(str_slice(name, 6, name.len)));
	struct str shown = missing_name(checker, chain);
	CEL_FAIL(checker->err, node->origin, node->length, "there is no variable %.*s",
		CEL_SHOWN(shown));
	struct suggestion suggestion = suggest(shown);
	for (const struct cel_scope *scope = checker->scope; scope; scope = scope->outer)
		offer(&suggestion, scope->name);
	const struct cel_variable *variables = cel_env_variables(checker->env);
	for (uint32_t i = 0; i < cel_env_slots(checker->env); i++)
		offer(&suggestion, variables[i].name);
	set_suggestion(checker->err, &suggestion, "");
	return -1;
}

int cel_explain_field(struct cel_checker *checker, const struct cel_node *at_fault,
	const struct cel_type *type, struct str field)
{
	if (type->name)
		CEL_FAIL(checker->err, at_fault->origin, at_fault->length, "%s has no field %.*s",
			type->name, CEL_SHOWN(field));
	else
		CEL_FAIL(checker->err, at_fault->origin, at_fault->length,
			"there is no field %.*s here", CEL_SHOWN(field));
	struct suggestion suggestion = suggest(field);
	for (const struct cel_field *known = type->fields; known && known->name; known++)
		offer(&suggestion, str_from(known->name));
	set_suggestion(checker->err, &suggestion, "");
	return -1;
}

/* _+_ is shown as +, !_ as !, @in as in, a function with its parentheses. */
static struct str shown_function(struct cel_checker *checker, struct str name)
{
	if (str_equal(name, STR("@in")))
		return STR("in");
	if (str_equal(name, STR("_[_]")) || str_equal(name, STR("_[?_]")))
		return STR("[ ]");
	if (str_equal(name, STR("!_")) || str_equal(name, STR("-_")))
		return str_slice(name, 0, 1);
	if (name.len > 2 && name.data[0] == '_' && strchr("+-*/%=!<>", name.data[1]))
		return str_slice(name, 1, name.len - 1);
	return str_format(checker->arena, "%.*s()", CEL_SHOWN(name));
}

static bool is_called(struct str shown)
{
	return str_ends_with(shown, STR("()"));
}

/* Where else a name exists. */
struct sighting {
	bool seen;
	uint16_t since;
};

enum { ANY_ARITY = 255 };

static bool is_sighted(const struct cel_overload *overload, bool is_member, size_t arity)
{
	return overload->is_member == is_member && (arity == ANY_ARITY || arity == overload->arity);
}

/* The oldest row of any library that has the name and style, and is not offered here. */
static struct sighting find_elsewhere(
	struct cel_checker *checker, struct str name, bool is_member, size_t arity)
{
	struct sighting best = {.seen = false};
	for (const struct cel_library *const *library = cel_libraries; *library; library++) {
		for (size_t i = 0; i < (*library)->count; i++) {
			const struct cel_overload_row *row = &(*library)->rows[i];
			struct cel_overload overload;
			struct str found;
			if (cel_env_offers(checker->env, row->since) ||
				signature_read(checker->arena, row, &overload, &found) < 0 ||
				!str_equal(found, name) || !is_sighted(&overload, is_member, arity))
				continue;
			if (!best.seen || (row->since & 0xFFu) < (best.since & 0xFFu))
				best = (struct sighting){true, row->since};
		}
	}
	return best;
}

static int fail_elsewhere(
	struct cel_checker *checker, const struct cel_node *call, struct str name, uint16_t since)
{
	const struct cel_options *options = cel_env_options(checker->env);
	struct str shown = shown_function(checker, name);
	if (options->profile == CEL_PROFILE_NATIVE)
		CEL_FAIL(checker->err, call->origin, call->length,
			"%.*s exists only in the kubernetes profile", CEL_SHOWN(shown));
	else if (since == CEL_NATIVE_ONLY)
		CEL_FAIL(checker->err, call->origin, call->length,
			"%.*s does not exist in Kubernetes, only in the native profile",
			CEL_SHOWN(shown));
	else
		CEL_FAIL(checker->err, call->origin, call->length,
			"%.*s needs Kubernetes 1.%u or newer; this expression targets 1.%u",
			CEL_SHOWN(shown), since & 0xFFu, options->kubernetes_minor);
	return -1;
}

static int fail_arity(struct cel_checker *checker, const struct cel_node *call,
	const struct cel_function *function)
{
	size_t wanted = (size_t)function->arity - function->is_member;
	return CEL_FAIL(checker->err, call->origin, call->length,
		"%.*s takes %zu argument%s, not %zu",
		CEL_SHOWN(shown_function(checker, function->name)), wanted, wanted == 1 ? "" : "s",
		call->call.count);
}

static int fail_macro(struct cel_checker *checker, const struct cel_node *call, const char *usage)
{
	CEL_FAIL(checker->err, call->origin, call->length, "%.*s() is not used like this",
		CEL_SHOWN(call->call.function));
	error_set_remedy(checker->err, "write %s", usage);
	return -1;
}

static int fail_style(struct cel_checker *checker, const struct cel_node *call)
{
	struct str name = call->call.function;
	if (call->call.target) {
		CEL_FAIL(checker->err, call->origin, call->length,
			"%.*s() is a function, not a method", CEL_SHOWN(name));
		error_set_remedy(checker->err, "write %.*s(...)", CEL_SHOWN(name));
	} else {
		CEL_FAIL(checker->err, call->origin, call->length,
			"%.*s() is a method, not a function", CEL_SHOWN(name));
		error_set_remedy(checker->err, "write value.%.*s(...)", CEL_SHOWN(name));
	}
	return -1;
}

static int fail_unknown(struct cel_checker *checker, const struct cel_node *call, struct str name)
{
	bool is_member = call->call.target && str_equal(name, call->call.function);
	CEL_FAIL(checker->err, call->origin, call->length, "there is no %s %.*s()",
		is_member ? "method" : "function", CEL_SHOWN(name));
	struct suggestion suggestion = suggest(name);
	cel_env_each_function(checker->env, is_member, offer, &suggestion);
	set_suggestion(checker->err, &suggestion, "()");
	return -1;
}

int cel_explain_function(struct cel_checker *checker, const struct cel_node *call)
{
	struct str name = call->call.function;
	bool is_member = call->call.target != NULL;
	uint16_t since;
	const char *usage;
	const struct cel_function *other = cel_env_any_function(checker->env, name, is_member);
	struct sighting sighting =
		find_elsewhere(checker, name, is_member, call->call.count + is_member);
	if (sighting.seen)
		return fail_elsewhere(checker, call, name, sighting.since);
	if (other)
		return fail_arity(checker, call, other);
	if (cel_find_macro(name, &since, &usage)) {
		if (!cel_env_offers(checker->env, since))
			return fail_elsewhere(checker, call, name, since);
		return fail_macro(checker, call, usage);
	}
	sighting = find_elsewhere(checker, name, is_member, ANY_ARITY);
	if (sighting.seen)
		return fail_elsewhere(checker, call, name, sighting.since);
	if (cel_env_any_function(checker->env, name, !is_member))
		return fail_style(checker, call);
	return fail_unknown(checker, call, name);
}

/* What a search for the functions of a namespace found. */
struct space {
	struct str prefix; /* with its dot */
	bool found;
};

static void look_for_space(void *context, struct str name)
{
	struct space *space = context;
	space->found |= str_starts_with(name, space->prefix);
}

int cel_explain_namespace(
	struct cel_checker *checker, const struct cel_node *call, struct str namespace)
{
	uint16_t since;
	const char *usage;
	struct str name = str_format(
		checker->arena, "%.*s.%.*s", CEL_SHOWN(namespace), CEL_SHOWN(call->call.function));
	if (str_equal(namespace, STR("cel")) && cel_find_macro(call->call.function, &since, &usage))
		return cel_env_offers(checker->env, since)
			       ? fail_macro(checker, call, usage)
			       : fail_elsewhere(checker, call, name, since);
	struct sighting sighting = find_elsewhere(checker, name, false, ANY_ARITY);
	if (sighting.seen)
		return fail_elsewhere(checker, call, name, sighting.since);
	struct space space = {.prefix = str_format(checker->arena, "%.*s.", CEL_SHOWN(namespace))};
	cel_env_each_function(checker->env, false, look_for_space, &space);
	return space.found ? fail_unknown(checker, call, name) : 0;
}

static void put_types(struct cel_checker *checker, struct buf *out,
	const struct cel_type *const *types, size_t count, const char *separator)
{
	char shown[EXPLAIN_BYTES];
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put(out, str_from(separator));
		buf_put(out, cel_explain_type(checker, types[i], shown));
	}
}

static bool all_numbers(const struct cel_type *const *types, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (types[i]->kind != CEL_TYPE_INT && types[i]->kind != CEL_TYPE_UINT &&
			types[i]->kind != CEL_TYPE_DOUBLE)
			return false;
	return count == 2;
}

static void remedy_overload(struct cel_checker *checker, const struct cel_function *function)
{
	char memory[ERROR_REMEDY_BYTES - 20];
	struct buf out;
	buf_init_fixed(&out, memory, sizeof(memory));
	for (size_t i = 0; i < function->count && i < 3; i++) {
		const struct cel_overload *overload = function->overloads[i];
		const struct cel_type *const *params = overload->params;
		size_t count = overload->arity;
		buf_put(&out, i > 0 ? STR(", or ") : STR(""));
		if (overload->is_member) {
			cel_type_print(params[0], &out);
			buf_put_char(&out, '.');
			params++;
			count--;
		}
		buf_put(&out, function->name);
		buf_put_char(&out, '(');
		put_types(checker, &out, params, count, ", ");
		buf_put_char(&out, ')');
	}
	if (!out.truncated)
		error_set_remedy(checker->err, "there is %.*s", STR_ARGS(buf_str(&out)));
}

int cel_explain_overload(struct cel_checker *checker, const struct cel_node *call,
	const struct cel_function *function, const struct cel_type *const *arguments)
{
	char memory[EXPLAIN_BYTES * 2];
	struct buf types;
	struct str shown = shown_function(checker, function->name);
	buf_init_fixed(&types, memory, sizeof(memory));
	put_types(checker, &types, arguments, function->arity, is_called(shown) ? ", " : " and ");
	CEL_FAIL(checker->err, call->origin, call->length, "%.*s does not take %.*s",
		CEL_SHOWN(shown), STR_ARGS(buf_str(&types)));
	if (is_called(shown))
		remedy_overload(checker, function);
	else if (all_numbers(arguments, function->arity))
		error_set_remedy(checker->err, "convert one of them: int(x), uint(x) or double(x)");
	return -1;
}
