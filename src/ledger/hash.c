/* SPDX-License-Identifier: Apache-2.0 */
/* The one-block interface costs 126 ns for a node, the EVP one 155 ns; a verifier hashes millions.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "ledger/hash.h"

#include <openssl/sha.h>

static struct ledger_hash hash_parts(struct str prefix, struct str first, struct str second)
{
	SHA256_CTX context;
	struct ledger_hash hash;
	SHA256_Init(&context);
	SHA256_Update(&context, prefix.data, prefix.len);
	SHA256_Update(&context, first.data, first.len);
	SHA256_Update(&context, second.data, second.len);
	SHA256_Final(hash.bytes, &context);
	return hash;
}

struct ledger_hash ledger_leaf_hash(struct str entry)
{
	return hash_parts(STR("\0"), entry, STR(""));
}

struct ledger_hash ledger_node_hash(const struct ledger_hash *left, const struct ledger_hash *right)
{
	return hash_parts(STR("\1"), ledger_hash_str(left), ledger_hash_str(right));
}

struct ledger_hash ledger_empty_root(void)
{
	return hash_parts(STR(""), STR(""), STR(""));
}

struct ledger_hash ledger_plain_hash(struct str first, struct str second)
{
	return hash_parts(STR(""), first, second);
}
