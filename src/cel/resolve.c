/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "cel/check_state.h"
#include "cel/explain.h"

/* cel.index(n) is the name "@index<n>" and means the nearest block around it. */
static bool find_in_block(const struct cel_checker *checker, struct str name,
	const struct cel_type **ret_type, uint32_t *ret_slot)
{
	uint64_t index;
	const struct cel_scope *scope = checker->scope;
	while (scope && !scope->block)
		scope = scope->outer;
	if (!scope || !number_parse_uint(str_slice(name, 6, name.len), 10, &index) ||
		index >= scope->block_count)
		return false;
	*ret_type = scope->block[index]->type;
	*ret_slot = scope->slot + (uint32_t)index;
	return true;
}

bool cel_find_local(const struct cel_checker *checker, struct str name,
	const struct cel_type **ret_type, uint32_t *ret_slot)
{
	if (str_starts_with(name, STR("@index")))
		return find_in_block(checker, name, ret_type, ret_slot);
	for (const struct cel_scope *scope = checker->scope; scope; scope = scope->outer) {
		if (scope->block || !str_equal(scope->name, name))
			continue;
		*ret_type = scope->type;
		*ret_slot = scope->slot;
		return true;
	}
	return false;
}

static bool resolve_local(struct cel_checker *checker, struct cel_node *name)
{
	const struct cel_type *type;
	uint32_t slot;
	if (name->ident.absolute || !cel_find_local(checker, name->ident.name, &type, &slot))
		return false;
	name->ident.slot = slot;
	name->ident.is_local = true;
	cel_set_type(checker, name, type);
	return true;
}

static void become_variable(
	struct cel_checker *checker, struct cel_node *node, const struct cel_variable *variable)
{
	node->kind = CEL_NODE_IDENT;
	node->ident.name = variable->name;
	node->ident.absolute = false;
	node->ident.slot = variable->slot;
	node->ident.is_local = false;
	cel_set_type(checker, node, variable->type);
}

static void become_type(
	struct cel_checker *checker, struct cel_node *node, const struct cel_type *type)
{
	node->kind = CEL_NODE_LITERAL;
	node->literal = (struct value){.kind = CEL_TYPE, .pointer = type};
	cel_set_type(checker, node, cel_type_new(checker->arena, CEL_TYPE_TYPE, NULL, type, NULL));
}

/* Tries a name in every prefix of the container, the longest first. */
static bool resolve_global(
	struct cel_checker *checker, struct cel_node *node, struct str name, bool absolute)
{
	struct cel_candidates candidates = cel_env_candidates(checker->env, name, absolute);
	struct str candidate;
	while (cel_candidates_next(&candidates, checker->arena, &candidate)) {
		const struct cel_variable *variable = cel_env_variable(checker->env, candidate);
		const struct cel_type *type = cel_env_type(checker->env, candidate);
		if (variable)
			become_variable(checker, node, variable);
		else if (type)
			become_type(checker, node, type);
		if (variable || type)
			return true;
	}
	return false;
}

/* The name with the parts of the first count selections. */
static struct str qualified(
	struct cel_checker *checker, const struct cel_chain *chain, size_t count)
{
	struct str name = chain->name->ident.name;
	if (count == 0)
		return name;
	struct buf text;
	buf_init_arena(&text, checker->arena, 64);
	buf_put(&text, name);
	for (size_t i = 0; i < count; i++) {
		buf_put_char(&text, '.');
		buf_put(&text, chain->selects[chain->count - 1 - i]->select.field);
	}
	return buf_str(&text);
}

static int fail_name(struct cel_checker *checker, const struct cel_chain *chain)
{
	if (chain->call && chain->count < cel_env_longest_name(checker->env) &&
		cel_explain_namespace(
			checker, chain->call, qualified(checker, chain, chain->count)) < 0)
		return -1;
	return cel_explain_name(checker, chain);
}

int cel_resolve_name(struct cel_checker *checker, const struct cel_chain *chain)
{
	struct cel_node *name = chain->name;
	if (resolve_local(checker, name))
		return 0;
	size_t longest = cel_env_longest_name(checker->env);
	bool absolute = name->ident.absolute;
	for (size_t parts = chain->count < longest ? chain->count + 1 : longest; parts > 0;) {
		size_t selects = --parts;
		struct cel_node *node = selects > 0 ? chain->selects[chain->count - selects] : name;
		struct str text = qualified(checker, chain, selects);
		if (resolve_global(checker, node, text, absolute))
			return (int)selects;
	}
	if (checker->typed)
		return fail_name(checker, chain);
	name->type = &cel_type_dyn;
	return 0;
}

bool cel_resolve_namespace(struct cel_checker *checker, const struct cel_chain *chain)
{
	const struct cel_type *type;
	uint32_t slot;
	struct cel_node *call = chain->call;
	struct str root = chain->name->ident.name;
	bool absolute = chain->name->ident.absolute;
	if (chain->count + 2 > cel_env_longest_name(checker->env) ||
		(!absolute && cel_find_local(checker, root, &type, &slot)))
		return false;
	struct str space = qualified(checker, chain, chain->count);
	struct str function = str_format(checker->arena, "%.*s.%.*s", (int)space.len, space.data,
		(int)call->call.function.len, call->call.function.data);
	struct cel_candidates candidates = cel_env_candidates(checker->env, function, absolute);
	struct str candidate;
	while (cel_candidates_next(&candidates, checker->arena, &candidate)) {
		if (!cel_env_any_function(checker->env, candidate, false))
			continue;
		call->call.function = candidate;
		call->call.target = NULL;
		call->call.absolute = true;
		return true;
	}
	return false;
}
