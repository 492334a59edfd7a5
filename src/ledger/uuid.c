/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-1 is what version 5 is made of; nothing here depends on its strength. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "ledger/uuid.h"

#include <openssl/sha.h>

enum { RAW_BYTES = 16 };

static void name_bytes(
	const unsigned char space[RAW_BYTES], struct str name, unsigned char ret_raw[RAW_BYTES])
{
	unsigned char digest[SHA_DIGEST_LENGTH];
	SHA_CTX context;
	SHA1_Init(&context);
	SHA1_Update(&context, space, RAW_BYTES);
	SHA1_Update(&context, name.data, name.len);
	SHA1_Final(digest, &context);
	memcpy(ret_raw, digest, RAW_BYTES);
	ret_raw[6] = (unsigned char)((ret_raw[6] & 0x0F) | 0x50);
	ret_raw[8] = (unsigned char)((ret_raw[8] & 0x3F) | 0x80);
}

void uuid_of_name(struct str name, char ret_uuid[UUID_BYTES])
{
	/* Of DNS names: RFC 9562 section 6.6. */
	static const unsigned char dns[RAW_BYTES] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
		0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
	static const char digits[] = "0123456789abcdef";
	unsigned char own[RAW_BYTES], raw[RAW_BYTES];
	struct buf text;
	name_bytes(dns, STR("gabion.dev"), own);
	name_bytes(own, name, raw);
	buf_init_fixed(&text, ret_uuid, UUID_BYTES - 1);
	for (size_t i = 0; i < RAW_BYTES; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			buf_put_char(&text, '-');
		buf_put_char(&text, digits[raw[i] >> 4]);
		buf_put_char(&text, digits[raw[i] & 15]);
	}
	ret_uuid[UUID_BYTES - 1] = '\0';
}
