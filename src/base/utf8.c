/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

static bool is_continuation(struct str s, size_t at)
{
	return at < s.len && ((unsigned char)s.data[at] & 0xC0) == 0x80;
}

/* Sequence length and payload bits of a first byte; 0 for one that cannot begin a sequence. */
static size_t sequence_length(unsigned char first, uint32_t *ret_bits)
{
	if (first >= 0xC2 && first <= 0xDF) {
		*ret_bits = first & 0x1F;
		return 2;
	}
	if ((first & 0xF0) == 0xE0) {
		*ret_bits = first & 0x0F;
		return 3;
	}
	if (first >= 0xF0 && first <= 0xF4) {
		*ret_bits = first & 0x07;
		return 4;
	}
	return 0;
}

uint32_t utf8_next(struct str s, size_t *at)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	size_t start = (*at)++;
	unsigned char first = (unsigned char)s.data[start];
	if (first < 0x80)
		return first;
	uint32_t rune = 0;
	size_t len = sequence_length(first, &rune);
	if (len == 0)
		return UTF8_INVALID;
	for (size_t i = 1; i < len; i++) {
		if (!is_continuation(s, start + i))
			return UTF8_INVALID;
		rune = rune << 6 | ((unsigned char)s.data[start + i] & 0x3F);
	}
	if (rune < least[len] || rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF))
		return UTF8_INVALID;
	*at = start + len;
	return rune;
}

uint32_t utf8_previous(struct str s, size_t *at)
{
	size_t start = *at - 1;
	while (start > 0 && *at - start < 4 && is_continuation(s, start))
		start--;
	*at = start;
	return utf8_next(s, &(size_t){start});
}

static size_t ascii_prefix(struct str s, size_t from)
{
	uint64_t word;
	while (s.len - from >= sizeof(word)) {
		memcpy(&word, s.data + from, sizeof(word));
		if (word & 0x8080808080808080u)
			break;
		from += sizeof(word);
	}
	while (from < s.len && (unsigned char)s.data[from] < 0x80)
		from++;
	return from;
}

size_t utf8_find_invalid(struct str s)
{
	size_t at = 0;
	while ((at = ascii_prefix(s, at)) < s.len) {
		size_t start = at;
		if (utf8_next(s, &at) == UTF8_INVALID)
			return start;
	}
	return SIZE_MAX;
}

bool utf8_is_ascii(struct str s)
{
	return ascii_prefix(s, 0) == s.len;
}

size_t utf8_count(struct str s)
{
	size_t count = 0;
	for (size_t i = 0; i < s.len; i++)
		count += ((unsigned char)s.data[i] & 0xC0) != 0x80;
	return count;
}

size_t utf8_encode(uint32_t rune, char ret_bytes[4])
{
	if (rune < 0x80) {
		ret_bytes[0] = (char)rune;
		return 1;
	}
	size_t len = rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
	static const unsigned char lead[5] = {0, 0, 0xC0, 0xE0, 0xF0};
	for (size_t i = len - 1; i > 0; i--) {
		ret_bytes[i] = (char)(0x80 | (rune & 0x3F));
		rune >>= 6;
	}
	ret_bytes[0] = (char)(lead[len] | rune);
	return len;
}

bool utf8_is_visible(uint32_t rune)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{0x00, 0x1F},
		{0x7F, 0x9F},
		{0xAD, 0xAD},       /* soft hyphen */
		{0x061C, 0x061C},   /* Arabic letter mark */
		{0x180E, 0x180E},   /* Mongolian vowel separator */
		{0x200B, 0x200F},   /* zero width, direction marks */
		{0x2028, 0x202E},   /* separators, embeddings, overrides */
		{0x2060, 0x206F},   /* joiners, isolates, deprecated formats */
		{0xFEFF, 0xFEFF},   /* byte order mark */
		{0xFFF9, 0xFFFB},   /* interlinear annotation */
		{0xE0000, 0xE007F}, /* tags */
		{0x110000, UINT32_MAX},
	};
	if (rune >= 0x20 && rune < 0x7F)
		return true;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (rune >= hidden[i].first && rune <= hidden[i].last)
			return false;
	return true;
}
