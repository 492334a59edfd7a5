/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json.h"

#include "base/base64.h"
#include "base/number.h"
#include "report/escape.h"

#include <math.h>

static void put_string(struct buf *out, struct str text)
{
	buf_put_char(out, '"');
	escape_put(out, MEDIUM_JSON, text);
	buf_put_char(out, '"');
}

static void separate(struct json *json)
{
	if (json->begun)
		buf_put_char(json->out, ',');
	json->begun = true;
}

static void begin_element(struct json *json, const char *name)
{
	separate(json);
	if (name[0] == '\0')
		return;
	put_string(json->out, str_from(name));
	buf_put_char(json->out, ':');
}

void json_open(struct json *json, const char *name, char bracket)
{
	begin_element(json, name);
	buf_put_char(json->out, bracket);
	json->begun = false;
}

void json_close(struct json *json, char bracket)
{
	buf_put_char(json->out, bracket);
	json->begun = true;
}

void json_line(struct json *json, unsigned indent)
{
	separate(json);
	buf_put_char(json->out, '\n');
	for (unsigned i = 0; i < indent; i++)
		buf_put_char(json->out, ' ');
	json->begun = false;
}

void json_str(struct json *json, const char *name, struct str text)
{
	begin_element(json, name);
	put_string(json->out, text);
}

void json_text(struct json *json, const char *name, const char *text)
{
	json_str(json, name, str_from(text));
}

void json_uint(struct json *json, const char *name, uint64_t number)
{
	begin_element(json, name);
	buf_put_uint(json->out, number);
}

void json_bool(struct json *json, const char *name, bool value)
{
	begin_element(json, name);
	buf_put(json->out, value ? STR("true") : STR("false"));
}

/* JSON has no infinities: they become null, as ECMAScript writes them. */
static void put_double(struct buf *out, double number)
{
	char text[NUMBER_DOUBLE_BYTES];
	if (!isfinite(number)) {
		buf_puts(out, "null");
		return;
	}
	size_t len = number_print_double(number, text);
	buf_put(out, (struct str){text, len});
}

static void put_key(struct buf *out, const struct value *key)
{
	if (key->kind == VALUE_STRING) {
		put_string(out, value_str(key));
		return;
	}
	buf_put_char(out, '"');
	if (key->kind == VALUE_INT)
		buf_put_int(out, key->integer);
	else if (key->kind == VALUE_UINT)
		buf_put_uint(out, key->natural);
	else if (key->kind == VALUE_BOOL)
		buf_put(out, key->boolean ? STR("true") : STR("false"));
	else if (key->kind == VALUE_DOUBLE)
		put_double(out, key->real);
	buf_put_char(out, '"');
}

static void put_value(struct buf *out, const struct value *value);

static void put_list(struct buf *out, const struct value *value)
{
	buf_put_char(out, '[');
	for (size_t i = 0; i < value->count; i++) {
		if (i > 0)
			buf_put_char(out, ',');
		put_value(out, &value->items[i]);
	}
	buf_put_char(out, ']');
}

static void put_map(struct buf *out, const struct value *value)
{
	buf_put_char(out, '{');
	for (size_t i = 0; i < value->count; i++) {
		if (i > 0)
			buf_put_char(out, ',');
		put_key(out, &value->entries[i].key);
		buf_put_char(out, ':');
		put_value(out, &value->entries[i].value);
	}
	buf_put_char(out, '}');
}

static void put_bytes(struct buf *out, const struct value *value)
{
	buf_put_char(out, '"');
	base64_put(out, value_str(value));
	buf_put_char(out, '"');
}

/* Recursion is bounded: no document is deeper than LIMIT_DATA_DEPTH. */
static void put_value(struct buf *out, const struct value *value)
{
	switch (value->kind) {
	case VALUE_BOOL:
		buf_put(out, value->boolean ? STR("true") : STR("false"));
		return;
	case VALUE_INT:
		buf_put_int(out, value->integer);
		return;
	case VALUE_UINT:
		buf_put_uint(out, value->natural);
		return;
	case VALUE_DOUBLE:
		put_double(out, value->real);
		return;
	case VALUE_STRING:
		put_string(out, value_str(value));
		return;
	case VALUE_BYTES:
		put_bytes(out, value);
		return;
	case VALUE_LIST:
		put_list(out, value);
		return;
	case VALUE_MAP:
		put_map(out, value);
		return;
	default:
		buf_puts(out, "null");
	}
}

void json_value(struct json *json, const char *name, const struct value *value)
{
	begin_element(json, name);
	put_value(json->out, value);
}
