/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/form.h"

/* What the reference calls a type, and the JSON Schema of one value of it. */
static const struct {
	const char *name;
	const char *schema;
} types[] = {
	[FORM_TEXT] = {"text", "\"type\": \"string\", \"pattern\": \"\\\\S\""},
	[FORM_ID] = {"id", "\"type\": \"string\", \"pattern\": "
			   "\"^[a-z0-9]+([.-][a-z0-9]+)*$\", \"maxLength\": 128"},
	[FORM_NAME] = {"name", "\"type\": \"string\", \"pattern\": \"^[A-Za-z_][A-Za-z0-9_]*$\""},
	[FORM_EXPRESSION] = {"expression", "\"type\": \"string\", \"pattern\": \"\\\\S\""},
	[FORM_WORD] = {"word", NULL},
	[FORM_GLOB] = {"pattern", "\"type\": \"string\", \"maxLength\": 256"},
	[FORM_DATE] = {"date", "\"type\": \"string\", \"pattern\": "
			       "\"^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].+)?$\""},
	[FORM_NUMBER] = {"number", "\"type\": \"integer\", \"minimum\": 1"},
	[FORM_COUNT] = {"number", "\"type\": \"integer\", \"minimum\": 0"},
	[FORM_FLAG] = {"true or false", "\"type\": \"boolean\""},
	[FORM_MOMENT] = {"time", "\"type\": \"string\", \"format\": \"date-time\""},
	[FORM_ANY] = {"any value", NULL},
	[FORM_OBJECT] = {"map", NULL},
	[FORM_MAP] = {"map", NULL},
};

static void put_words(const struct form_field *row, struct buf *out)
{
	for (const char *const *word = row->words; *word; word++)
		buf_printf(out, "%s`%s`", word == row->words ? "" : ", ", *word);
}

static void put_type(const struct form_field *row, struct buf *out)
{
	buf_puts(out, " | ");
	if (row->list)
		buf_puts(out, "list of ");
	if (row->type == FORM_WORD)
		put_words(row, out);
	else if (row->type == FORM_MAP)
		buf_printf(out, "map from %s",
			strcmp(row->fields->name, FORM_KEY_ID) == 0 ? "ids" : "names");
	else
		buf_put(out, str_from(types[row->type].name));
	buf_puts(out, " | ");
}

/* Rows of the table: nested fields follow theirs, named by the way to them. Tables nest 4 deep. */
static void put_rows(const struct form_field *fields, struct str before, struct buf *out)
{
	for (const struct form_field *row = fields; row->name; row++) {
		char memory[128];
		struct buf way;
		buf_init_fixed(&way, memory, sizeof(memory));
		buf_put(&way, before);
		buf_put(&way, str_from(row->name));
		buf_puts(out, "| `");
		buf_put(out, buf_str(&way));
		buf_puts(out, "`");
		put_type(row, out);
		buf_printf(out, "%s | %s |\n", row->required ? "yes" : "", row->meaning);
		if (!row->fields)
			continue;
		buf_put(&way, row->list ? STR("[].") : STR("."));
		put_rows(row->fields, buf_str(&way), out);
	}
}

void form_print_fields(const struct form_field *fields, struct buf *out)
{
	buf_puts(out, "| field | type | required | meaning |\n| --- | --- | --- | --- |\n");
	put_rows(fields, STR(""), out);
}

void form_print_reference(const struct form *form, struct buf *out)
{
	form_print_fields(form->fields, out);
}

static void put_indent(struct buf *out, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		buf_puts(out, "  ");
}

/* Meanings are ours: of the two bytes JSON escapes they hold only the quote. */
static void put_string(struct buf *out, const char *text)
{
	buf_puts(out, "\"");
	for (; *text; text++) {
		if (*text == '"')
			buf_puts(out, "\\");
		buf_put_char(out, *text);
	}
	buf_puts(out, "\"");
}

static void put_object(const struct form_field *fields, struct buf *out, unsigned depth);
static void put_value(const struct form_field *row, struct buf *out, unsigned depth);

static void put_enum(const struct form_field *row, struct buf *out)
{
	buf_puts(out, "\"enum\": [");
	for (const char *const *word = row->words; *word; word++)
		buf_printf(out, "%s\"%s\"", word == row->words ? "" : ", ", *word);
	buf_puts(out, "]");
}

static void put_map(const struct form_field *row, struct buf *out, unsigned depth)
{
	bool id = strcmp(row->fields->name, FORM_KEY_ID) == 0;
	buf_printf(out, "\"type\": \"object\", \"propertyNames\": {%s},\n",
		types[id ? FORM_ID : FORM_NAME].schema);
	put_indent(out, depth);
	buf_puts(out, "\"additionalProperties\": {");
	put_value(row->fields, out, depth + 1);
	buf_puts(out, "}");
}

static void put_item(const struct form_field *row, struct buf *out, unsigned depth)
{
	if (row->type == FORM_WORD)
		put_enum(row, out);
	else if (row->type == FORM_OBJECT)
		put_object(row->fields, out, depth);
	else if (row->type == FORM_MAP)
		put_map(row, out, depth);
	else if (types[row->type].schema)
		buf_put(out, str_from(types[row->type].schema));
}

/* The inside of a schema: what a field's value must be, and its meaning for editors. */
static void put_value(const struct form_field *row, struct buf *out, unsigned depth)
{
	buf_puts(out, "\"description\": ");
	put_string(out, row->meaning);
	if (row->type == FORM_ANY && !row->list)
		return;
	buf_puts(out, ",\n");
	put_indent(out, depth);
	if (!row->list) {
		put_item(row, out, depth);
		return;
	}
	buf_printf(out, "\"type\": \"array\", %s\"items\": {",
		row->required ? "\"minItems\": 1, " : "");
	put_item(row, out, depth + 1);
	buf_puts(out, "}");
}

static void put_required(const struct form_field *fields, struct buf *out, unsigned depth)
{
	bool any = false;
	for (const struct form_field *row = fields; row->name; row++) {
		if (!row->required)
			continue;
		if (!any) {
			put_indent(out, depth);
			buf_puts(out, "\"required\": [");
		}
		buf_printf(out, "%s\"%s\"", any ? ", " : "", row->name);
		any = true;
	}
	if (any)
		buf_puts(out, "],\n");
}

static void put_object(const struct form_field *fields, struct buf *out, unsigned depth)
{
	buf_puts(out, "\"type\": \"object\", \"additionalProperties\": false,\n");
	put_required(fields, out, depth);
	put_indent(out, depth);
	buf_puts(out, "\"properties\": {\n");
	for (const struct form_field *row = fields; row->name; row++) {
		put_indent(out, depth + 1);
		buf_printf(out, "\"%s\": {", row->name);
		put_value(row, out, depth + 2);
		buf_put(out, row[1].name ? STR("},\n") : STR("}\n"));
	}
	put_indent(out, depth);
	buf_puts(out, "}");
}

void form_print_schema(struct buf *out)
{
	buf_puts(out, "{\n"
		      "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
		      "  \"$id\": \"https://gabion.dev/schema/policy.schema.json\",\n"
		      "  \"title\": \"Policy documents of gabion.dev/v1\",\n"
		      "  \"type\": \"object\",\n"
		      "  \"required\": [\"apiVersion\", \"kind\"],\n"
		      "  \"properties\": {\"kind\": {\"enum\": [");
	for (size_t i = 0; i < KIND_COUNT; i++)
		buf_printf(out, "%s\"%s\"", i > 0 ? ", " : "", forms[i].kind);
	buf_puts(out, "]}},\n  \"allOf\": [\n");
	for (size_t i = 0; i < KIND_COUNT; i++)
		buf_printf(out,
			"    {\"if\": {\"properties\": {\"kind\": {\"const\": \"%s\"}}},\n"
			"      \"then\": {\"$ref\": \"#/$defs/%s\"}}%s\n",
			forms[i].kind, forms[i].kind, i + 1 < KIND_COUNT ? "," : "");
	buf_puts(out, "  ],\n  \"$defs\": {\n");
	for (size_t i = 0; i < KIND_COUNT; i++) {
		buf_printf(out, "    \"%s\": {\"description\": \"%s\",\n      ", forms[i].kind,
			forms[i].meaning);
		put_object(forms[i].fields, out, 3);
		buf_put(out, i + 1 < KIND_COUNT ? STR("},\n") : STR("}\n"));
	}
	buf_puts(out, "  }\n}\n");
}
