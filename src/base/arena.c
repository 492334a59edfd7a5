/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdlib.h>

struct arena_chunk {
	struct arena_chunk *older;
	size_t size_bytes; /* with this header */
};

/* Lives in the arena itself, so it is older than nothing that it releases. */
struct arena_duty {
	struct arena_duty *older;
	void (*release)(void *object);
	void *object;
};

enum {
	CHUNK_MIN_BYTES = 16 * 1024,
	CHUNK_MAX_BYTES =
		1024 * 1024, /* growth stops here, larger requests get a chunk of their own */
};

/* Without a chunk there is no room, but the address is real: 0 bytes may be had, and not as NULL.
 */
static void use_chunk(struct arena *arena, struct arena_chunk *chunk)
{
	arena->chunks = chunk;
	arena->next = chunk ? (char *)(chunk + 1) : (char *)arena;
	arena->end = chunk ? (char *)chunk + chunk->size_bytes : (char *)arena;
	poison(arena->next, (size_t)(arena->end - arena->next));
}

void arena_init(struct arena *arena, size_t cap_bytes)
{
	memset(arena, 0, sizeof(*arena));
	arena->cap_bytes = cap_bytes;
	use_chunk(arena, NULL);
}

static void drop_newest(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks;
	arena->chunks = chunk->older;
	arena->held_bytes -= chunk->size_bytes;
	unpoison(chunk, chunk->size_bytes);
	free(chunk);
}

void arena_defer(struct arena *arena, void (*release)(void *object), void *object)
{
	struct arena_duty *duty = arena_alloc(arena, sizeof(*duty));
	*duty = (struct arena_duty){.older = arena->duties, .release = release, .object = object};
	arena->duties = duty;
}

static void do_duties_since(struct arena *arena, const struct arena_duty *last)
{
	while (arena->duties != last) {
		struct arena_duty *duty = arena->duties;
		arena->duties = duty->older;
		duty->release(duty->object);
	}
}

void arena_reset(struct arena *arena)
{
	do_duties_since(arena, NULL);
	while (arena->chunks && arena->chunks->older)
		drop_newest(arena);
	use_chunk(arena, arena->chunks);
	arena->guarded = false;
}

void arena_release(struct arena *arena)
{
	do_duties_since(arena, NULL);
	while (arena->chunks)
		drop_newest(arena);
	use_chunk(arena, NULL);
	arena->guarded = false;
}

jmp_buf *arena_guard(struct arena *arena)
{
	arena->guarded = true;
	return &arena->recovery;
}

void arena_unguard(struct arena *arena)
{
	arena->guarded = false;
}

void arena_limit_reached(struct arena *arena)
{
	if (!arena->guarded)
		abort();
	arena->guarded = false;
	_longjmp(arena->recovery, 1);
}

/* As much as was held so far, so that the number of chunks stays logarithmic; less near the cap. */
static size_t chunk_bytes(const struct arena *arena, size_t needed)
{
	size_t wanted = arena->held_bytes;
	if (wanted < CHUNK_MIN_BYTES)
		wanted = CHUNK_MIN_BYTES;
	if (wanted > CHUNK_MAX_BYTES)
		wanted = CHUNK_MAX_BYTES;
	if (wanted < needed)
		wanted = needed;
	size_t left = arena->cap_bytes - arena->held_bytes;
	return wanted < left ? wanted : left;
}

void *arena_alloc_slow(struct arena *arena, size_t size)
{
	if (size == 0 && arena->next)
		return arena->next;
	size_t needed = size + sizeof(struct arena_chunk) + POISON_GAP_BYTES + 7;
	if (needed < size || needed > arena->cap_bytes - arena->held_bytes)
		arena_limit_reached(arena);
	size_t bytes = chunk_bytes(arena, needed) & ~(size_t)7;
	struct arena_chunk *chunk = malloc(bytes);
	if (!chunk)
		arena_limit_reached(arena);
	chunk->older = arena->chunks;
	chunk->size_bytes = bytes;
	arena->held_bytes += bytes;
	use_chunk(arena, chunk);
	void *memory = arena->next;
	arena->next += ((size + 7) & ~(size_t)7) + POISON_GAP_BYTES;
	unpoison(memory, size);
	return memory;
}

struct arena_mark arena_mark(const struct arena *arena)
{
	return (struct arena_mark){
		.chunk = arena->chunks, .next = arena->next, .duties = arena->duties};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
	do_duties_since(arena, mark.duties);
	while (arena->chunks && arena->chunks != mark.chunk)
		drop_newest(arena);
	if (!mark.chunk) {
		use_chunk(arena, arena->chunks);
		return;
	}
	arena->next = mark.next;
	arena->end = (char *)mark.chunk + mark.chunk->size_bytes;
	poison(arena->next, (size_t)(arena->end - arena->next));
}

static bool extend_in_place(struct arena *arena, char *items, size_t old_bytes, size_t new_bytes)
{
	size_t old_rounded = (old_bytes + 7) & ~(size_t)7;
	size_t more = ((new_bytes + 7) & ~(size_t)7) - old_rounded;
	if (!items || items + old_rounded + POISON_GAP_BYTES != arena->next ||
		more > (size_t)(arena->end - arena->next))
		return false;
	arena->next += more;
	unpoison(items, new_bytes);
	return true;
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity : 4;
	size_t bytes;
	if (__builtin_mul_overflow(wanted, 2, &wanted) ||
		__builtin_mul_overflow(wanted, size, &bytes))
		arena_limit_reached(arena);
	size_t old_bytes = *capacity * size;
	*capacity = wanted;
	if (extend_in_place(arena, items, old_bytes, bytes))
		return items;
	void *grown = arena_alloc(arena, bytes);
	if (count > 0)
		memcpy(grown, items, count * size);
	return grown;
}
