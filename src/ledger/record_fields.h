/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/fields.h"
#include "ledger/record.h"

/* What the printers of records share. Canonical form sorts the keys. */

enum { MOST_FIELDS = 20 };

/** Add a text unless it is empty; and one that quotes a subject, redacted. */
void fields_text(struct fields *fields, const char *key, struct str text);
void fields_redacted(struct fields *fields, const char *key, struct str text);

/** A record of this type with what all records say about themselves. */
struct fields fields_record(struct arena *arena, const struct record_head *head, const char *type);

/** Which policies did what, as ranges of their numbers: {"applied":"0-12,14","failed":"3"}. */
struct value record_policies(struct arena *arena, const unsigned char *results, size_t count);
