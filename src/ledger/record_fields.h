/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/record.h"

/* What the printers of records share: a map being made; canonical form sorts the keys. */
struct fields {
	struct arena *arena;
	struct value_entry *entries;
	size_t count;
};

enum { MOST_FIELDS = 20 };

/** Begin a map of at most MOST_FIELDS members; add one; end it. */
struct fields fields_begin(struct arena *arena);
void fields_add(struct fields *fields, const char *key, struct value value);
struct value fields_end(const struct fields *fields);

/** Add a text unless it is empty; and one that quotes a subject, redacted. */
void fields_text(struct fields *fields, const char *key, struct str text);
void fields_redacted(struct fields *fields, const char *key, struct str text);

/** A record of this type with what all records say about themselves. */
struct fields fields_record(struct arena *arena, const struct record_head *head, const char *type);

/** Which policies did what, as ranges of their numbers: {"applied":"0-12,14","failed":"3"}. */
struct value record_policies(struct arena *arena, const unsigned char *results, size_t count);
