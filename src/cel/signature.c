/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/signature.h"

/* The parts of "string.startsWith(string) -> bool". */
struct parts {
	struct str receiver; /* empty for a global function */
	struct str name;
	struct str parameters;
	struct str result;
};

static size_t find_last(struct str s, char c)
{
	size_t at = s.len;
	while (at > 0 && s.data[at - 1] != c)
		at--;
	return at > 0 ? at - 1 : SIZE_MAX;
}

/* The parenthesis that the last byte of s closes. */
static size_t find_opening(struct str s)
{
	size_t depth = 0;
	for (size_t at = s.len; at > 0; at--) {
		char c = s.data[at - 1];
		depth += c == ')';
		if (c == '(' && --depth == 0)
			return at - 1;
	}
	return SIZE_MAX;
}

/* What stands before the last dot is a receiver's type, or the namespace of a function. */
static bool is_type(struct str text)
{
	if (text.len == 0)
		return false;
	if (text.data[text.len - 1] == ')' || cel_type_named(text))
		return true;
	size_t dot = find_last(text, '.');
	char first = text.data[dot == SIZE_MAX ? 0 : dot + 1];
	return first >= 'A' && first <= 'Z';
}

/* Where " -> " begins; looked for from the end, for results are short. */
static size_t find_arrow(struct str text)
{
	size_t at = text.len;
	while (at > 4 && !(text.data[at - 1] == ' ' && text.data[at - 2] == '>' &&
				 text.data[at - 3] == '-' && text.data[at - 4] == ' '))
		at--;
	return at > 4 ? at - 4 : SIZE_MAX;
}

static int split_callee(struct str callee, struct parts *parts)
{
	size_t dot = find_last(callee, '.');
	parts->name = callee;
	if (callee.len == 0)
		return -1;
	if (dot == SIZE_MAX || strchr("_@!-", callee.data[0]))
		return 0;
	if (!is_type(str_slice(callee, 0, dot)))
		return 0;
	parts->receiver = str_slice(callee, 0, dot);
	parts->name = str_slice(callee, dot + 1, callee.len);
	return parts->name.len > 0 ? 0 : -1;
}

static int split(struct str text, struct parts *parts)
{
	size_t arrow = find_arrow(text);
	if (arrow == SIZE_MAX || text.data[arrow - 1] != ')')
		return -1;
	struct str head = str_slice(text, 0, arrow);
	size_t opening = find_opening(head);
	if (opening == SIZE_MAX)
		return -1;
	parts->parameters = str_slice(head, opening + 1, head.len - 1);
	parts->result = str_slice(text, arrow + 4, text.len);
	return split_callee(str_slice(head, 0, opening), parts);
}

static bool read_whole(struct arena *arena, struct str text, struct cel_type_names *names,
	const struct cel_type **ret_type)
{
	*ret_type = cel_type_read(arena, &text, names);
	return *ret_type && str_trim(text).len == 0;
}

static int read_parameters(struct arena *arena, struct str text, struct cel_type_names *names,
	const struct cel_type **types, size_t *count)
{
	text = str_trim(text);
	while (text.len > 0) {
		if (*count == CEL_MAX_ARGUMENTS)
			return -1;
		types[*count] = cel_type_read(arena, &text, names);
		if (!types[(*count)++])
			return -1;
		text = str_trim(text);
		if (text.len > 0 && (text.data[0] != ',' || text.len == 1))
			return -1;
		text = str_slice(text, 1, text.len);
	}
	return 0;
}

int signature_read(struct arena *arena, const struct cel_overload_row *row,
	struct cel_overload *ret_overload, struct str *ret_name)
{
	struct parts parts = {.receiver = {NULL, 0}};
	struct cel_type_names names = {.count = 0};
	const struct cel_type *types[CEL_MAX_ARGUMENTS], *result;
	size_t count = 0;
	if (split(str_from(row->signature), &parts) < 0)
		return -1;
	bool is_member = parts.receiver.len > 0;
	if (is_member && !read_whole(arena, parts.receiver, &names, &types[count++]))
		return -1;
	if (read_parameters(arena, parts.parameters, &names, types, &count) < 0 ||
		!read_whole(arena, parts.result, &names, &result))
		return -1;
	const struct cel_type **params = ARENA_NEW_ARRAY(arena, const struct cel_type *, count);
	for (size_t i = 0; i < count; i++)
		params[i] = types[i];
	*ret_overload = (struct cel_overload){.id = row->id,
		.params = params,
		.result = result,
		.call = row->call,
		.cost = row->cost,
		.since = row->since,
		.arity = (uint8_t)count,
		.is_member = is_member,
		.generic = names.count > 0};
	*ret_name = parts.name;
	return 0;
}
