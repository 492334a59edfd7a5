/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/poison.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Memory of one subject: allocated forward, freed at once, never beyond a hard cap. At the cap (or
 * when the system has no memory) arena_alloc() jumps to the arena's one recovery point, set by
 * ARENA_LIMIT_REACHED(); without one it aborts, for that is a bug. Code between the recovery point
 * and an allocation must therefore hold nothing that the arena does not own.
 */
struct arena {
	char *next; /* first free byte of the current chunk, aligned to 8 */
	char *end;
	struct arena_chunk *chunks; /* newest first */
	size_t cap_bytes;
	size_t held_bytes;         /* taken from the system; <= cap_bytes */
	struct arena_duty *duties; /* newest first */
	bool guarded;
	jmp_buf recovery;
};

/* A place to return to with arena_rewind(). */
struct arena_mark {
	struct arena_chunk *chunk;
	char *next;
	struct arena_duty *duties;
};

/** Prepare an empty arena that will never hold more than cap_bytes; takes no memory yet. */
void arena_init(struct arena *arena, size_t cap_bytes);

/** Forget all allocations, keep one chunk for the next subject; the recovery point is unset. */
void arena_reset(struct arena *arena);

/** Give everything back to the system. The arena may be used again. */
void arena_release(struct arena *arena);

/** The slow path of arena_alloc(): a new chunk, or the jump. Not to be called by others. */
void *arena_alloc_slow(struct arena *arena, size_t size)
	__attribute__((malloc, alloc_size(2), returns_nonnull));

/** Jump to the recovery point as if an allocation had reached the cap. */
void arena_limit_reached(struct arena *arena) __attribute__((noreturn));

/** The recovery point to be set, for ARENA_LIMIT_REACHED(); or undone: the cap is then a bug. */
jmp_buf *arena_guard(struct arena *arena);
void arena_unguard(struct arena *arena);

/** Set the recovery point here: false now, true when a later allocation reached the cap. The using
 * function must outlive what it guards; locals changed in between must be volatile. */
#define ARENA_LIMIT_REACHED(arena) (_setjmp(*arena_guard(arena)) != 0)

/** Let release(object) run when the memory allocated now is freed (reset, rewind or release): for
 * what a library allocated elsewhere, such as a regular expression. Runs newest first. */
void arena_defer(struct arena *arena, void (*release)(void *object), void *object);

/** Remember the current end of the arena; free everything allocated since. */
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/** Allocate size bytes aligned to 8, contents undefined; never returns NULL (see above). O(1). */
static inline void *__attribute__((malloc, alloc_size(2), returns_nonnull))
arena_alloc(struct arena *arena, size_t size)
{
	size_t rounded = (size + 7) & ~(size_t)7;
	/* 0 wraps: it is no room, or a sum that overflowed. */
	size_t room = (size_t)(arena->end - arena->next);
	if (__builtin_expect(rounded - 1 >= room || !poison_gap_fits(room - rounded), 0))
		return arena_alloc_slow(arena, size);
	void *memory = arena->next;
	arena->next += rounded + POISON_GAP_BYTES;
	unpoison(memory, size);
	return memory;
}

/** Allocate count elements of size bytes, zeroed; an overflowing product is the cap reached. */
static inline void *__attribute__((malloc, alloc_size(2, 3), returns_nonnull))
arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
	size_t total;
	if (__builtin_mul_overflow(count, size, &total))
		arena_limit_reached(arena);
	return memset(arena_alloc(arena, total), 0, total);
}

/** A zeroed object, or array of count objects, of a type. */
#define ARENA_NEW(arena, type) ((type *)arena_alloc_array((arena), 1, sizeof(type)))
#define ARENA_NEW_ARRAY(arena, type, count) \
	((type *)arena_alloc_array((arena), (count), sizeof(type)))

/** Grow an array that lives in the arena: room for twice *capacity (at least 8) elements with the
 * first count copied; updates *capacity. Extends in place when it is the last allocation. */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size);
