/* SPDX-License-Identifier: Apache-2.0 */
#include "cel/names.h"

enum { NAMES_FIRST_CAPACITY = 32 };

static uint64_t hash_of(struct str name)
{
	uint64_t hash = 0xCBF29CE484222325u;
	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ (unsigned char)name.data[i]) * 0x100000001B3u;
	return hash ^ hash >> 32;
}

static struct names_slot *slot_of(const struct names *names, struct str name)
{
	size_t at = hash_of(name) & (names->capacity - 1);
	while (names->slots[at].name.data && !str_equal(names->slots[at].name, name))
		at = (at + 1) & (names->capacity - 1);
	return &names->slots[at];
}

void *names_get(const struct names *names, struct str name)
{
	return names->capacity > 0 ? slot_of(names, name)->item : NULL;
}

static void grow(struct names *names, struct arena *arena)
{
	struct names old = *names;
	names->capacity = old.capacity ? old.capacity * 2 : NAMES_FIRST_CAPACITY;
	names->slots = ARENA_NEW_ARRAY(arena, struct names_slot, names->capacity);
	for (size_t i = 0; i < old.capacity; i++)
		if (old.slots[i].name.data)
			*slot_of(names, old.slots[i].name) = old.slots[i];
}

void **names_put(struct names *names, struct arena *arena, struct str name)
{
	if (names->count * 2 >= names->capacity)
		grow(names, arena);
	struct names_slot *slot = slot_of(names, name);
	if (!slot->name.data) {
		slot->name = (struct str){name.data ? name.data : "", name.len};
		names->count++;
	}
	return &slot->item;
}

struct names names_copy(const struct names *names, struct arena *arena)
{
	struct names copy = *names;
	copy.slots = ARENA_NEW_ARRAY(arena, struct names_slot, names->capacity);
	if (names->capacity > 0)
		memcpy(copy.slots, names->slots, names->capacity * sizeof(copy.slots[0]));
	return copy;
}
