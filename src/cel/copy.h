/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/value.h"

/** A word that the compiler may not join with its neighbours. */
static inline uint64_t cel_word(const void *from)
{
	uint64_t word;
	memcpy(&word, from, sizeof(word));
	__asm__("" : "+r"(word));
	return word;
}

/**
 * Copy word by word. A processor that loads 16 bytes which have just been stored as two words waits
 * for both stores; this is what almost every copy of a value here would be.
 */
static inline void cel_copy(struct value *to, const struct value *from)
{
	uint64_t head = cel_word(from), payload = cel_word(&from->integer);
	uint64_t origin = cel_word(&from->origin);
	memcpy(to, &head, sizeof(head));
	memcpy(&to->integer, &payload, sizeof(payload));
	memcpy(&to->origin, &origin, sizeof(origin));
}

/** Write a bool in whole words, for the same reason. */
static inline void cel_put_bool(struct value *to, bool boolean, struct origin origin)
{
	static const struct value both[] = {
		{.kind = VALUE_BOOL, .boolean = false}, {.kind = VALUE_BOOL, .boolean = true}};
	cel_copy(to, &both[boolean]);
	to->origin = origin;
}
