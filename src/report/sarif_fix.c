/* SPDX-License-Identifier: Apache-2.0 */
#include "report/sarif_fix.h"

#include "data/pointer.h"

static bool is_scalar(const struct value *value)
{
	return value->kind == VALUE_BOOL || value->kind == VALUE_INT ||
	       value->kind == VALUE_DOUBLE || value->kind == VALUE_STRING;
}

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '.' || c == '+' || c == '-' || c == '_';
}

/* Bytes of the word at origin, as YAML and JSON write booleans and numbers; 0: none. */
static uint32_t plain_length(struct str text, struct origin origin, struct lines *lines)
{
	size_t start = lines_find(lines, text, origin.line);
	if (start == SIZE_MAX || origin.column == 0)
		return 0;
	size_t from = start + origin.column - 1, to = from;
	while (to < text.len && to - from < 64 && is_plain(text.data[to]))
		to++;
	bool ends = to == text.len || strchr(" \t\r\n,]}#", text.data[to]) != NULL;
	return ends && from < to ? (uint32_t)(to - from) : 0;
}

static void put_text(struct json *json, const char *name, struct str text)
{
	json_open(json, name, '{');
	json_str(json, "text", text);
	json_close(json, '}');
}

static void put_replacement(struct json *json, const struct value *value, struct origin origin,
	struct columns_range range)
{
	char memory[512];
	struct buf text;
	buf_init_fixed(&text, memory, sizeof(memory));
	struct json inner = {.out = &text};
	json_value(&inner, "", value);
	json_open(json, "replacements", '[');
	json_open(json, "", '{');
	json_open(json, "deletedRegion", '{');
	json_uint(json, "startLine", origin.line);
	json_uint(json, "startColumn", range.from);
	json_uint(json, "endLine", origin.line);
	json_uint(json, "endColumn", range.to);
	json_close(json, '}');
	put_text(json, "insertedContent", buf_str(&text));
	json_close(json, '}');
	json_close(json, ']');
}

void sarif_put_fix(struct json *json, const struct subject *subject, const struct reason *reason,
	struct str uri, struct columns *columns, struct lines *lines)
{
	const struct value *patch = &reason->patch_value;
	if (!reason->has_patch || reason->waiver || !is_scalar(patch) ||
		!str_equal(reason->policy->patch.operation, STR("replace")) ||
		(patch->kind == VALUE_STRING && patch->count > 128))
		return;
	const struct value *there = pointer_find(&subject->root, reason->pointer);
	if (!there || there->kind == VALUE_STRING || !is_scalar(there))
		return;
	uint32_t length = plain_length(subject->text, there->origin, lines);
	if (length == 0)
		return;
	struct columns_range range =
		columns_find(columns, lines, subject->text, there->origin, length);
	json_open(json, "fixes", '[');
	json_open(json, "", '{');
	put_text(json, "description", str_trim(reason->remedy));
	json_open(json, "artifactChanges", '[');
	json_open(json, "", '{');
	json_open(json, "artifactLocation", '{');
	json_str(json, "uri", uri);
	json_close(json, '}');
	put_replacement(json, patch, there->origin, range);
	json_close(json, '}');
	json_close(json, ']');
	json_close(json, '}');
	json_close(json, ']');
}
