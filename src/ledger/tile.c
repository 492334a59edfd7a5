/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/tile.h"

/* Leaves below one hash of level; entries count as level 0. */
static unsigned shift_of(int level)
{
	return level <= 0 ? 0 : (unsigned)level * TILE_LEVELS;
}

unsigned tile_partial_width(int level, uint64_t size)
{
	return (unsigned)(size >> shift_of(level)) % TILE_WIDTH;
}

uint64_t tile_full_count(int level, uint64_t size)
{
	return size >> shift_of(level) >> TILE_LEVELS;
}

static void put_index(struct buf *out, uint64_t index)
{
	uint64_t divisor = 1;
	while (index / divisor >= 1000)
		divisor *= 1000;
	for (; divisor > 1; divisor /= 1000)
		buf_printf(out, "x%03u/", (unsigned)(index / divisor % 1000));
	buf_printf(out, "%03u", (unsigned)(index % 1000));
}

struct str tile_print_path(const struct tile *tile, char ret_path[TILE_PATH_BYTES])
{
	struct buf out;
	buf_init_fixed(&out, ret_path, TILE_PATH_BYTES - 1);
	if (tile->level == TILE_ENTRIES)
		buf_puts(&out, "tile/entries/");
	else
		buf_printf(&out, "tile/%d/", tile->level);
	put_index(&out, tile->index);
	if (tile->width < TILE_WIDTH)
		buf_printf(&out, ".p/%u", tile->width);
	ret_path[out.len] = '\0';
	return buf_str(&out);
}

void tile_of_node(unsigned level, uint64_t index, uint64_t size, struct tile *ret_tile,
	unsigned *ret_first, unsigned *ret_count)
{
	unsigned within = level % TILE_LEVELS;
	uint64_t first = index << within; /* in hashes of the tile's level */
	ret_tile->level = (int)(level / TILE_LEVELS);
	ret_tile->index = first / TILE_WIDTH;
	bool is_full = ret_tile->index < tile_full_count(ret_tile->level, size);
	ret_tile->width = is_full ? TILE_WIDTH : tile_partial_width(ret_tile->level, size);
	*ret_first = (unsigned)(first % TILE_WIDTH);
	*ret_count = 1u << within;
}

struct ledger_hash tile_fold(struct ledger_hash *hashes, unsigned count)
{
	for (; count > 1; count /= 2)
		for (unsigned i = 0; i < count / 2; i++)
			hashes[i] = ledger_node_hash(&hashes[2 * i], &hashes[2 * i + 1]);
	return hashes[0];
}

void bundle_put(struct buf *out, struct str entry)
{
	buf_put_char(out, (char)(entry.len >> 8));
	buf_put_char(out, (char)(entry.len & 0xFF));
	buf_put(out, entry);
}

int bundle_next(struct str *rest, struct str *ret_entry, struct error *err)
{
	if (rest->len == 0)
		return 0;
	if (rest->len < 2)
		return ERROR_SET(
			err, ERROR_INPUT, NO_ORIGIN, "an entry bundle ends within a length");
	size_t len = (size_t)(unsigned char)rest->data[0] << 8 | (unsigned char)rest->data[1];
	if (rest->len - 2 < len)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"an entry bundle ends within an entry of %zu bytes", len);
	*ret_entry = str_slice(*rest, 2, 2 + len);
	*rest = str_slice(*rest, 2 + len, rest->len);
	return 1;
}
