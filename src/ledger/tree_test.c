/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/tree.h"

#include "ledger/cache.h"
#include "unit.h"

enum { LEAVES = 130 };

static struct ledger_hash leaves[LEAVES];

/* The definition of RFC 6962 section 2.1, word for word: the oracle. */
static struct ledger_hash defined_root(size_t start, size_t end)
{
	if (start == end)
		return ledger_empty_root();
	if (end - start == 1)
		return leaves[start];
	size_t k = 1;
	while (k * 2 < end - start)
		k *= 2;
	struct ledger_hash left = defined_root(start, start + k),
			   right = defined_root(start + k, end);
	return ledger_node_hash(&left, &right);
}

static int node_of_leaves(
	void *context, unsigned level, uint64_t index, struct ledger_hash *ret, struct error *err)
{
	(void)context;
	(void)err;
	ck_assert_uint_le((index + 1) << level, LEAVES);
	*ret = defined_root((size_t)(index << level), (size_t)((index + 1) << level));
	return 0;
}

static const struct ledger_nodes nodes = {.node = node_of_leaves};

static void make_leaves(void)
{
	for (size_t i = 0; i < LEAVES; i++) {
		char entry = (char)i;
		leaves[i] = ledger_leaf_hash((struct str){&entry, 1});
	}
}

START_TEST(known_roots_are_reproduced)
{
	static const struct {
		size_t size;
		unsigned char start[4];
	} cases[] = {
		/* The test vectors of certificate transparency, inputs "", 00, 10, 2021, 3031, ...
		 */
		{0, {0xe3, 0xb0, 0xc4, 0x42}},
		{1, {0x6e, 0x34, 0x0b, 0x9c}},
		{2, {0xfa, 0xc5, 0x42, 0x03}},
		{3, {0xae, 0xb6, 0xbc, 0xfe}},
		{8, {0x5d, 0xc9, 0xda, 0x79}},
	};
	static const struct str inputs[] = {STR_INIT(""), STR_INIT("\x00"), STR_INIT("\x10"),
		STR_INIT("\x20\x21"), STR_INIT("\x30\x31"), STR_INIT("\x40\x41\x42\x43"),
		STR_INIT("\x50\x51\x52\x53\x54\x55\x56\x57"),
		STR_INIT("\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f")};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ledger_frontier frontier = {0};
		for (size_t leaf = 0; leaf < cases[i].size; leaf++) {
			struct ledger_hash hash = ledger_leaf_hash(inputs[leaf]);
			ledger_frontier_append(&frontier, &hash);
		}
		struct ledger_hash root = ledger_frontier_root(&frontier);
		ck_assert_mem_eq(root.bytes, cases[i].start, 4);
	}
}
END_TEST

START_TEST(the_right_edge_agrees_with_the_definition_at_every_size)
{
	make_leaves();
	struct ledger_frontier grown = {0}, loaded;
	for (size_t size = 0; size <= LEAVES; size++) {
		struct error err = {0};
		struct ledger_hash expected = defined_root(0, size),
				   root = ledger_frontier_root(&grown);
		ck_assert(ledger_hash_equal(&root, &expected));
		ck_assert_int_eq(ledger_frontier_load(&nodes, size, &loaded, &err), 0);
		root = ledger_frontier_root(&loaded);
		ck_assert(ledger_hash_equal(&root, &expected));
		if (size < LEAVES)
			ledger_frontier_append(&grown, &leaves[size]);
	}
}
END_TEST

START_TEST(inclusion_proofs_verify_and_no_altered_one_does)
{
	make_leaves();
	for (uint64_t size = 1; size <= LEAVES; size += size < 20 ? 1 : 11) {
		struct ledger_hash root = defined_root(0, (size_t)size);
		for (uint64_t index = 0; index < size; index++) {
			struct ledger_path path;
			struct error err = {0};
			ck_assert_int_eq(
				ledger_prove_inclusion(&nodes, index, size, &path, &err), 0);
			ck_assert(
				ledger_verify_inclusion(&leaves[index], index, size, &path, &root));
			ck_assert(!ledger_verify_inclusion(
				&leaves[index], index + 1, size, &path, &root));
			ck_assert(!ledger_verify_inclusion(
					  &root, index, size, &path, &leaves[index]) ||
				  size == 1);
			for (size_t i = 0; i < path.count; i++) {
				path.hashes[i].bytes[7] ^= 1;
				ck_assert(!ledger_verify_inclusion(
					&leaves[index], index, size, &path, &root));
				path.hashes[i].bytes[7] ^= 1;
			}
			path.hashes[path.count++] = root;
			ck_assert(!ledger_verify_inclusion(
				&leaves[index], index, size, &path, &root));
		}
	}
}
END_TEST

START_TEST(consistency_proofs_verify_and_no_altered_one_does)
{
	make_leaves();
	for (uint64_t size = 1; size <= LEAVES; size += size < 20 ? 1 : 13) {
		struct ledger_hash root = defined_root(0, (size_t)size);
		for (uint64_t old_size = 0; old_size <= size; old_size++) {
			struct ledger_hash old_root = defined_root(0, (size_t)old_size),
					   forged = old_root;
			struct ledger_path path;
			struct error err = {0};
			ck_assert_int_eq(
				ledger_prove_consistency(&nodes, old_size, size, &path, &err), 0);
			ck_assert(
				ledger_verify_consistency(old_size, &old_root, size, &root, &path));
			forged.bytes[0] ^= 1;
			ck_assert(old_size == 0 || !ledger_verify_consistency(
							   old_size, &forged, size, &root, &path));
			for (size_t i = 0; i < path.count; i++) {
				path.hashes[i].bytes[31] ^= 0x80;
				ck_assert(!ledger_verify_consistency(
					old_size, &old_root, size, &root, &path));
				path.hashes[i].bytes[31] ^= 0x80;
			}
		}
	}
}
END_TEST

static size_t asked;

static int counted_node(
	void *context, unsigned level, uint64_t index, struct ledger_hash *ret, struct error *err)
{
	asked++;
	return node_of_leaves(context, level, index, ret, err);
}

START_TEST(a_cache_gives_the_same_proofs_for_fewer_nodes)
{
	static const struct ledger_nodes counted = {.node = counted_node};
	static struct ledger_cache cache;
	make_leaves();
	for (uint64_t size = 100; size <= LEAVES; size++) {
		size_t hashes = 0;
		asked = 0;
		ledger_cache_init(&cache, &counted);
		struct ledger_nodes through = ledger_cache_nodes(&cache);
		for (uint64_t index = 0; index < size; index++) {
			struct ledger_path plain, path;
			struct error err = {0};
			ck_assert_int_eq(
				ledger_prove_inclusion(&nodes, index, size, &plain, &err), 0);
			ck_assert_int_eq(
				ledger_prove_inclusion(&through, index, size, &path, &err), 0);
			ck_assert_uint_eq(path.count, plain.count);
			ck_assert_mem_eq(
				path.hashes, plain.hashes, plain.count * sizeof(plain.hashes[0]));
			hashes += plain.count;
		}
		ck_assert_uint_le(asked, 2 * size + 16);
		ck_assert_uint_gt(hashes, 5 * size);
	}
}
END_TEST

UNIT_TESTS("tree", a_cache_gives_the_same_proofs_for_fewer_nodes, known_roots_are_reproduced,
	the_right_edge_agrees_with_the_definition_at_every_size,
	inclusion_proofs_verify_and_no_altered_one_does,
	consistency_proofs_verify_and_no_altered_one_does)
