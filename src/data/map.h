/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "data/value.h"

/* Up to this many entries a scan over 8-byte heads beats a binary search. */
enum { MAP_SCAN_ENTRIES = 16 };

/**
 * Make a map of count entries in document order. Above MAP_SCAN_ENTRIES a sorted index of uint32_t
 * is written behind the entries, so that lookups take O(log n) whatever the keys are: entries must
 * come from map_entries_new(). Keys are bool, int, uint or string (cel also puts doubles); keys of
 * different numeric kinds with the same mathematical value are the same key. Returns -1 with the
 * second key's origin and the first key's line when a key occurs twice.
 */
int map_make(struct value_entry *entries, size_t count, struct value *ret_map, struct error *err);

/**
 * The same, but of several entries with one key the first stays and the others are dropped: the
 * order is that of precedence. entries are moved. O(n log n).
 */
void map_make_first(struct value_entry *entries, size_t count, struct value *ret_map);

/** Room for count entries and their index, uninitialised. */
struct value_entry *map_entries_new(struct arena *arena, size_t count);

/** The value of a string key, or NULL. map may be NULL or no map at all: then NULL. */
const struct value *map_get(const struct value *map, const struct value *string_key);

/** The same for a key known as text; computes the hash. */
const struct value *map_get_str(const struct value *map, struct str key);

/** The entry of any key kind (numbers by mathematical value), or NULL. */
const struct value_entry *map_find(const struct value *map, const struct value *key);
