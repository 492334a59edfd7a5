/* SPDX-License-Identifier: Apache-2.0 */
#include "search/block.h"

enum { FIRST_SLOTS = 1024 };

void block_init(struct block *block, struct arena *arena, uint64_t seed)
{
	block->seed = seed;
	block->arena = arena;
	block->terms = NULL;
	block->count = 0;
	block->capacity = 0;
	block->slot_count = FIRST_SLOTS;
	block->slots = ARENA_NEW_ARRAY(arena, uint32_t, FIRST_SLOTS);
	for (size_t i = 0; i < BLOCK_RECORDS; i++)
		block->times_s[i] = BLOCK_NO_TIME;
}

/* FNV-1a from a start that nobody knows. */
static size_t hash_of(const struct block *block, enum search_field field, struct str value)
{
	const uint64_t prime = 0x100000001b3;
	uint64_t hash = (block->seed ^ (uint64_t)field) * prime;
	for (size_t i = 0; i < value.len; i++)
		hash = (hash ^ (unsigned char)value.data[i]) * prime;
	return (size_t)(hash ^ hash >> 32);
}

/* Where a term is, or the empty slot where it belongs. */
static uint32_t *slot_of(const struct block *block, enum search_field field, struct str value)
{
	size_t mask = block->slot_count - 1;
	size_t at = hash_of(block, field, value) & mask;
	while (block->slots[at] != 0) {
		const struct block_term *term = &block->terms[block->slots[at] - 1];
		if (term->field == field && str_equal(term->value, value))
			break;
		at = (at + 1) & mask;
	}
	return &block->slots[at];
}

/* At most half full. */
static void make_room(struct block *block)
{
	if (block->count * 2 < block->slot_count)
		return;
	block->slot_count *= 2;
	block->slots = ARENA_NEW_ARRAY(block->arena, uint32_t, block->slot_count);
	for (size_t i = 0; i < block->count; i++)
		*slot_of(block, block->terms[i].field, block->terms[i].value) = (uint32_t)i + 1;
}

static struct block_term *term_of(struct block *block, enum search_field field, struct str value)
{
	uint32_t *slot = slot_of(block, field, value);
	if (*slot != 0)
		return &block->terms[*slot - 1];
	if (block->count == block->capacity)
		block->terms = arena_grow(block->arena, block->terms, block->count,
			&block->capacity, sizeof(*block->terms));
	struct block_term *added = &block->terms[block->count++];
	*added = (struct block_term){.field = field, .value = str_copy(block->arena, value)};
	*slot = (uint32_t)block->count;
	make_room(block);
	return added;
}

struct adding {
	struct block *block;
	enum search_field field;
	unsigned record;
};

static void add_value(void *context, struct str text)
{
	const struct adding *adding = context;
	struct block_term *term = term_of(adding->block, adding->field, text);
	term->bits[adding->record / 8] |= (unsigned char)(1u << adding->record % 8);
}

void block_add(struct block *block, unsigned i, const struct value *record)
{
	int64_t time_s;
	if (search_time(record, &time_s))
		block->times_s[i] = time_s;
	for (int field = 0; field < SEARCH_FIELDS; field++) {
		struct adding adding = {block, (enum search_field)field, i};
		search_values(record, adding.field, add_value, &adding);
	}
}
