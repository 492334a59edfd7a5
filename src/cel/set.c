/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/set.h"

#include "base/arena.h"
#include "base/limits.h"
#include "cel/compare.h"

#include <math.h>

/* Up to so many values, comparing with each is faster than a table. */
enum { FEW = 8 };

struct value_set value_set_new(struct cel_run *run, size_t capacity)
{
	struct value_set set = {.run = run};
	size_t slots = FEW;
	if (capacity > FEW) {
		while (slots < 2 * capacity)
			slots *= 2;
		set.hashes = ARENA_NEW_ARRAY(cel_run_arena(run), uint32_t, slots);
	}
	set.items = ARENA_NEW_ARRAY(cel_run_arena(run), const struct value *, slots);
	set.mask = slots - 1;
	return set;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	uint64_t mixed = (a ^ b) * 0x9E3779B97F4A7C15u;
	return mixed ^ mixed >> 29;
}

static uint64_t hash_bytes(struct str s)
{
	uint64_t hash = s.len, word;
	for (; s.len >= sizeof(word); s = str_slice(s, sizeof(word), s.len)) {
		memcpy(&word, s.data, sizeof(word));
		hash = mix(hash, word);
	}
	word = 0;
	if (s.len > 0)
		memcpy(&word, s.data, s.len);
	return mix(hash, word);
}

/* Equal numbers of different kinds have one hash: that of the whole number, if there is one. */
static uint64_t hash_number(const struct value *v)
{
	if (v->kind != VALUE_DOUBLE)
		return mix(1, v->natural);
	double real = v->real;
	if (real >= 0 && real < 0x1p64 && real == trunc(real))
		return mix(1, (uint64_t)real);
	if (real < 0 && real >= -0x1p63 && real == trunc(real))
		return mix(1, (uint64_t)(int64_t)real);
	uint64_t bits;
	memcpy(&bits, &real, sizeof(bits));
	return mix(2, bits);
}

static uint64_t hash(struct value_set *set, const struct value *v, unsigned depth);

static uint64_t hash_parts(struct value_set *set, const struct value *v, unsigned depth)
{
	uint64_t sum = v->count;
	for (uint32_t i = 0; i < v->count && !set->exhausted; i++) {
		if (v->kind != VALUE_MAP)
			sum = mix(sum, hash(set, &v->items[i], depth + 1));
		else /* in any order */
			sum += mix(hash(set, &v->entries[i].key, depth + 1),
				hash(set, &v->entries[i].value, depth + 1));
	}
	return sum;
}

static uint64_t hash(struct value_set *set, const struct value *v, unsigned depth)
{
	bool has_bytes = v->kind == VALUE_STRING || v->kind == VALUE_BYTES;
	if (depth > LIMIT_CEL_VALUE_DEPTH ||
		!cel_run_work(set->run, has_bytes ? 1 + v->count / 64 : 1)) {
		set->exhausted = true;
		return 0;
	}
	switch (v->kind) {
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_DOUBLE:
		return hash_number(v);
	case VALUE_STRING:
	case VALUE_BYTES:
		return mix(v->kind, hash_bytes(value_str(v)));
	case VALUE_LIST:
	case VALUE_MAP:
	case CEL_OPTIONAL:
		return mix(v->kind, hash_parts(set, v, depth));
	case VALUE_BOOL:
		return mix(v->kind, v->boolean);
	case CEL_TIMESTAMP:
	case CEL_DURATION:
		return mix(v->natural, v->count);
	default:
		return v->kind;
	}
}

static bool equal(struct value_set *set, const struct value *a, const struct value *b)
{
	struct cel_effort effort = {.left = LIMIT_DATA_NODES};
	bool is_equal = cel_equal_within(a, b, &effort);
	if (effort.exceeded || !cel_run_work(set->run, effort.spent))
		set->exhausted = true;
	return is_equal;
}

/* The place of an equal value among few, or the end. */
static size_t find_among_few(struct value_set *set, const struct value *v)
{
	size_t at = 0;
	while (at < set->count && !equal(set, set->items[at], v) && !set->exhausted)
		at++;
	return at;
}

/* The slot of an equal value, or the free one where v belongs. */
static size_t find(struct value_set *set, const struct value *v, uint32_t *ret_hash)
{
	if (!set->hashes)
		return find_among_few(set, v);
	*ret_hash = (uint32_t)(hash(set, v, 0) >> 16);
	size_t at = *ret_hash & set->mask;
	while (set->items[at] && !set->exhausted) {
		if (set->hashes[at] == *ret_hash && equal(set, set->items[at], v))
			break;
		at = (at + 1) & set->mask;
	}
	return at;
}

static bool holds(const struct value_set *set, size_t at)
{
	return (set->hashes || at < set->count) && set->items[at];
}

bool value_set_has(struct value_set *set, const struct value *v)
{
	uint32_t unused;
	size_t at = find(set, v, &unused);
	return !set->exhausted && holds(set, at);
}

bool value_set_add(struct value_set *set, const struct value *v)
{
	uint32_t hash_of_v = 0;
	size_t at = find(set, v, &hash_of_v);
	if (set->exhausted || holds(set, at))
		return false;
	set->items[at] = v;
	if (set->hashes)
		set->hashes[at] = hash_of_v;
	set->count++;
	return true;
}
