/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/** Append the standard base64 of bytes, with padding, on one line. Source: RFC 4648 section 4. */
void base64_put(struct buf *out, struct str bytes);

/** Bytes that base64_decode() can write for a text of that length. */
static inline size_t base64_decoded_max(size_t text_len)
{
	return text_len / 4 * 3 + 3;
}

/**
 * Decode standard base64 into memory of base64_decoded_max() bytes. Strict: padded to a multiple of
 * four, nothing but the alphabet, unused bits zero, so that one byte string has one text. False
 * otherwise.
 */
bool base64_decode(struct str text, char *ret_bytes, size_t *ret_len);
