/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* What utf8_next() returns for a byte that begins no valid sequence. */
#define UTF8_INVALID UINT32_MAX

/**
 * The code point at *at (which must be < s.len); moves *at behind it. An invalid, overlong,
 * surrogate or truncated sequence returns UTF8_INVALID and moves one byte. Source: RFC 3629.
 */
uint32_t utf8_next(struct str s, size_t *at);

/** The code point that ends at *at (which must be > 0) in valid UTF-8; moves *at to its start. */
uint32_t utf8_previous(struct str s, size_t *at);

/** Byte index of the first invalid sequence, or SIZE_MAX when all of s is UTF-8. */
size_t utf8_find_invalid(struct str s);

/** True when no byte has its high bit set. */
bool utf8_is_ascii(struct str s);

/** Number of code points of valid UTF-8. */
size_t utf8_count(struct str s);

/** Write a code point (<= 0x10FFFF, no surrogate) as 1 to 4 bytes; returns how many. */
size_t utf8_encode(uint32_t rune, char ret_bytes[4]);

/** False for what a terminal would act on or hide: controls, bidirectional and zero-width formats,
 * invalid. */
bool utf8_is_visible(uint32_t rune);
