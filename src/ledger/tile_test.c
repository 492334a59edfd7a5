/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "ledger/proof.h"
#include "ledger/tile.h"
#include "unit.h"

START_TEST(paths_are_those_of_the_specification)
{
	static const struct {
		struct tile tile;
		struct str path;
	} cases[] = {
		{{0, 0, 256}, STR_INIT("tile/0/000")},
		{{1, 1234067, 256}, STR_INIT("tile/1/x001/x234/067")},
		{{0, 273, 112}, STR_INIT("tile/0/273.p/112")},
		{{TILE_ENTRIES, 1000, 5}, STR_INIT("tile/entries/x001/000.p/5")},
		{{2, UINT64_MAX >> 24, 1}, STR_INIT("tile/2/x001/x099/x511/x627/775.p/1")},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[TILE_PATH_BYTES];
		ASSERT_STR(tile_print_path(&cases[i].tile, path), cases[i].path);
	}
}
END_TEST

START_TEST(widths_follow_the_size)
{
	ck_assert_uint_eq(tile_partial_width(0, 70000), 70000 % 256);
	ck_assert_uint_eq(tile_partial_width(1, 70000), 70000 / 256 % 256);
	ck_assert_uint_eq(tile_partial_width(2, 70000), 1);
	ck_assert_uint_eq(tile_full_count(0, 70000), 273);
	ck_assert_uint_eq(tile_full_count(1, 70000), 1);
	ck_assert_uint_eq(tile_partial_width(TILE_ENTRIES, 256), 0);
}
END_TEST

START_TEST(a_node_is_found_in_its_tile)
{
	struct tile tile;
	unsigned first, count;
	tile_of_node(0, 300, 70000, &tile, &first, &count);
	ck_assert(tile.level == 0 && tile.index == 1 && tile.width == 256 && first == 44 &&
		  count == 1);
	tile_of_node(3, 40, 70000, &tile, &first, &count);
	ck_assert(tile.level == 0 && tile.index == 1 && first == 64 && count == 8);
	tile_of_node(8, 272, 70000, &tile, &first, &count);
	ck_assert(tile.level == 1 && tile.index == 1 && tile.width == 17 && first == 16 &&
		  count == 1);
}
END_TEST

START_TEST(bundles_give_back_their_entries_and_refuse_cut_ones)
{
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct buf out;
	buf_init_arena(&out, &arena, 64);
	char big[ENTRY_MAX_BYTES];
	memset(big, 'x', sizeof(big));
	bundle_put(&out, STR("first"));
	bundle_put(&out, STR(""));
	bundle_put(&out, (struct str){big, sizeof(big)});
	struct str rest = buf_str(&out), entry;
	struct error err = {0};
	ck_assert_int_eq(bundle_next(&rest, &entry, &err), 1);
	ASSERT_STR(entry, STR("first"));
	ck_assert_int_eq(bundle_next(&rest, &entry, &err), 1);
	ck_assert_uint_eq(entry.len, 0);
	ck_assert_int_eq(bundle_next(&rest, &entry, &err), 1);
	ck_assert_uint_eq(entry.len, sizeof(big));
	ck_assert_int_eq(bundle_next(&rest, &entry, &err), 0);
	for (size_t cut = 1; cut < 7; cut++) {
		rest = str_slice(buf_str(&out), 0, cut);
		ck_assert_int_eq(bundle_next(&rest, &entry, &err), -1);
	}
	arena_release(&arena);
}
END_TEST

START_TEST(proof_files_are_read_back_and_malformed_ones_refused)
{
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct proof_file proof = {.extra = STR("x"),
				  .index = 5,
				  .checkpoint = STR("a\n1\nb\n\n— s AAAAAAA=\n")},
			  read;
	proof.path.count = 3;
	struct buf out;
	buf_init_arena(&out, &arena, 512);
	proof_print(&proof, &out);
	struct error err = {0};
	ck_assert_int_eq(proof_parse(&arena, buf_str(&out), &read, &err), 0);
	ck_assert(read.index == 5 && read.path.count == 3);
	ASSERT_STR(read.extra, STR("x"));
	ASSERT_STR(read.checkpoint, proof.checkpoint);
	static const struct str bad[] = {STR_INIT(""), STR_INIT("c2sp.org/tlog-proof@v1"),
		STR_INIT("c2sp.org/tlog-proof@v1\nindex 01\n\n"),
		STR_INIT("c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n"),
		STR_INIT("c2sp.org/tlog-proof@v1\nindex 1\n"),
		STR_INIT("c2sp.org/tlog-proof@v1\nextra !\nindex 1\n\n")};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err = (struct error){0};
		ck_assert_msg(proof_parse(&arena, bad[i], &read, &err) < 0, "read proof %zu", i);
	}
	arena_release(&arena);
}
END_TEST

UNIT_TESTS("tile", paths_are_those_of_the_specification, widths_follow_the_size,
	a_node_is_found_in_its_tile, bundles_give_back_their_entries_and_refuse_cut_ones,
	proof_files_are_read_back_and_malformed_ones_refused)
