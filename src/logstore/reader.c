/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/reader.h"

#include "sys/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SMALL_FILE_BYTES = 1 << 16, /* checkpoint and key */
	BUNDLE_BYTES = TILE_WIDTH * (ENTRY_MAX_BYTES + 2),
};

static int read_all(int fd, const char *name, char *memory, size_t bytes, struct error *err)
{
	size_t len = 0;
	while (len < bytes) {
		ssize_t got = read(fd, memory + len, bytes - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return durable_fail(err, "read", name);
		if (got == 0)
			return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
				"'%s' became shorter while it was read", name);
		len += (size_t)got;
	}
	return 0;
}

static int check_size(const struct stat *status, const char *name, size_t limit, struct error *err)
{
	if (!S_ISREG(status->st_mode))
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "'%s' is not a regular file", name);
	else if ((uint64_t)status->st_size > limit)
		ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "'%s' has %lld bytes, at most %zu are read",
			name, (long long)status->st_size, limit);
	else
		return 0;
	error_set_remedy(err, LOG_RESTORE);
	return -1;
}

/* 1 when read, 0 when there is no such file. Memory first: no descriptor is open when the arena may
 * jump. */
int log_read_file(const struct log_reader *reader, const char *name, size_t limit,
	struct str *ret_bytes, struct error *err)
{
	struct stat status;
	if (fstatat(reader->folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : durable_fail(err, "open", name);
	if (check_size(&status, name, limit, err) < 0)
		return -1;
	size_t bytes = (size_t)status.st_size;
	char *memory = arena_alloc(reader->arena, bytes + 1);
	int fd = openat(reader->folder_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return durable_fail(err, "open", name);
	int result = read_all(fd, name, memory, bytes, err);
	close(fd);
	*ret_bytes = (struct str){memory, bytes};
	return result < 0 ? -1 : 1;
}

static int require_file(
	const struct log_reader *reader, const char *name, struct str *ret_bytes, struct error *err)
{
	int found = log_read_file(reader, name, SMALL_FILE_BYTES, ret_bytes, err);
	if (found == 0) {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"this folder has no file '%s', so it is no ledger", name);
		error_set_remedy(err, "make one with: gabion ledger init");
	}
	return found == 1 ? 0 : -1;
}

static int open_checkpoint(struct log_reader *reader, const char *name, struct error *err)
{
	reader->note = ARENA_NEW(reader->arena, struct note);
	if (checkpoint_open(reader->arena, reader->checkpoint_text, reader->key.name, &reader->key,
		    &reader->checkpoint, reader->note, err) == 0)
		return 0;
	error_set_file(err, str_from(name));
	error_set_remedy(
		err, "restore it from a copy; if it is of another ledger, give that one's key");
	return -1;
}

/* What `minimum` says is true of any later checkpoint, so it is read before `checkpoint` is. */
static int read_head(struct log_reader *reader, struct str trusted_key, struct error *err)
{
	struct str key_text = trusted_key, range = {NULL, 0};
	if (key_text.len == 0 && require_file(reader, "log", &key_text, err) < 0)
		return -1;
	int found = log_read_file(reader, ARCHIVE_FILE, SMALL_FILE_BYTES, &range, err);
	reader->range.archived = found == 1;
	if (found == 0)
		found = log_read_file(reader, MINIMUM_FILE, SMALL_FILE_BYTES, &range, err);
	if (found < 0 || note_key_parse(reader->arena, str_trim(key_text), &reader->key, err) < 0 ||
		require_file(reader, "checkpoint", &reader->checkpoint_text, err) < 0 ||
		open_checkpoint(reader, "checkpoint", err) < 0)
		return -1;
	reader->range.end = reader->checkpoint.size;
	return found == 0 ? 0
			  : log_range_parse(range, reader->checkpoint.size, &reader->range, err);
}

int log_reader_use(struct log_reader *reader, const char *name, struct error *err)
{
	struct str text;
	int found = log_read_file(reader, name, SMALL_FILE_BYTES, &text, err);
	if (found != 1)
		return found;
	reader->checkpoint_text = text;
	if (open_checkpoint(reader, name, err) < 0)
		return -1;
	for (int level = 0; level <= TILE_MAX_LEVEL; level++)
		reader->tiles[level].width = 0;
	reader->bundle_index = UINT64_MAX;
	reader->bundle_mark = arena_mark(reader->arena);
	if (!reader->range.archived)
		reader->range.end = reader->checkpoint.size;
	return 1;
}

int log_reader_open(struct log_reader *reader, struct arena *arena, const char *folder,
	struct str trusted_key, struct error *err)
{
	*reader = (struct log_reader){.folder_fd = -1, .arena = arena, .bundle_index = UINT64_MAX};
	reader->tiles = ARENA_NEW_ARRAY(arena, struct log_tile, TILE_MAX_LEVEL + 1);
	reader->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (reader->folder_fd < 0) {
		durable_fail(err, "open the ledger", folder);
		error_set_remedy(
			err, "name its folder with --ledger, or make one: gabion ledger init");
		return -1;
	}
	int result = read_head(reader, trusted_key, err);
	reader->bundle_mark = arena_mark(arena);
	return result;
}

void log_reader_close(struct log_reader *reader)
{
	if (reader->folder_fd >= 0)
		close(reader->folder_fd);
	reader->folder_fd = -1;
}

struct tile log_tile_at(const struct log_reader *reader, int level, uint64_t index)
{
	struct tile tile = {.level = level, .index = index / TILE_WIDTH, .width = TILE_WIDTH};
	if (tile.index >= tile_full_count(level, reader->checkpoint.size))
		tile.width = tile_partial_width(level, reader->checkpoint.size);
	return tile;
}

bool log_was_pruned(const struct log_reader *reader)
{
	struct log_range now = {.archived = false};
	struct error none = {0};
	struct str text;
	return !reader->range.archived &&
	       log_read_file(reader, MINIMUM_FILE, SMALL_FILE_BYTES, &text, &none) == 1 &&
	       log_range_parse(text, INT64_MAX, &now, &none) == 0 &&
	       now.first > reader->range.first;
}

static int say_missing(const struct log_reader *reader, const char *path, struct error *err)
{
	if (log_was_pruned(reader)) {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "'%s' was pruned while the ledger was read",
			path);
		error_set_remedy(err, "do it again");
	} else {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"'%s' is missing, which the checkpoint speaks for", path);
		error_set_remedy(err, LOG_RESTORE);
	}
	return -1;
}

int log_read_tile(struct log_reader *reader, const struct tile *tile, struct str *ret_bytes,
	struct error *err)
{
	char path[TILE_PATH_BYTES];
	size_t limit = tile->level == TILE_ENTRIES ? BUNDLE_BYTES
						   : TILE_WIDTH * sizeof(struct ledger_hash);
	tile_print_path(tile, path);
	int found = log_read_file(reader, path, limit, ret_bytes, err);
	if (found == 0 && tile->width < TILE_WIDTH) {
		struct tile full = {
			.level = tile->level, .index = tile->index, .width = TILE_WIDTH};
		found = log_read_file(reader,
			str_copy(reader->arena, tile_print_path(&full, path)).data, limit,
			ret_bytes, err);
	}
	if (found < 0)
		return -1;
	tile_print_path(tile, path);
	size_t needed = tile->width * sizeof(struct ledger_hash);
	if (found == 0)
		return say_missing(reader, path, err);
	if (tile->level != TILE_ENTRIES && ret_bytes->len < needed)
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "'%s' ends at byte %zu of %zu", path,
			ret_bytes->len, needed);
	else
		return 0;
	error_set_remedy(err, LOG_RESTORE);
	return -1;
}

static int say_elsewhere(const struct log_reader *reader, uint64_t index, struct error *err)
{
	const struct log_range *range = &reader->range;
	if (index >= reader->checkpoint.size)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the ledger has %llu records, there is no number %llu",
			(unsigned long long)reader->checkpoint.size, (unsigned long long)index);
	if (range->archived)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"record %llu is not in this archive, which holds %llu to %llu",
			(unsigned long long)index, (unsigned long long)range->first,
			(unsigned long long)range->end - 1);
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"record %llu was pruned: this ledger keeps those from %llu on",
		(unsigned long long)index, (unsigned long long)range->first);
	error_set_remedy(err, "look into the archive that record %llu names",
		(unsigned long long)range->pruned_by);
	return -1;
}

static int say_cut(const struct tile *bundle, size_t at, uint64_t record, struct error *err)
{
	char path[TILE_PATH_BYTES];
	tile_print_path(bundle, path);
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"'%s' is damaged at byte %zu: record %llu is cut short", path, at,
		(unsigned long long)record);
	error_set_remedy(err, LOG_RESTORE);
	return -1;
}

int log_read_entry(
	struct log_reader *reader, uint64_t index, struct str *ret_entry, struct error *err)
{
	if (index < reader->range.first || index >= reader->range.end)
		return say_elsewhere(reader, index, err);
	struct tile tile = log_tile_at(reader, TILE_ENTRIES, index);
	if (tile.index != reader->bundle_index) {
		arena_rewind(reader->arena, reader->bundle_mark);
		reader->bundle_index = UINT64_MAX;
		if (log_read_tile(reader, &tile, &reader->bundle, err) < 0)
			return -1;
		reader->bundle_index = tile.index;
	}
	struct str rest = reader->bundle;
	for (uint64_t skipped = 0; skipped <= index % TILE_WIDTH; skipped++) {
		size_t at = reader->bundle.len - rest.len;
		struct error cut = {0};
		if (bundle_next(&rest, ret_entry, &cut) <= 0)
			return say_cut(&tile, at, index - index % TILE_WIDTH + skipped, err);
	}
	return 0;
}

static int load_tile(struct log_reader *reader, const struct tile *wanted, struct error *err)
{
	struct log_tile *held = &reader->tiles[wanted->level];
	if (held->width == wanted->width && held->index == wanted->index)
		return 0;
	struct arena_mark mark = arena_mark(reader->arena);
	struct str bytes;
	held->width = 0;
	if (log_read_tile(reader, wanted, &bytes, err) < 0)
		return -1;
	memcpy(held->hashes, bytes.data, wanted->width * sizeof(struct ledger_hash));
	arena_rewind(reader->arena, mark);
	held->width = wanted->width;
	held->index = wanted->index;
	return 0;
}

static int read_node(
	void *context, unsigned level, uint64_t index, struct ledger_hash *ret, struct error *err)
{
	struct log_reader *reader = context;
	struct ledger_hash hashes[TILE_WIDTH];
	struct tile tile;
	unsigned first, count;
	tile_of_node(level, index, reader->checkpoint.size, &tile, &first, &count);
	if (tile.level > TILE_MAX_LEVEL || first + count > tile.width)
		return ERROR_SET(
			err, ERROR_BUG, NO_ORIGIN, "a proof asks for a hash outside the tree");
	if (load_tile(reader, &tile, err) < 0)
		return -1;
	memcpy(hashes, reader->tiles[tile.level].hashes + first, count * sizeof(hashes[0]));
	*ret = tile_fold(hashes, count);
	return 0;
}

struct ledger_nodes log_nodes(struct log_reader *reader)
{
	return (struct ledger_nodes){.node = read_node, .context = reader};
}
