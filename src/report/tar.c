/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tar.h"

/* Where the fields are: IEEE Std 1003.1, pax, "ustar Interchange Format". */
enum {
	NAME_BYTES = 100,
	MODE_AT = 100,
	UID_AT = 108,
	GID_AT = 116,
	SIZE_AT = 124,
	TIME_AT = 136,
	CHECKSUM_AT = 148,
	TYPE_AT = 156,
	MAGIC_AT = 257,
	SHORT_DIGITS = 7,
	LONG_DIGITS = 11,
};

static void put_octal(char *field, unsigned digits, uint64_t number)
{
	for (unsigned i = digits; i > 0; i--, number /= 8)
		field[i - 1] = (char)('0' + number % 8);
}

static void put_checksum(char header[TAR_BLOCK_BYTES])
{
	unsigned sum = 0;
	memset(header + CHECKSUM_AT, ' ', 8);
	for (size_t i = 0; i < TAR_BLOCK_BYTES; i++)
		sum += (unsigned char)header[i];
	put_octal(header + CHECKSUM_AT, 6, sum);
	header[CHECKSUM_AT + 6] = '\0';
}

void tar_put(struct buf *out, struct str name, struct str content, int64_t time_s)
{
	static const char zeros[TAR_BLOCK_BYTES];
	char header[TAR_BLOCK_BYTES] = {0};
	memcpy(header, name.data, name.len < NAME_BYTES ? name.len : NAME_BYTES);
	put_octal(header + MODE_AT, SHORT_DIGITS, 0444);
	put_octal(header + UID_AT, SHORT_DIGITS, 0);
	put_octal(header + GID_AT, SHORT_DIGITS, 0);
	put_octal(header + SIZE_AT, LONG_DIGITS, content.len);
	put_octal(header + TIME_AT, LONG_DIGITS, time_s > 0 ? (uint64_t)time_s : 0);
	header[TYPE_AT] = '0';
	memcpy(header + MAGIC_AT,
		"ustar\0"
		"00",
		8);
	put_checksum(header);
	buf_put(out, (struct str){header, sizeof(header)});
	buf_put(out, content);
	size_t over = content.len % TAR_BLOCK_BYTES;
	if (over > 0)
		buf_put(out, (struct str){zeros, TAR_BLOCK_BYTES - over});
}

void tar_put_end(struct buf *out)
{
	static const char zeros[2 * TAR_BLOCK_BYTES];
	buf_put(out, (struct str){zeros, sizeof(zeros)});
}
