/* SPDX-License-Identifier: Apache-2.0 */
#include "report/oscal_words.h"

#define NAMESPACE "https://gabion.dev/ns/oscal"

/* The same bytes for a reader; a space at an end or nothing at all is shown as what it is. */
static void put_string(struct json *json, const char *name, struct str text)
{
	struct str trimmed = str_trim(text);
	if (trimmed.len > 0)
		json_str(json, name, trimmed);
	else
		json_text(json, name, "(empty)");
}

void oscal_put_prop(struct json *json, const char *name, struct str value)
{
	json_open(json, "", '{');
	json_text(json, "name", name);
	json_text(json, "ns", NAMESPACE);
	put_string(json, "value", value);
	json_close(json, '}');
}

static bool is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-' || c == '_';
}

struct str oscal_token(struct arena *arena, struct str id)
{
	struct buf token;
	buf_init_arena(&token, arena, id.len + 1);
	buf_put(&token, id);
	for (size_t i = 0; i < token.len; i++)
		if (!is_token_char(token.data[i]) || (i == 0 && token.data[0] < 'A'))
			token.data[i] = '_';
	return token.len > 0 ? buf_str(&token) : STR("_");
}

struct str oscal_control_id(struct arena *arena, const struct policy_mapping *mapping)
{
	return oscal_token(arena, str_format(arena, "%.*s-%.*s", STR_ARGS(mapping->standard),
					  STR_ARGS(mapping->control)));
}
