/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/prune.h"

#include "logstore/range.h"
#include "logstore/writer.h"
#include "sys/durable.h"

#include <fcntl.h>
#include <unistd.h>

enum { FILE_MODE = 0644, INDEX_GROUP = 1000 /* names in one folder of a tile path */ };

static bool has_bundle(int folder_fd, uint64_t index)
{
	char path[TILE_PATH_BYTES];
	struct tile tile = {.level = TILE_ENTRIES, .index = index, .width = TILE_WIDTH};
	tile_print_path(&tile, path);
	return faccessat(folder_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

uint64_t log_find_unlinked(int folder_fd, uint64_t minimum)
{
	uint64_t low = 0, high = minimum / TILE_WIDTH;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (has_bundle(folder_fd, middle))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

int log_prune(struct log_writer *writer, uint64_t minimum, uint64_t pruned_by, struct error *err)
{
	struct log_range range = {.first = minimum, .pruned_by = pruned_by};
	char memory[96];
	struct buf text;
	bool allowed = minimum % TILE_WIDTH == 0 && minimum >= writer->minimum &&
		       minimum <= pruned_by && pruned_by < writer->published_size;
	if (!allowed)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"records can be pruned up to a multiple of %d between %llu and %llu, "
			"not up to %llu",
			TILE_WIDTH, (unsigned long long)writer->minimum,
			(unsigned long long)writer->published_size, (unsigned long long)minimum);
	buf_init_fixed(&text, memory, sizeof(memory));
	log_range_print(&range, &text);
	if (durable_replace(writer->folder_fd, MINIMUM_FILE, buf_str(&text), FILE_MODE, err) < 0)
		return -1;
	writer->minimum = minimum;
	return 0;
}

/* A file that is there too long harms nobody: the next start tries again. */
static void unlink_tile(int folder_fd, int level, uint64_t index)
{
	char path[TILE_PATH_BYTES];
	struct tile tile = {.level = level, .index = index, .width = TILE_WIDTH};
	tile_print_path(&tile, path);
	(void)unlinkat(folder_fd, path, 0);
	if ((index + 1) % INDEX_GROUP != 0)
		return;
	*strrchr(path, '/') = '\0';
	(void)unlinkat(folder_fd, path, AT_REMOVEDIR);
}

/* The bundle goes last: where it is gone, so are the tiles that end with it. */
bool log_prune_some(struct log_writer *writer, unsigned files)
{
	while (files-- > 0 && writer->unlinked < writer->minimum / TILE_WIDTH) {
		uint64_t index = writer->unlinked++, end = writer->unlinked;
		for (int level = 0; level <= TILE_MAX_LEVEL; level++) {
			unlink_tile(writer->folder_fd, level, index);
			if (end % TILE_WIDTH != 0)
				break;
			end /= TILE_WIDTH;
			index /= TILE_WIDTH;
		}
		unlink_tile(writer->folder_fd, TILE_ENTRIES, writer->unlinked - 1);
	}
	return writer->unlinked < writer->minimum / TILE_WIDTH;
}
