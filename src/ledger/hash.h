/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* A SHA-256 digest. */
struct ledger_hash {
	unsigned char bytes[32];
};

/** SHA256(0x00 || entry). Source: RFC 6962 section 2.1. */
struct ledger_hash ledger_leaf_hash(struct str entry);

/** SHA256(0x01 || left || right). Source: RFC 6962 section 2.1. */
struct ledger_hash ledger_node_hash(
	const struct ledger_hash *left, const struct ledger_hash *right);

/** SHA256(""), the root of the empty tree. */
struct ledger_hash ledger_empty_root(void);

/** SHA256(first || second); either part may be empty. */
struct ledger_hash ledger_plain_hash(struct str first, struct str second);

static inline bool ledger_hash_equal(const struct ledger_hash *a, const struct ledger_hash *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

static inline struct str ledger_hash_str(const struct ledger_hash *hash)
{
	return (struct str){(const char *)hash->bytes, sizeof(hash->bytes)};
}
