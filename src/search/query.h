/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"
#include "data/pick.h"

enum { SEARCH_RECORD_BYTES = 16 << 20 }; /* of memory, at most, for the 65,535 bytes of a record */

/*
 * What records are searched by. A field has any number of values in a record: a decision names many
 * policies. Which members they are read from is a row of a table in query.c.
 */
enum search_field {
	SEARCH_TYPE,
	SEARCH_LAYER,
	SEARCH_VERDICT,
	SEARCH_POLICY,
	SEARCH_OWNER,
	SEARCH_RISK,
	SEARCH_KIND,
	SEARCH_NAMESPACE,
	SEARCH_NAME,
	SEARCH_NODE,
	SEARCH_ACTOR,
	SEARCH_ACTION,
	SEARCH_INCIDENT,
	SEARCH_WAIVER,
	SEARCH_FIELDS,
};

/* All conditions must hold; of the patterns of one field, any. */
struct search_query {
	struct search_patterns {
		const struct str *items; /* `*` any text, `?` a byte, as policy/glob.h has it */
		size_t count;            /* 0: any value, or none */
	} fields[SEARCH_FIELDS];
	int64_t since_s, until_s; /* since <= time < until; INT64_MIN and INT64_MAX: any, or none */
	uint64_t first, last;     /* numbers, both included */
	struct str text;          /* somewhere in the JSON, in whatever ASCII case; empty: any */
};

/** The query that every record matches. */
struct search_query search_everything(void);

/** Read the JSON of an entry into arena, which is guarded in here: ret_record, or NULL for what is
 * not one document of JSON or needs more memory. */
const struct value *search_read(struct arena *arena, struct str entry, struct value *ret_record);

/** Visit the values that a record has in a field, repeats included. */
void search_values(
	const struct value *record, enum search_field field, pick_visit *visit, void *context);

/** When a record was made, in seconds since 1970 without fractions; false when it does not say. */
bool search_time(const struct value *record, int64_t *ret_s);

/**
 * Whether a record matches is both: whether its number and text do, which needs no reading, and
 * whether the rest does; record is NULL when the entry is none.
 */
bool search_match_entry(const struct search_query *query, uint64_t number, struct str entry);
bool search_match(const struct search_query *query, const struct value *record);

/**
 * Read a moment: 2026-10-31T12:00:00Z, 2026-10-31 (where the day begins, or with is_end where it
 * ends), or an age such as 90s, 30m, 24h, 7d, 2w before now_s. False for anything else.
 */
bool search_parse_time(struct str text, int64_t now_s, bool is_end, int64_t *ret_s);

/** A number that changes whenever what is read from records does; for indexes of them. */
uint32_t search_version(void);
