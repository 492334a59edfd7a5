/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "ledger/hash.h"

enum { LEDGER_MAX_PROOF = 64 };

/* The right edge of a growing tree: the roots of the perfect subtrees its size is the sum of. */
struct ledger_frontier {
	uint64_t size;
	struct ledger_hash
		peaks[64]; /* [i] is set when bit i of size is: a subtree of 2^i leaves */
};

/** Add one leaf. O(log size) hashes, amortised one. */
void ledger_frontier_append(struct ledger_frontier *frontier, const struct ledger_hash *leaf);

/** The root over all leaves so far. Source: RFC 6962 section 2.1. */
struct ledger_hash ledger_frontier_root(const struct ledger_frontier *frontier);

/*
 * Where proofs find hashes: node(level, index) is the root of the perfect subtree over the leaves
 * [index << level, (index + 1) << level). Returns -1 with err when it cannot be read.
 */
struct ledger_nodes {
	int (*node)(void *context, unsigned level, uint64_t index, struct ledger_hash *ret,
		struct error *err);
	void *context;
};

/** Hashes in the order of a verifier, from the leaf upward. */
struct ledger_path {
	struct ledger_hash hashes[LEDGER_MAX_PROOF];
	size_t count;
};

/** MTH(D[start:end]), 0 <= start < end: the root of any consecutive leaves that a proof may name.
 */
int ledger_range_root(const struct ledger_nodes *nodes, uint64_t start, uint64_t end,
	struct ledger_hash *ret_root, struct error *err);

/** Rebuild the right edge of a tree of that size. */
int ledger_frontier_load(const struct ledger_nodes *nodes, uint64_t size,
	struct ledger_frontier *ret_frontier, struct error *err);

/** Proof that the leaf at index is in the tree of that size; index < size. Source: RFC 6962 2.1.1.
 */
int ledger_prove_inclusion(const struct ledger_nodes *nodes, uint64_t index, uint64_t size,
	struct ledger_path *ret_path, struct error *err);

/** Proof that the tree of size is an extension of the one of old_size <= size. Source: RFC
 * 6962 2.1.2. */
int ledger_prove_consistency(const struct ledger_nodes *nodes, uint64_t old_size, uint64_t size,
	struct ledger_path *ret_path, struct error *err);

/** True when path leads from leaf at index to root. Source: RFC 9162 section 2.1.3.2. */
bool ledger_verify_inclusion(const struct ledger_hash *leaf, uint64_t index, uint64_t size,
	const struct ledger_path *path, const struct ledger_hash *root);

/** True when path leads from both roots; old_size 0 is consistent with all. Source: RFC
 * 9162 2.1.4.2. */
bool ledger_verify_consistency(uint64_t old_size, const struct ledger_hash *old_root, uint64_t size,
	const struct ledger_hash *root, const struct ledger_path *path);
