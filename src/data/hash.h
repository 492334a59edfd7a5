/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* The bytes of a text of less than 8, as one number. */
static inline uint64_t value_head(struct str s)
{
	uint32_t low = 0, high = 0;
	if (s.len >= 4) {
		memcpy(&low, s.data, 4);
		memcpy(&high, s.data + (s.len - 4), 4);
		return low | (uint64_t)high << (8 * (s.len - 4));
	}
	if (s.len == 0)
		return 0;
	return (uint64_t)(unsigned char)s.data[0] |
	       (uint64_t)(unsigned char)s.data[s.len / 2] << (8 * (s.len / 2)) |
	       (uint64_t)(unsigned char)s.data[s.len - 1] << (8 * (s.len - 1));
}

static inline uint16_t value_mix(uint64_t head, uint64_t tail, size_t len)
{
	uint64_t mixed = (head ^ (tail << 7 | tail >> 57) ^ len) * 0x9E3779B97F4A7C15u;
	return (uint16_t)(mixed >> 48);
}

/** A filter against unequal strings, not a defence: maps never rely on it (see map.h). */
static inline uint16_t value_hash(struct str s)
{
	uint64_t head, tail;
	if (s.len < 8) {
		head = tail = value_head(s);
	} else {
		memcpy(&head, s.data, 8);
		memcpy(&tail, s.data + (s.len - 8), 8);
	}
	return value_mix(head, tail, s.len);
}

/** The same without a branch, where 8 bytes from s.data on may be read whatever s.len is. */
static inline uint16_t value_hash_readable(struct str s)
{
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
	return value_hash(s);
#endif
	static const uint64_t masks[9] = {0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF,
		0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF, UINT64_MAX};
	size_t part = s.len < 8 ? s.len : 8;
	uint64_t head, tail;
	memcpy(&head, s.data, 8);
	memcpy(&tail, s.data + (s.len - part), 8);
	return value_mix(head & masks[part], tail & masks[part], s.len);
}
