/* SPDX-License-Identifier: Apache-2.0 */
#include "data/yaml_merge.h"

#include "data/map.h"

/* What is merged: one map, or several. */
struct sources {
	const struct value *maps;
	size_t count;
	size_t entries; /* of all of them */
};

static int refuse_source(const struct value *source, struct error *err)
{
	return ERROR_SET(err, ERROR_INPUT, source->origin,
		"only a map or a list of maps can be merged with <<");
}

static int find_sources(const struct value *merged, struct sources *ret, struct error *err)
{
	bool list = merged->kind == VALUE_LIST;
	*ret = (struct sources){list ? merged->items : merged, list ? merged->count : 1, 0};
	for (size_t i = 0; i < ret->count; i++) {
		if (ret->maps[i].kind != VALUE_MAP)
			return refuse_source(&ret->maps[i], err);
		ret->entries += ret->maps[i].count;
	}
	return 0;
}

/* The entries that are written out, and the position of the merge among them. */
static int split(const struct value *pairs, size_t count, struct value_entry *ret_entries,
	size_t *ret_merge, struct error *err)
{
	bool merge = false;
	size_t written = 0;
	for (size_t i = 0; i < count; i++) {
		const struct value *key = &pairs[2 * i];
		if (key->kind != VALUE_NULL) {
			ret_entries[written++] = (struct value_entry){*key, pairs[2 * i + 1]};
			continue;
		}
		if (merge) {
			(void)ERROR_SET(err, ERROR_INPUT, key->origin,
				"the key << occurs twice in one map");
			error_set_remedy(err, "merge a list of maps: <<: [*one, *two]");
			return -1;
		}
		merge = true;
		*ret_merge = i;
	}
	return 0;
}

static int add_source(const struct value *source, const struct value *written, size_t merge,
	struct value_entry *ret_entries, struct error *err)
{
	for (uint32_t i = 0; i < source->count; i++) {
		const struct value *key = &source->entries[i].key;
		const struct value_entry *own = map_find(written, key);
		if (own && (size_t)(own - written->entries) < merge) {
			(void)ERROR_SET(err, ERROR_INPUT, own->key.origin,
				"the key \"%.*s\" stands before the merge << that brings it too",
				(int)(key->count < 128 ? key->count : 128), key->text);
			error_set_remedy(
				err, "put << first: readers disagree about which value counts");
			return -1;
		}
		ret_entries[i] = source->entries[i];
	}
	return 0;
}

int yaml_merge(struct arena *arena, const struct value *pairs, size_t count, struct value *ret_map,
	struct error *err)
{
	struct value_entry *own = map_entries_new(arena, count);
	struct value written;
	struct sources sources;
	size_t merge = 0, at = count - 1;
	if (split(pairs, count, own, &merge, err) < 0 ||
		map_make(own, count - 1, &written, err) < 0 ||
		find_sources(&pairs[2 * merge + 1], &sources, err) < 0)
		return -1;
	struct value_entry *entries = map_entries_new(arena, count + sources.entries);
	memcpy(entries, own, (count - 1) * sizeof(*own));
	for (size_t i = 0; i < sources.count; i++) {
		if (add_source(&sources.maps[i], &written, merge, entries + at, err) < 0)
			return -1;
		at += sources.maps[i].count;
	}
	map_make_first(entries, at, ret_map);
	return 0;
}
