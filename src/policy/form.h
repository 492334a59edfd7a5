/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/problem.h"

/* What the value of a field may be. */
enum form_type {
	FORM_TEXT,       /* not empty */
	FORM_ID,         /* lower-case words joined by "." or "-" */
	FORM_NAME,       /* an identifier of the expression language that is not reserved */
	FORM_EXPRESSION, /* CEL */
	FORM_WORD,       /* one of `words` */
	FORM_GLOB,       /* a name in which * stands for any text and ? for one character */
	FORM_DATE,       /* a date, or an RFC 3339 time */
	FORM_NUMBER,     /* a whole number above zero */
	FORM_COUNT,      /* a whole number, also zero */
	FORM_FLAG,       /* true or false */
	FORM_MOMENT,     /* an RFC 3339 time */
	FORM_ANY,
	FORM_OBJECT, /* `fields` */
	FORM_MAP, /* names to values: each is checked as `fields[0]`, its key as fields[0].name says
		   */
};

/* One field of a document or of an object in it. The one source of loader, reference and schema. */
struct form_field {
	const char *name; /* NULL ends a table */
	enum form_type type;
	bool required;
	bool list;                       /* a list of such values, not empty */
	const char *const *words;        /* FORM_WORD: ends with NULL */
	const struct form_field *fields; /* FORM_OBJECT; FORM_MAP: the one row of its values */
	const char *meaning;             /* one sentence for the reference, Markdown */
};

enum form_kind {
	KIND_POLICY,
	KIND_PROFILE,
	KIND_ROLLOUT,
	KIND_WAIVER,
	KIND_CONTEXT,
	KIND_TEST,
	KIND_COUNT
};

/* One kind of document. */
struct form {
	const char *kind;
	const char *meaning;
	const struct form_field *fields;
};

extern const struct form forms[KIND_COUNT];

/** The words of a FORM_MAP's keys: what fields[0].name may be. */
#define FORM_KEY_ID   "<id>"
#define FORM_KEY_NAME "<name>"

/**
 * Find the form of a document by apiVersion and kind and check every field of it. All problems are
 * told; false when there was an error. ret_kind is set whenever the kind is known, else KIND_COUNT.
 */
bool form_check(struct problems *problems, const struct value *document, enum form_kind *ret_kind);

/** The same for fields that are no document of a catalogue; name is what messages call it. */
bool form_check_fields(struct problems *problems, const struct form_field *fields,
	const struct value *object, const char *name);

/** The field of an object, or NULL; the accessors of a checked document. */
const struct value *form_get(const struct value *object, const char *field);
struct str form_text(const struct value *object, const char *field);

/** The texts of a list field as globs; none when the field is missing. */
struct globs form_globs(struct arena *arena, const struct value *object, const char *field);

/** The index of a word in its table, or otherwise when the field is missing or invalid. */
int form_word(
	const struct value *object, const char *field, const char *const *words, int otherwise);

/* The words of the enums of policy.h, in their order; each ends with NULL. */
extern const char *const form_owners[], *const form_risks[], *const form_phases[];

/** Print the forms: the tables of docs/reference/policy.md, and docs/schema/policy.schema.json. */
void form_print_reference(const struct form *form, struct buf *out);
void form_print_fields(const struct form_field *fields, struct buf *out);
void form_print_schema(struct buf *out);
