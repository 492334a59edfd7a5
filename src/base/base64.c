/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_put(struct buf *out, struct str bytes)
{
	for (size_t at = 0; at < bytes.len; at += 3) {
		size_t left = bytes.len - at;
		uint32_t group = (uint32_t)(unsigned char)bytes.data[at] << 16;
		if (left > 1)
			group |= (uint32_t)(unsigned char)bytes.data[at + 1] << 8;
		if (left > 2)
			group |= (unsigned char)bytes.data[at + 2];
		buf_put_char(out, alphabet[group >> 18]);
		buf_put_char(out, alphabet[group >> 12 & 63]);
		buf_put_char(out, left > 1 ? alphabet[group >> 6 & 63] : '=');
		buf_put_char(out, left > 2 ? alphabet[group & 63] : '=');
	}
}

static int sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static size_t padding_of(struct str text)
{
	if (text.len == 0 || text.data[text.len - 1] != '=')
		return 0;
	return text.data[text.len - 2] == '=' ? 2 : 1;
}

bool base64_decode(struct str text, char *ret_bytes, size_t *ret_len)
{
	if (text.len % 4 != 0)
		return false;
	size_t padding = padding_of(text), digits = text.len - padding, len = 0;
	uint32_t bits = 0;
	for (size_t i = 0; i < digits; i++) {
		int value = sextet(text.data[i]);
		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		if (i % 4 == 0)
			continue;
		ret_bytes[len++] = (char)(bits >> (6 - 2 * (i % 4)));
	}
	*ret_len = len;
	uint32_t unused = padding == 2 ? 0xF : padding == 1 ? 0x3 : 0;
	return (bits & unused) == 0;
}
