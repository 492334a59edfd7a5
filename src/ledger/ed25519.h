/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

enum { ED25519_KEY_BYTES = 32, ED25519_SIGNATURE_BYTES = 64 };

/** The public key of a 32-byte seed. Source: RFC 8032 section 5.1.5. False when the library
 * refuses. */
bool ed25519_public_key(
	const unsigned char seed[ED25519_KEY_BYTES], unsigned char ret_public[ED25519_KEY_BYTES]);

/** Sign message with the key of a seed. False when the library refuses. */
bool ed25519_sign(const unsigned char seed[ED25519_KEY_BYTES], struct str message,
	unsigned char ret_signature[ED25519_SIGNATURE_BYTES]);

/** True when signature is message's under the public key. */
bool ed25519_verify(const unsigned char public_key[ED25519_KEY_BYTES], struct str message,
	const unsigned char signature[ED25519_SIGNATURE_BYTES]);
