/* SPDX-License-Identifier: Apache-2.0 */
#include "search/query.h"

#include "base/number.h"
#include "data/document.h"
#include "ledger/hash.h"
#include "policy/date.h"
#include "policy/glob.h"

enum { MOST_PATHS = 3, DAY_S = 86400, DATE_ONLY_BYTES = 10, MEANING = 1 };

/* MEANING grows when the table stays and what is done with it does not. */
static const char *const paths[SEARCH_FIELDS][MOST_PATHS] = {
	[SEARCH_TYPE] = {"type"},
	[SEARCH_LAYER] = {"layer"},
	[SEARCH_VERDICT] = {"verdict"},
	[SEARCH_POLICY] = {"reasons.*.policy"},
	[SEARCH_OWNER] = {"reasons.*.owner"},
	[SEARCH_RISK] = {"reasons.*.risk"},
	[SEARCH_KIND] = {"subject.kind"},
	[SEARCH_NAMESPACE] = {"subject.namespace"},
	[SEARCH_NAME] = {"subject.name"},
	[SEARCH_NODE] = {"node"},
	[SEARCH_ACTOR] = {"actor.program", "actor.user", "actor.person"},
	[SEARCH_ACTION] = {"action.name"},
	[SEARCH_INCIDENT] = {"incident", "note.incident.id"},
	[SEARCH_WAIVER] = {"reasons.*.waiver.id"},
};

struct search_query search_everything(void)
{
	return (struct search_query){
		.since_s = INT64_MIN, .until_s = INT64_MAX, .last = UINT64_MAX};
}

const struct value *search_read(struct arena *arena, struct str entry, struct value *ret_record)
{
	struct documents documents;
	struct value second;
	struct error malformed = {0};
	documents_init(&documents, entry, STR("record"), DOCUMENT_JSON, DOCUMENT_CEL);
	bool is_one = documents_next(&documents, arena, ret_record, &malformed) == 1 &&
		      documents_next(&documents, arena, &second, &malformed) == 0;
	documents_release(&documents);
	return is_one ? ret_record : NULL;
}

void search_values(
	const struct value *record, enum search_field field, pick_visit *visit, void *context)
{
	for (size_t i = 0; i < MOST_PATHS && paths[field][i]; i++)
		pick_texts(record, paths[field][i], visit, context);
}

bool search_time(const struct value *record, int64_t *ret_s)
{
	struct str text = pick_text(record, "time");
	return text.len <= DATE_BYTES + 8 && date_parse_end(text, ret_s);
}

struct wanted {
	const struct search_patterns *patterns;
	bool found;
};

static void compare(void *context, struct str text)
{
	struct wanted *wanted = context;
	for (size_t i = 0; i < wanted->patterns->count && !wanted->found; i++)
		wanted->found = glob_match(wanted->patterns->items[i], text);
}

static bool matches_field(
	const struct search_query *query, enum search_field field, const struct value *record)
{
	struct wanted wanted = {.patterns = &query->fields[field]};
	if (wanted.patterns->count == 0)
		return true;
	search_values(record, field, compare, &wanted);
	return wanted.found;
}

static bool matches_time(const struct search_query *query, const struct value *record)
{
	int64_t time_s;
	if (query->since_s == INT64_MIN && query->until_s == INT64_MAX)
		return true;
	return search_time(record, &time_s) && time_s >= query->since_s && time_s < query->until_s;
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool stands_at(struct str text, struct str needle, size_t at)
{
	for (size_t i = 1; i < needle.len; i++)
		if (lower(text.data[at + i]) != lower(needle.data[i]))
			return false;
	return true;
}

/* Of letters the upper and the lower one differ in one bit, and by it from nothing else. */
static bool contains(struct str text, struct str needle)
{
	if (needle.len == 0)
		return true;
	unsigned char first = lower(needle.data[0]);
	unsigned case_bit = first >= 'a' && first <= 'z' ? 'a' - 'A' : 0;
	for (size_t at = 0; at + needle.len <= text.len; at++)
		if (((unsigned char)text.data[at] | case_bit) == first &&
			stands_at(text, needle, at))
			return true;
	return false;
}

bool search_match_entry(const struct search_query *query, uint64_t number, struct str entry)
{
	return number >= query->first && number <= query->last && contains(entry, query->text);
}

bool search_match(const struct search_query *query, const struct value *record)
{
	if (!matches_time(query, record))
		return false;
	for (int field = 0; field < SEARCH_FIELDS; field++)
		if (!matches_field(query, (enum search_field)field, record))
			return false;
	return true;
}

/* 24h: a number and how many seconds one of its unit has. */
static bool parse_age(struct str text, int64_t *ret_s)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', DAY_S}, {'w', 7 * DAY_S}};
	uint64_t count;
	if (text.len < 2 || !number_parse_uint(str_slice(text, 0, text.len - 1), 10, &count) ||
		count > INT32_MAX)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (text.data[text.len - 1] != units[i].letter)
			continue;
		*ret_s = (int64_t)count * units[i].seconds;
		return true;
	}
	return false;
}

bool search_parse_time(struct str text, int64_t now_s, bool is_end, int64_t *ret_s)
{
	int64_t age_s;
	if (parse_age(text, &age_s)) {
		*ret_s = now_s - age_s;
		return true;
	}
	if (!date_parse_end(text, ret_s))
		return false;
	if (text.len == DATE_ONLY_BYTES && !is_end)
		*ret_s -= DAY_S;
	return true;
}

uint32_t search_version(void)
{
	struct ledger_hash hash = {.bytes = {MEANING}};
	for (int field = 0; field < SEARCH_FIELDS; field++)
		for (size_t i = 0; i < MOST_PATHS && paths[field][i]; i++)
			hash = ledger_plain_hash(ledger_hash_str(&hash), str_from(paths[field][i]));
	return (uint32_t)hash.bytes[0] << 24 | (uint32_t)hash.bytes[1] << 16 |
	       (uint32_t)hash.bytes[2] << 8 | hash.bytes[3];
}
