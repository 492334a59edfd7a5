/* SPDX-License-Identifier: Apache-2.0 */
#include "age/age.h"

#include "age/bech32.h"
#include "base/base64.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { KEY_BYTES = 32, FILE_KEY_BYTES = 16, NONCE_BYTES = 16, HEADER_BYTES = 16 << 10 };

static int refuse(struct error *err)
{
	return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "libcrypto refuses to encrypt");
}

int age_add_recipient(struct age_recipients *recipients, struct str text, struct error *err)
{
	if (recipients->count == AGE_MOST_RECIPIENTS)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "at most %d recipients are possible",
			AGE_MOST_RECIPIENTS);
	if (str_starts_with(text, STR("AGE-SECRET-KEY-")) ||
		str_starts_with(text, STR("age-secret-key-"))) {
		ERROR_SET(err, ERROR_POLICY, NO_ORIGIN, "this is a secret key, not a recipient");
		error_set_remedy(err, "age-keygen -y prints its recipient, which begins with age1");
		return -1;
	}
	struct age_recipient *added = &recipients->items[recipients->count];
	if (!bech32_decode(text, STR("age"), added->public_key, KEY_BYTES)) {
		ERROR_SET(err, ERROR_POLICY, NO_ORIGIN, "'%.*s' is no X25519 recipient of age",
			STR_ARGS(text));
		error_set_remedy(
			err, "it has 62 characters, begins with age1, and age-keygen makes one");
		return -1;
	}
	recipients->count++;
	return 0;
}

int age_add_recipients(struct age_recipients *recipients, struct str text, struct error *err)
{
	struct str line;
	for (uint32_t number = 1; str_next_part(&text, '\n', &line); number++) {
		line = str_trim(line);
		if (line.len == 0 || line.data[0] == '#')
			continue;
		if (age_add_recipient(recipients, line, err) < 0) {
			err->origin = (struct origin){number, 1};
			return -1;
		}
	}
	return 0;
}

/* One block of HKDF-SHA-256, which is all that is ever needed. Source: RFC 5869. */
static bool derive(
	struct str secret, struct str salt, struct str info, unsigned char ret_key[KEY_BYTES])
{
	static const char no_salt[KEY_BYTES];
	unsigned char extracted[KEY_BYTES];
	char block[64];
	struct buf text;
	buf_init_fixed(&text, block, sizeof(block));
	buf_put(&text, info);
	buf_put_char(&text, 1);
	if (salt.len == 0)
		salt = (struct str){no_salt, sizeof(no_salt)};
	bool done = HMAC(EVP_sha256(), salt.data, (int)salt.len, (const unsigned char *)secret.data,
			    secret.len, extracted, NULL) &&
		    HMAC(EVP_sha256(), extracted, KEY_BYTES, (const unsigned char *)block, text.len,
			    ret_key, NULL);
	OPENSSL_cleanse(extracted, sizeof(extracted));
	return done;
}

static struct str bytes(const unsigned char *data, size_t len)
{
	return (struct str){(const char *)data, len};
}

/* ChaCha20-Poly1305 (RFC 8439) without associated data; the tag follows the text. */
static bool seal(const unsigned char key[KEY_BYTES], const unsigned char nonce[12],
	struct str plain, unsigned char *ret_sealed)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int len = 0, rest = 0;
	bool done = context &&
		    EVP_EncryptInit_ex(context, EVP_chacha20_poly1305(), NULL, key, nonce) == 1 &&
		    EVP_EncryptUpdate(context, ret_sealed, &len, (const unsigned char *)plain.data,
			    (int)plain.len) == 1 &&
		    EVP_EncryptFinal_ex(context, ret_sealed + len, &rest) == 1 &&
		    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, AGE_TAG_BYTES,
			    ret_sealed + plain.len) == 1;
	EVP_CIPHER_CTX_free(context);
	return done;
}

/* What both sides can compute; the library refuses points that make it 0. */
static bool agree(EVP_PKEY *own, const unsigned char public_key[KEY_BYTES],
	unsigned char ret_shared[KEY_BYTES])
{
	size_t len = KEY_BYTES;
	EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, public_key, KEY_BYTES);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(own, NULL);
	bool done = peer && context && EVP_PKEY_derive_init(context) == 1 &&
		    EVP_PKEY_derive_set_peer(context, peer) == 1 &&
		    EVP_PKEY_derive(context, ret_shared, &len) == 1 && len == KEY_BYTES;
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(peer);
	return done;
}

/* Base64 here has no padding. */
static void put_base64(struct buf *out, struct str data)
{
	base64_put(out, data);
	while (out->len > 0 && out->data[out->len - 1] == '=')
		out->len--;
}

/* The file's key for one recipient. Source: age specification, "The X25519 recipient type". */
static bool put_stanza(struct buf *out, const struct age_recipient *recipient,
	const unsigned char secret[AGE_OWN_RANDOM_BYTES], const unsigned char *file_key)
{
	static const unsigned char zero_nonce[12];
	unsigned char salt[2 * KEY_BYTES], shared[KEY_BYTES], key[KEY_BYTES];
	unsigned char wrapped[FILE_KEY_BYTES + AGE_TAG_BYTES];
	size_t len = KEY_BYTES;
	EVP_PKEY *own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret, KEY_BYTES);
	bool done = own && EVP_PKEY_get_raw_public_key(own, salt, &len) == 1 &&
		    agree(own, recipient->public_key, shared);
	EVP_PKEY_free(own);
	memcpy(salt + KEY_BYTES, recipient->public_key, KEY_BYTES);
	done = done &&
	       derive(bytes(shared, sizeof(shared)), bytes(salt, sizeof(salt)),
		       STR("age-encryption.org/v1/X25519"), key) &&
	       seal(key, zero_nonce, bytes(file_key, FILE_KEY_BYTES), wrapped);
	OPENSSL_cleanse(shared, sizeof(shared));
	OPENSSL_cleanse(key, sizeof(key));
	if (!done)
		return false;
	buf_puts(out, "-> X25519 ");
	put_base64(out, bytes(salt, KEY_BYTES));
	buf_puts(out, "\n");
	put_base64(out, bytes(wrapped, sizeof(wrapped)));
	buf_puts(out, "\n");
	return true;
}

static bool put_mac(struct buf *header, const unsigned char *file_key)
{
	unsigned char key[KEY_BYTES], mac[KEY_BYTES];
	buf_puts(header, "---");
	bool done = derive(bytes(file_key, FILE_KEY_BYTES), STR(""), STR("header"), key) &&
		    HMAC(EVP_sha256(), key, KEY_BYTES, (const unsigned char *)header->data,
			    header->len, mac, NULL);
	OPENSSL_cleanse(key, sizeof(key));
	buf_puts(header, " ");
	put_base64(header, bytes(mac, sizeof(mac)));
	buf_puts(header, "\n");
	return done;
}

int age_begin(const struct age_recipients *recipients, const unsigned char random[AGE_RANDOM_BYTES],
	struct buf *out, struct age_stream *ret_stream, struct error *err)
{
	const unsigned char *file_key = random, *nonce = random + FILE_KEY_BYTES;
	char memory[HEADER_BYTES];
	struct buf header;
	buf_init_fixed(&header, memory, sizeof(memory));
	buf_puts(&header, "age-encryption.org/v1\n");
	for (size_t i = 0; i < recipients->count; i++)
		if (!put_stanza(&header, &recipients->items[i],
			    random + AGE_SHARED_RANDOM_BYTES + i * AGE_OWN_RANDOM_BYTES, file_key))
			return ERROR_SET(err, ERROR_POLICY, NO_ORIGIN,
				"recipient %zu cannot be encrypted to: it is no point of order "
				"enough",
				i + 1);
	*ret_stream = (struct age_stream){.counter = 0};
	if (!put_mac(&header, file_key) ||
		!derive(bytes(file_key, FILE_KEY_BYTES), bytes(nonce, NONCE_BYTES), STR("payload"),
			ret_stream->key))
		return refuse(err);
	buf_put(out, buf_str(&header));
	buf_put(out, bytes(nonce, NONCE_BYTES));
	return 0;
}

int age_seal(struct age_stream *stream, struct str plain, bool is_last, char *ret_sealed,
	struct error *err)
{
	unsigned char nonce[12] = {0};
	for (unsigned i = 0; i < sizeof(stream->counter); i++)
		nonce[10 - i] = (unsigned char)(stream->counter >> 8 * i);
	nonce[11] = is_last;
	stream->counter++;
	bool done = seal(stream->key, nonce, plain, (unsigned char *)ret_sealed);
	if (is_last)
		OPENSSL_cleanse(stream->key, sizeof(stream->key));
	return done ? 0 : refuse(err);
}
