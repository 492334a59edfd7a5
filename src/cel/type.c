/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/type.h"

#include "base/limits.h"

#define PLAIN(variable, type_kind) const struct cel_type variable = {.kind = (type_kind)}

PLAIN(cel_type_dyn, CEL_TYPE_DYN);
PLAIN(cel_type_null, CEL_TYPE_NULL);
PLAIN(cel_type_bool, CEL_TYPE_BOOL);
PLAIN(cel_type_int, CEL_TYPE_INT);
PLAIN(cel_type_uint, CEL_TYPE_UINT);
PLAIN(cel_type_double, CEL_TYPE_DOUBLE);
PLAIN(cel_type_string, CEL_TYPE_STRING);
PLAIN(cel_type_bytes, CEL_TYPE_BYTES);
PLAIN(cel_type_timestamp, CEL_TYPE_TIMESTAMP);
PLAIN(cel_type_duration, CEL_TYPE_DURATION);
PLAIN(cel_type_type, CEL_TYPE_TYPE);
PLAIN(cel_type_error, CEL_TYPE_ERROR);
const struct cel_type cel_type_list_dyn = {.kind = CEL_TYPE_LIST, .parameters = {&cel_type_dyn}};
const struct cel_type cel_type_map_dyn = {
	.kind = CEL_TYPE_MAP, .parameters = {&cel_type_dyn, &cel_type_dyn}};
const struct cel_type cel_type_optional_dyn = {
	.kind = CEL_TYPE_OPAQUE, .name = "optional_type", .parameters = {&cel_type_dyn}};

/* What a type is called in signatures and messages, and as a value of an expression. */
static const struct {
	struct str name, value_name;
	const struct cel_type *type;
} named[] = {
	{STR_INIT("bool"), STR_INIT("bool"), &cel_type_bool},
	{STR_INIT("string"), STR_INIT("string"), &cel_type_string},
	{STR_INIT("int"), STR_INIT("int"), &cel_type_int},
	{STR_INIT("uint"), STR_INIT("uint"), &cel_type_uint},
	{STR_INIT("double"), STR_INIT("double"), &cel_type_double},
	{STR_INIT("bytes"), STR_INIT("bytes"), &cel_type_bytes},
	{STR_INIT("dyn"), STR_INIT("dyn"), &cel_type_dyn},
	{STR_INIT("null"), STR_INIT("null_type"), &cel_type_null},
	{STR_INIT("timestamp"), STR_INIT("google.protobuf.Timestamp"), &cel_type_timestamp},
	{STR_INIT("duration"), STR_INIT("google.protobuf.Duration"), &cel_type_duration},
	{STR_INIT("list"), STR_INIT("list"), &cel_type_list_dyn},
	{STR_INIT("map"), STR_INIT("map"), &cel_type_map_dyn},
	{STR_INIT("type"), STR_INIT("type"), &cel_type_type},
	{STR_INIT("optional_type"), STR_INIT("optional_type"), &cel_type_optional_dyn},
	{STR_INIT("error"), STR_INIT("error"), &cel_type_error},
};

enum { NAMED_TYPES = sizeof(named) / sizeof(named[0]) };

static bool is_named_by(const struct cel_type *type, const struct cel_type *plain)
{
	if (type->kind != plain->kind)
		return false;
	return type->kind != CEL_TYPE_OPAQUE || strcmp(type->name, plain->name) == 0;
}

struct str cel_type_name(const struct cel_type *type)
{
	for (size_t i = 0; i < NAMED_TYPES; i++)
		if (is_named_by(type, named[i].type))
			return named[i].value_name;
	return type->kind == CEL_TYPE_STRUCT && !type->name ? STR("map") : str_from(type->name);
}

static void print_parameters(const struct cel_type *type, struct buf *out)
{
	const char *separator = "(";
	for (size_t i = 0; i < CEL_TYPE_PARAMETERS && type->parameters[i]; i++) {
		buf_put(out, str_from(separator));
		cel_type_print(type->parameters[i], out);
		separator = ", ";
	}
	if (type->parameters[0])
		buf_put_char(out, ')');
}

void cel_type_print(const struct cel_type *type, struct buf *out)
{
	if (type->kind == CEL_TYPE_VAR) {
		buf_puts(out, "dyn");
		return;
	}
	struct str name = {NULL, 0};
	for (size_t i = 0; i < NAMED_TYPES && !name.data; i++)
		if (is_named_by(type, named[i].type))
			name = named[i].name;
	buf_put(out, name.data ? name : str_from(type->name ? type->name : "object"));
	print_parameters(type, out);
}

bool cel_type_is_optional(const struct cel_type *type)
{
	return type->kind == CEL_TYPE_OPAQUE && is_named_by(type, &cel_type_optional_dyn);
}

static bool names_equal(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool cel_type_equal(const struct cel_type *a, const struct cel_type *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind || a->index != b->index ||
		!names_equal(a->name, b->name))
		return false;
	for (size_t i = 0; i < CEL_TYPE_PARAMETERS; i++)
		if (!cel_type_equal(a->parameters[i], b->parameters[i]))
			return false;
	return true;
}

const struct cel_type *cel_type_new(struct arena *arena, enum cel_type_kind kind, const char *name,
	const struct cel_type *first, const struct cel_type *second)
{
	struct cel_type *type = ARENA_NEW(arena, struct cel_type);
	type->kind = kind;
	type->name = name;
	type->parameters[0] = first;
	type->parameters[1] = second;
	type->generic = (first && first->generic) || (second && second->generic);
	return type;
}

static void skip_spaces(struct str *rest)
{
	while (rest->len > 0 && rest->data[0] == ' ')
		*rest = str_slice(*rest, 1, rest->len);
}

static bool skip_char(struct str *rest, char c)
{
	skip_spaces(rest);
	if (rest->len == 0 || rest->data[0] != c)
		return false;
	*rest = str_slice(*rest, 1, rest->len);
	return true;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || is_upper(c) || (c >= '0' && c <= '9') || c == '_' ||
	       c == '.';
}

static struct str read_name(struct str *rest)
{
	skip_spaces(rest);
	size_t len = 0;
	while (len < rest->len && is_name_char(rest->data[len]))
		len++;
	struct str name = str_slice(*rest, 0, len);
	*rest = str_slice(*rest, len, rest->len);
	return name;
}

static bool is_name(struct str name, struct str known)
{
	return name.len == known.len && name.data[0] == known.data[0] && str_equal(name, known);
}

const struct cel_type *cel_type_named(struct str name)
{
	for (size_t i = 0; name.len > 0 && i < NAMED_TYPES; i++)
		if (is_name(name, named[i].name) || is_name(name, named[i].value_name))
			return named[i].type;
	return NULL;
}

static const struct cel_type *type_parameter(
	struct arena *arena, struct str name, struct cel_type_names *names)
{
	uint32_t index = 0;
	while (index < names->count && !str_equal(names->names[index], name))
		index++;
	if (index == CEL_TYPE_NAMES)
		return NULL;
	if (index == names->count)
		names->names[names->count++] = name;
	struct cel_type *type = ARENA_NEW(arena, struct cel_type);
	*type = (struct cel_type){.kind = CEL_TYPE_PARAM,
		.name = str_copy(arena, name).data,
		.index = index,
		.generic = true};
	return type;
}

static const struct cel_type *read_type(
	struct arena *arena, struct str *rest, struct cel_type_names *names, unsigned depth);

static bool read_parameters(struct arena *arena, struct str *rest, struct cel_type_names *names,
	struct cel_type *type, unsigned depth)
{
	for (size_t i = 0; i < CEL_TYPE_PARAMETERS; i++) {
		type->parameters[i] = read_type(arena, rest, names, depth);
		if (!type->parameters[i])
			return false;
		type->generic |= type->parameters[i]->generic;
		if (!skip_char(rest, ','))
			return skip_char(rest, ')');
	}
	return false;
}

static const struct cel_type *read_type(
	struct arena *arena, struct str *rest, struct cel_type_names *names, unsigned depth)
{
	struct str name = read_name(rest);
	if (name.len == 0 || depth > LIMIT_CEL_DEPTH)
		return NULL;
	if (is_upper(name.data[0]) && str_find_char(name, '.') == SIZE_MAX)
		return type_parameter(arena, name, names);
	const struct cel_type *plain = cel_type_named(name);
	skip_spaces(rest);
	if (plain && (rest->len == 0 || rest->data[0] != '('))
		return plain;
	struct cel_type *type = ARENA_NEW(arena, struct cel_type);
	type->kind = plain ? plain->kind : CEL_TYPE_OPAQUE;
	if (type->kind == CEL_TYPE_OPAQUE)
		type->name = plain ? plain->name : str_copy(arena, name).data;
	if (skip_char(rest, '(') && !read_parameters(arena, rest, names, type, depth + 1))
		return NULL;
	bool complete = type->kind != CEL_TYPE_MAP || type->parameters[1];
	return complete ? type : NULL;
}

const struct cel_type *cel_type_read(
	struct arena *arena, struct str *rest, struct cel_type_names *names)
{
	return read_type(arena, rest, names, 0);
}

const struct cel_type *cel_type_parse(struct arena *arena, struct str text)
{
	struct cel_type_names names = {.count = 0};
	struct str rest = text;
	const struct cel_type *type = cel_type_read(arena, &rest, &names);
	skip_spaces(&rest);
	return rest.len == 0 ? type : NULL;
}
