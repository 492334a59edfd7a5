/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/**
 * Decode `<prefix>1<data><checksum>` in lower case: exactly count bytes into ret_bytes. False for
 * another prefix, another length, a wrong checksum, bits left over that are not 0. Source: BIP 173.
 */
bool bech32_decode(struct str text, struct str prefix, unsigned char *ret_bytes, size_t count);
