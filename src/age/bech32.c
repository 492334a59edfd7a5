/* SPDX-License-Identifier: Apache-2.0 */
#include "age/bech32.h"

enum { CHECKSUM_SYMBOLS = 6, SYMBOL_BITS = 5 };

static uint32_t checksum_step(uint32_t checksum, unsigned symbol)
{
	static const uint32_t generator[SYMBOL_BITS] = {
		0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
	uint32_t top = checksum >> 25;
	checksum = (checksum & 0x1ffffff) << SYMBOL_BITS ^ symbol;
	for (unsigned i = 0; i < SYMBOL_BITS; i++)
		checksum ^= (top >> i & 1) != 0 ? generator[i] : 0;
	return checksum;
}

static uint32_t checksum_of_prefix(struct str prefix)
{
	uint32_t checksum = 1;
	for (size_t i = 0; i < prefix.len; i++)
		checksum = checksum_step(checksum, (unsigned char)prefix.data[i] >> SYMBOL_BITS);
	checksum = checksum_step(checksum, 0);
	for (size_t i = 0; i < prefix.len; i++)
		checksum = checksum_step(checksum, (unsigned char)prefix.data[i] & 31);
	return checksum;
}

bool bech32_decode(struct str text, struct str prefix, unsigned char *ret_bytes, size_t count)
{
	size_t symbols = (count * 8 + SYMBOL_BITS - 1) / SYMBOL_BITS;
	size_t start = prefix.len + 1, done = 0;
	uint32_t checksum = checksum_of_prefix(prefix), pending = 0;
	unsigned bits = 0;
	if (text.len != start + symbols + CHECKSUM_SYMBOLS || !str_starts_with(text, prefix) ||
		text.data[prefix.len] != '1')
		return false;
	for (size_t i = start; i < text.len; i++) {
		size_t symbol =
			str_find_char(STR("qpzry9x8gf2tvdw0s3jn54khce6mua7l"), text.data[i]);
		if (symbol == SIZE_MAX)
			return false;
		checksum = checksum_step(checksum, (unsigned)symbol);
		pending = (pending << SYMBOL_BITS | (uint32_t)symbol) & 0xfff;
		bits += SYMBOL_BITS;
		if (bits >= 8 && done < count) {
			bits -= 8;
			ret_bytes[done++] = (unsigned char)(pending >> bits);
		}
		if (i + 1 == start + symbols && (pending & ((1u << bits) - 1)) != 0)
			return false;
	}
	return checksum == 1;
}
