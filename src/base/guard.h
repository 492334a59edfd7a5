/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"

/* A recovery point set aside while a part of the subject's work is guarded by one of its own. */
struct guard {
	bool guarded;
	jmp_buf recovery;
};

/** Set the arena's recovery point aside; ARENA_LIMIT_REACHED() may then be used again. */
static inline void guard_save(const struct arena *arena, struct guard *ret_outer)
{
	ret_outer->guarded = arena->guarded;
	memcpy(&ret_outer->recovery, &arena->recovery, sizeof(arena->recovery));
}

/** Put the outer recovery point back, whether or not the inner one was reached. */
static inline void guard_restore(struct arena *arena, const struct guard *outer)
{
	arena->guarded = outer->guarded;
	memcpy(&arena->recovery, &outer->recovery, sizeof(arena->recovery));
}
