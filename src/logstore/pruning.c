/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/pruning.h"

#include "data/document.h"
#include "data/map.h"

/* Before the value is anything, it must be the one of that name and kind. */
static struct str text_at(const struct value *map, const char *key)
{
	const struct value *v = map_get_str(map, str_from(key));
	return value_is(v, VALUE_STRING) ? value_str(v) : STR("");
}

static bool number_at(const struct value *map, struct str key, uint64_t *ret_number)
{
	const struct value *v = map_get_str(map, key);
	bool is_number = value_is(v, VALUE_INT) && v->integer >= 0;
	*ret_number = is_number ? (uint64_t)v->integer : 0;
	return is_number;
}

/* Not log_read_entry(), which would free what the caller has put into the arena. */
static int read_entry(
	struct log_reader *reader, uint64_t index, struct str *ret_entry, struct error *err)
{
	struct tile tile = log_tile_at(reader, TILE_ENTRIES, index);
	struct str rest;
	if (log_read_tile(reader, &tile, &rest, err) < 0)
		return -1;
	for (uint64_t skipped = 0; skipped <= index % TILE_WIDTH; skipped++)
		if (bundle_next(&rest, ret_entry, err) <= 0)
			return ERROR_SET(
				err, ERROR_INPUT, NO_ORIGIN, "an entry bundle has too few entries");
	return 0;
}

int log_pruning_read(struct log_reader *reader, struct log_pruning *ret_pruning, struct error *err)
{
	struct documents documents;
	struct value record;
	struct str entry;
	struct error malformed = {0};
	if (read_entry(reader, reader->range.pruned_by, &entry, err) < 0)
		return -1;
	documents_init(&documents, entry, STR("record"), DOCUMENT_JSON, DOCUMENT_CEL);
	int found = documents_next(&documents, reader->arena, &record, &malformed);
	documents_release(&documents);
	if (found != 1 || !str_equal(text_at(&record, "type"), STR("prune")))
		return 0;
	const struct value *prune = map_get_str(&record, STR("prune"));
	if (!number_at(prune, STR("first"), &ret_pruning->first) ||
		!number_at(prune, STR("minimum"), &ret_pruning->minimum))
		return 0;
	ret_pruning->archive = text_at(prune, "archive");
	return 1;
}
