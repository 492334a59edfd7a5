/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ed25519.h"

#include <openssl/evp.h>

bool ed25519_public_key(
	const unsigned char seed[ED25519_KEY_BYTES], unsigned char ret_public[ED25519_KEY_BYTES])
{
	size_t len = ED25519_KEY_BYTES;
	EVP_PKEY *key =
		EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, ED25519_KEY_BYTES);
	bool ok = key && EVP_PKEY_get_raw_public_key(key, ret_public, &len) == 1;
	EVP_PKEY_free(key);
	return ok;
}

bool ed25519_sign(const unsigned char seed[ED25519_KEY_BYTES], struct str message,
	unsigned char ret_signature[ED25519_SIGNATURE_BYTES])
{
	size_t len = ED25519_SIGNATURE_BYTES;
	EVP_PKEY *key =
		EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, ED25519_KEY_BYTES);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool ok = key && context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
		  EVP_DigestSign(context, ret_signature, &len, (const unsigned char *)message.data,
			  message.len) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return ok;
}

bool ed25519_verify(const unsigned char public_key[ED25519_KEY_BYTES], struct str message,
	const unsigned char signature[ED25519_SIGNATURE_BYTES])
{
	EVP_PKEY *key =
		EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, ED25519_KEY_BYTES);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool ok = key && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
		  EVP_DigestVerify(context, signature, ED25519_SIGNATURE_BYTES,
			  (const unsigned char *)message.data, message.len) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return ok;
}
