/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/value.h"

/*
 * Writes JSON as it comes. Commas are the writer's, balance is the caller's. With a name inside an
 * object, with "" inside an array or at the top.
 */
struct json {
	struct buf *out;
	bool begun; /* something stands before, at this level */
};

/* Open with '{' or '[', close with '}' or ']'. */
void json_open(struct json *json, const char *name, char bracket);
void json_close(struct json *json, char bracket);

/** Begin a line, indented: where a reader or a diff should see one. Before the element. */
void json_line(struct json *json, unsigned indent);

/** A string; bytes that are not UTF-8 become U+FFFD. */
void json_str(struct json *json, const char *name, struct str text);
void json_text(struct json *json, const char *name, const char *text);

/* The other scalars. */
void json_uint(struct json *json, const char *name, uint64_t number);
void json_bool(struct json *json, const char *name, bool value);

/** A document's value of any depth; what only expressions know becomes null. */
void json_value(struct json *json, const char *name, const struct value *value);
