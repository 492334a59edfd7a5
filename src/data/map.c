/* SPDX-License-Identifier: Apache-2.0 */
#include "data/map.h"

struct value_entry *map_entries_new(struct arena *arena, size_t count)
{
	size_t index = count > MAP_SCAN_ENTRIES ? sizeof(uint32_t) : 0, bytes;
	if (__builtin_mul_overflow(count, sizeof(struct value_entry) + index, &bytes))
		arena_limit_reached(arena);
	return arena_alloc(arena, bytes);
}

static uint64_t head_of(const struct value *key)
{
	uint64_t head;
	memcpy(&head, key, sizeof(head));
	return head;
}

/* Strings sort by head before text, for the head is at hand and almost always decides. */
static int order_strings(const struct value *a, const struct value *b)
{
	uint64_t head_a = head_of(a), head_b = head_of(b);
	if (head_a != head_b)
		return head_a < head_b ? -1 : 1;
	return a->count > 0 ? memcmp(a->text, b->text, a->count) : 0;
}

/* NaN sorts behind all numbers; it is found by nothing (see same_key()). */
static int order_numbers(const struct value *a, const struct value *b)
{
	int order = value_compare_numbers(a, b);
	if (order != VALUE_UNORDERED)
		return order;
	bool nan_a = a->kind == VALUE_DOUBLE && a->real != a->real;
	bool nan_b = b->kind == VALUE_DOUBLE && b->real != b->real;
	return nan_a - nan_b;
}

/* A total order of keys: strings, then numbers, then bools. */
static int order_keys(const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_STRING && b->kind == VALUE_STRING)
		return order_strings(a, b);
	bool number_a = value_is_number(a), number_b = value_is_number(b);
	if (number_a && number_b)
		return order_numbers(a, b);
	if (a->kind == b->kind)
		return a->boolean - b->boolean;
	return (a->kind == VALUE_STRING) != (b->kind == VALUE_STRING)
		       ? (b->kind == VALUE_STRING) - (a->kind == VALUE_STRING)
		       : number_b - number_a;
}

static bool same_key(const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_STRING)
		return value_string_equal(a, b);
	if (value_is_number(a))
		return value_is_number(b) && value_compare_numbers(a, b) == 0;
	return a->kind == b->kind && a->boolean == b->boolean;
}

static int refuse_duplicate(
	const struct value *first, const struct value *second, struct error *err)
{
	if (second->origin.line < first->origin.line ||
		(second->origin.line == first->origin.line &&
			second->origin.column < first->origin.column)) {
		const struct value *earlier = second;
		second = first;
		first = earlier;
	}
	if (err->kind != ERROR_NONE)
		return -1;
	if (second->kind == VALUE_STRING)
		(void)ERROR_SET(err, ERROR_INPUT, second->origin,
			"the key \"%.*s\" occurs twice in one map; the first is at line %u, column "
			"%u",
			(int)(second->count < 128 ? second->count : 128), second->text,
			first->origin.line, first->origin.column);
	else
		(void)ERROR_SET(err, ERROR_INPUT, second->origin,
			"a key occurs twice in one map; the first is at line %u, column %u",
			first->origin.line, first->origin.column);
	err->length = second->kind == VALUE_STRING ? second->count : 0;
	error_set_remedy(err, "keep one of the two: readers disagree about which one counts");
	return -1;
}

/* One bit per hash: while all bits are new, so are all keys. */
static int check_scanned(const struct value_entry *entries, size_t count, struct error *err)
{
	uint64_t seen = 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t bit = 1ull << (entries[i].key.hash & 63);
		for (size_t j = 0; (seen & bit) && j < i; j++)
			if (same_key(&entries[j].key, &entries[i].key))
				return refuse_duplicate(&entries[j].key, &entries[i].key, err);
		seen |= bit;
	}
	return 0;
}

static void sift_down(const struct value_entry *entries, uint32_t *index, size_t root, size_t count)
{
	uint32_t moved = index[root];
	for (size_t child; (child = 2 * root + 1) < count; root = child) {
		if (child + 1 < count &&
			order_keys(&entries[index[child]].key, &entries[index[child + 1]].key) < 0)
			child++;
		if (order_keys(&entries[index[child]].key, &entries[moved].key) <= 0)
			break;
		index[root] = index[child];
	}
	index[root] = moved;
}

/* Heapsort: in place, and no order of keys makes it slow. */
static void sort_index(const struct value_entry *entries, uint32_t *index, size_t count)
{
	for (size_t i = 0; i < count; i++)
		index[i] = (uint32_t)i;
	for (size_t i = count / 2; i-- > 0;)
		sift_down(entries, index, i, count);
	for (size_t end = count - 1; end > 0; end--) {
		uint32_t greatest = index[0];
		index[0] = index[end];
		index[end] = greatest;
		sift_down(entries, index, 0, end);
	}
}

static uint32_t *index_of(struct value_entry *entries, size_t count)
{
	return (uint32_t *)(void *)(entries + count);
}

static int check_indexed(struct value_entry *entries, size_t count, struct error *err)
{
	uint32_t *index = index_of(entries, count);
	sort_index(entries, index, count);
	for (size_t i = 1; i < count; i++) {
		const struct value *a = &entries[index[i - 1]].key, *b = &entries[index[i]].key;
		if (same_key(a, b))
			return refuse_duplicate(a, b, err);
	}
	return 0;
}

int map_make(struct value_entry *entries, size_t count, struct value *ret_map, struct error *err)
{
	bool indexed = count > MAP_SCAN_ENTRIES;
	*ret_map = (struct value){.kind = VALUE_MAP,
		.flags = indexed ? VALUE_INDEXED : 0,
		.count = (uint32_t)count,
		.entries = entries};
	return indexed ? check_indexed(entries, count, err) : check_scanned(entries, count, err);
}

enum { KEY_DROPPED = UINT8_MAX }; /* no kind of value */

/* Of each run of equal keys in the index all but the first entry go. */
static void drop_later(struct value_entry *entries, const uint32_t *index, size_t count)
{
	size_t first = index[0];
	for (size_t i = 1; i < count; i++) {
		size_t other = index[i];
		if (!same_key(&entries[first].key, &entries[other].key)) {
			first = other;
			continue;
		}
		size_t later = first > other ? first : other;
		first = first > other ? other : first;
		entries[later].key.kind = KEY_DROPPED;
	}
}

void map_make_first(struct value_entry *entries, size_t count, struct value *ret_map)
{
	uint32_t few[MAP_SCAN_ENTRIES];
	uint32_t *index = count > MAP_SCAN_ENTRIES ? index_of(entries, count) : few;
	size_t kept = 0;
	if (count > 0) {
		sort_index(entries, index, count);
		drop_later(entries, index, count);
	}
	for (size_t i = 0; i < count; i++)
		if (entries[i].key.kind != KEY_DROPPED)
			entries[kept++] = entries[i];
	struct error none = {0};
	(void)map_make(entries, kept, ret_map, &none);
}

static const struct value_entry *find_indexed(const struct value *map, const struct value *key)
{
	const uint32_t *index = (const uint32_t *)(const void *)(map->entries + map->count);
	size_t low = 0, high = map->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct value_entry *entry = &map->entries[index[middle]];
		int order = order_keys(&entry->key, key);
		if (order == 0)
			return same_key(&entry->key, key) ? entry : NULL;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static const struct value_entry *find_string(const struct value *map, const struct value *key)
{
	uint64_t head = head_of(key);
	for (uint32_t i = 0; i < map->count; i++) {
		const struct value_entry *entry = &map->entries[i];
		if (head_of(&entry->key) == head && value_string_equal(&entry->key, key))
			return entry;
	}
	return NULL;
}

const struct value_entry *map_find(const struct value *map, const struct value *key)
{
	if (!value_is(map, VALUE_MAP))
		return NULL;
	if (map->flags & VALUE_INDEXED)
		return find_indexed(map, key);
	if (key->kind == VALUE_STRING)
		return find_string(map, key);
	for (uint32_t i = 0; i < map->count; i++)
		if (same_key(key, &map->entries[i].key))
			return &map->entries[i];
	return NULL;
}

const struct value *map_get(const struct value *map, const struct value *string_key)
{
	const struct value_entry *entry = map_find(map, string_key);
	return entry ? &entry->value : NULL;
}

const struct value *map_get_str(const struct value *map, struct str key)
{
	struct value string_key = value_string(key);
	return map_get(map, &string_key);
}
