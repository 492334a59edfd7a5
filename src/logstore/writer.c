/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/writer.h"

#include "logstore/edge.h"
#include "logstore/prune.h"
#include "logstore/reader.h"
#include "logstore/tilefile.h"
#include "sys/durable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PRODUCERS_FILE "producers"

enum { BUNDLE_CAP_BYTES = 64 << 20, FOLDER_MODE = 0755 };

static int write_full(
	struct log_writer *writer, int level, uint64_t index, struct str bytes, struct error *err)
{
	struct tile tile = {.level = level, .index = index, .width = TILE_WIDTH};
	return tile_write(writer->folder_fd, &tile, bytes, err);
}

/* A full tile is written, and its root is one hash of the level above. */
static int push_hash(struct log_writer *writer, struct ledger_hash hash, struct error *err)
{
	for (int level = 0; level <= TILE_MAX_LEVEL; level++) {
		struct log_edge *edge = &writer->edges[level];
		edge->hashes[edge->count++] = hash;
		if (edge->count < TILE_WIDTH)
			return 0;
		if (write_full(writer, level, edge->index, edge_bytes(edge), err) < 0)
			return -1;
		hash = tile_fold(edge->hashes, TILE_WIDTH);
		edge->index++;
		edge->count = 0;
	}
	return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "the ledger is full");
}

static int push_entry(struct log_writer *writer, struct str entry, struct error *err)
{
	uint64_t bundle_index = writer->tiled_size / TILE_WIDTH;
	bundle_put(&writer->bundle, entry);
	writer->tiled_size++;
	if (writer->tiled_size % TILE_WIDTH == 0) {
		if (write_full(writer, TILE_ENTRIES, bundle_index, buf_str(&writer->bundle), err) <
			0)
			return -1;
		writer->bundle.len = 0;
	}
	return push_hash(writer, ledger_leaf_hash(entry), err);
}

static int push_item(struct log_writer *writer, struct str item, struct error *err)
{
	struct producer producer = producer_of(item.data);
	if (!producers_raise(writer->producers, producer.id, producer.sequence))
		return ERROR_SET(err, ERROR_BUG, NO_ORIGIN, "the table of producers overflowed");
	return push_entry(writer, str_slice(item, PRODUCER_PREFIX_BYTES, item.len), err);
}

/* The journal hands its entries out in order, from tiled_size on. */
static int replay_item(void *context, uint64_t index, struct str item, struct error *err)
{
	if (item.len <= PRODUCER_PREFIX_BYTES)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"entry %llu of the journal is too short", (unsigned long long)index);
	return push_item(context, item, err);
}

/* Producers that would be new, for what comes from one producer comes in a row. */
static size_t count_unknown(const struct log_writer *writer, const struct str *items, size_t count)
{
	size_t unknown = 0;
	for (size_t i = 0; i < count; i++) {
		bool same =
			i > 0 && memcmp(items[i].data, items[i - 1].data, PRODUCER_ID_BYTES) == 0;
		if (!same && producers_get(writer->producers, producer_of(items[i].data).id) == 0)
			unknown++;
	}
	return unknown;
}

static int check_items(
	const struct log_writer *writer, const struct str *items, size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].len <= PRODUCER_PREFIX_BYTES ||
			items[i].len > PRODUCER_PREFIX_BYTES + ENTRY_MAX_BYTES)
			return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
				"a record has %zu bytes, allowed are 1 to %d",
				items[i].len - PRODUCER_PREFIX_BYTES, ENTRY_MAX_BYTES);
	if (writer->producers->count + count_unknown(writer, items, count) > PRODUCERS_MAX)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"the ledger knows %zu producers already, at most %d are kept",
			writer->producers->count, PRODUCERS_MAX);
	return 0;
}

int log_has_room(const struct log_writer *writer, bool *ret_has_room, struct error *err)
{
	struct statvfs status;
	if (fstatvfs(writer->folder_fd, &status) < 0)
		return durable_fail(err, "ask for the free space of", "the ledger");
	*ret_has_room = status.f_bavail >= LOG_RESERVE_BYTES / status.f_frsize;
	return 0;
}

int log_append(struct log_writer *writer, const struct str *items, size_t count, struct error *err)
{
	if (check_items(writer, items, count, err) < 0 ||
		journal_append(&writer->journal, items, count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (push_item(writer, items[i], err) < 0)
			return -1;
	return 0;
}

/* The checkpoint speaks for this very tile: it is on disk, and must be there at every moment. */
static bool is_published(const struct log_writer *writer, const struct tile *tile)
{
	return tile->index == tile_full_count(tile->level, writer->published_size) &&
	       tile->width == tile_partial_width(tile->level, writer->published_size);
}

int log_write_edge(struct log_writer *writer, struct log_state *ret_state, struct error *err)
{
	struct tile tile = {.level = TILE_ENTRIES,
		.index = writer->tiled_size / TILE_WIDTH,
		.width = (unsigned)(writer->tiled_size % TILE_WIDTH)};
	if (tile.width > 0 && !is_published(writer, &tile) &&
		tile_write(writer->folder_fd, &tile, buf_str(&writer->bundle), err) < 0)
		return -1;
	for (int level = 0; level <= TILE_MAX_LEVEL; level++) {
		const struct log_edge *edge = &writer->edges[level];
		tile = (struct tile){.level = level, .index = edge->index, .width = edge->count};
		if (edge->count > 0 && !is_published(writer, &tile) &&
			tile_write(writer->folder_fd, &tile, edge_bytes(edge), err) < 0)
			return -1;
	}
	*ret_state =
		(struct log_state){.size = writer->tiled_size, .root = edges_root(writer->edges)};
	return 0;
}

int log_sync(int folder_fd, struct error *err)
{
	int result;
	do
		result = syncfs(folder_fd);
	while (result < 0 && errno == EINTR);
	return result < 0 ? durable_fail(err, "sync", "the ledger") : 0;
}

/* Partial tiles may go once the full one is published. */
static void drop_partials(int folder_fd, int level, uint64_t index)
{
	char path[TILE_PATH_BYTES];
	struct tile tile = {.level = level, .index = index, .width = 1};
	struct str text = tile_print_path(&tile, path);
	path[text.len - 2] = '\0'; /* without "/1" */
	int fd = openat(folder_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *names = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	while (names && (entry = readdir(names)))
		if (entry->d_name[0] != '.')
			unlinkat(fd, entry->d_name, 0);
	if (names)
		closedir(names);
	unlinkat(folder_fd, path, AT_REMOVEDIR);
}

static void drop_superseded(const struct log_writer *writer, uint64_t old_size, uint64_t size)
{
	for (int level = TILE_ENTRIES; level <= TILE_MAX_LEVEL; level++) {
		uint64_t old_full = tile_full_count(level, old_size);
		if (tile_partial_width(level, old_size) > 0 &&
			tile_full_count(level, size) > old_full)
			drop_partials(writer->folder_fd, level, old_full);
	}
}

static int write_checkpoint(int folder_fd, const struct note_signer *signer,
	const struct log_anchor *anchor, const struct log_state *state, struct arena *scratch,
	struct error *err)
{
	struct checkpoint checkpoint = {
		.origin = signer->key.name, .size = state->size, .root = state->root};
	struct arena_mark mark = arena_mark(scratch);
	struct buf text;
	buf_init_arena(&text, scratch, 512);
	int result = checkpoint_sign(scratch, &checkpoint, signer, &text, err);
	if (result == 0)
		result = durable_replace(folder_fd, "checkpoint", buf_str(&text), 0644, err);
	/* Afterwards, so that a crash between the two leaves the anchor behind the ledger. */
	if (result == 0 && anchor)
		result = log_anchor_write(anchor, buf_str(&text), err);
	arena_rewind(scratch, mark);
	return result;
}

/* Before the checkpoint: replaying what it already counts changes nothing, forgetting would. */
static int write_producers(
	const struct log_writer *writer, uint64_t size, struct arena *scratch, struct error *err)
{
	struct arena_mark mark = arena_mark(scratch);
	struct buf text;
	buf_init_arena(&text, scratch, (writer->producers->count + 10) * PRODUCERS_LINE_BYTES);
	int result = producers_print(writer->producers, size, &writer->signer, scratch, &text, err);
	if (result == 0)
		result = durable_replace(
			writer->folder_fd, PRODUCERS_FILE, buf_str(&text), 0644, err);
	arena_rewind(scratch, mark);
	return result;
}

int log_publish(struct log_writer *writer, const struct log_state *state, struct arena *scratch,
	struct error *err)
{
	if (write_producers(writer, state->size, scratch, err) < 0)
		return -1;
	if (write_checkpoint(
		    writer->folder_fd, &writer->signer, writer->anchor, state, scratch, err) < 0)
		return -1;
	drop_superseded(writer, writer->published_size, state->size);
	writer->published_size = state->size;
	return journal_recycle(&writer->journal, state->size, err);
}

int log_create(const char *folder, const struct note_signer *signer, struct arena *arena,
	struct error *err)
{
	if (mkdir(folder, FOLDER_MODE) < 0 && errno != EEXIST)
		return durable_fail(err, "make folder", folder);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return durable_fail(err, "open folder", folder);
	struct buf key;
	char memory[512];
	buf_init_fixed(&key, memory, sizeof(memory));
	note_key_print(&signer->key, &key);
	buf_put_char(&key, '\n');
	struct log_state empty = {.size = 0, .root = ledger_empty_root()};
	int result =
		faccessat(fd, "log", F_OK, AT_SYMLINK_NOFOLLOW) == 0
			? ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "'%s' is a ledger already", folder)
			: write_checkpoint(fd, signer, NULL, &empty, arena, err);
	if (result == 0)
		result = durable_replace(fd, "log", buf_str(&key), 0644, err);
	close(fd);
	return result;
}

static int take_lock(struct log_writer *writer, const char *folder, struct error *err)
{
	writer->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (writer->folder_fd < 0)
		return durable_fail(err, "open the ledger", folder);
	writer->lock_fd =
		openat(writer->folder_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (writer->lock_fd < 0)
		return durable_fail(err, "open the lock of", folder);
	if (flock(writer->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return ERROR_SET(err, ERROR_DENIED, NO_ORIGIN,
			"another process is writing to the ledger '%s'", folder);
	return durable_fail(err, "lock", folder);
}

static int load_edge(
	struct log_writer *writer, struct log_reader *reader, int level, struct error *err)
{
	struct log_edge *edge = &writer->edges[level];
	uint64_t size = reader->checkpoint.size;
	edge->index = tile_full_count(level, size);
	edge->count = tile_partial_width(level, size);
	if (edge->count == 0)
		return 0;
	struct tile tile = {.level = level, .index = edge->index, .width = edge->count};
	struct str bytes;
	if (log_read_tile(reader, &tile, &bytes, err) < 0)
		return -1;
	memcpy(edge->hashes, bytes.data, edge->count * sizeof(edge->hashes[0]));
	return 0;
}

static int say_altered(const struct log_reader *reader, uint64_t index, struct error *err)
{
	char path[TILE_PATH_BYTES];
	struct tile tile = log_tile_at(reader, TILE_ENTRIES, index);
	tile_print_path(&tile, path);
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"record %llu is not the one that was signed, in '%s'", (unsigned long long)index,
		path);
	error_set_remedy(err, LOG_RESTORE);
	return -1;
}

/* Every entry of the partial bundle must hash to what the tile says. */
static int load_bundle(struct log_writer *writer, struct log_reader *reader, struct error *err)
{
	uint64_t first = reader->checkpoint.size / TILE_WIDTH * TILE_WIDTH;
	for (uint64_t index = first; index < reader->checkpoint.size; index++) {
		struct str entry;
		if (log_read_entry(reader, index, &entry, err) < 0)
			return -1;
		struct ledger_hash leaf = ledger_leaf_hash(entry);
		if (!ledger_hash_equal(&leaf, &writer->edges[0].hashes[index - first]))
			return say_altered(reader, index, err);
		bundle_put(&writer->bundle, entry);
	}
	return 0;
}

static int load_producers(struct log_writer *writer, struct log_reader *reader, struct error *err)
{
	struct str text = {NULL, 0};
	uint64_t size = reader->checkpoint.size;
	int found = log_read_file(reader, PRODUCERS_FILE, PRODUCERS_FILE_BYTES, &text, err);
	if (found == 0 && size == 0)
		return 0;
	if (found == 0)
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "'%s' is missing", PRODUCERS_FILE);
	if (found == 1 && producers_parse(text, size, &writer->signer.key, reader->arena,
				  writer->producers, err) == 0)
		return 0;
	error_set_file(err, STR(PRODUCERS_FILE));
	error_set_remedy(err, "restore this file from a copy; without it nobody knows which "
			      "records producers have sent");
	return -1;
}

static int load_state(struct log_writer *writer, struct log_reader *reader, struct error *err)
{
	for (int level = 0; level <= TILE_MAX_LEVEL; level++)
		if (load_edge(writer, reader, level, err) < 0)
			return -1;
	struct ledger_hash root = edges_root(writer->edges);
	if (!ledger_hash_equal(&root, &reader->checkpoint.root)) {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the tiles do not have the root that the checkpoint signs");
		error_set_remedy(err, "run gabion ledger verify; nothing has been changed");
		return -1;
	}
	writer->tiled_size = writer->published_size = reader->checkpoint.size;
	writer->minimum = reader->range.first;
	writer->unlinked = log_find_unlinked(writer->folder_fd, writer->minimum);
	if (reader->range.archived)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"this folder is an archive, and nothing can be appended to one");
	return load_bundle(writer, reader, err) < 0 ? -1 : load_producers(writer, reader, err);
}

static int open_and_replay(
	struct log_writer *writer, const char *folder, struct arena *scratch, struct error *err)
{
	struct log_reader reader;
	struct buf key;
	char memory[512];
	buf_init_fixed(&key, memory, sizeof(memory));
	note_key_print(&writer->signer.key, &key);
	if (take_lock(writer, folder, err) < 0)
		return -1;
	int result = log_reader_open(&reader, scratch, folder, buf_str(&key), err);
	if (result == 0)
		result = load_state(writer, &reader, err);
	log_reader_close(&reader);
	if (result < 0)
		return -1;
	return journal_open(
		&writer->journal, writer->folder_fd, writer->tiled_size, replay_item, writer, err);
}

int log_writer_open(struct log_writer *writer, const char *folder, const struct note_signer *signer,
	struct arena *scratch, struct error *err)
{
	*writer = (struct log_writer){.folder_fd = -1, .lock_fd = -1, .signer = *signer};
	writer->journal = (struct journal){.folder_fd = -1, .fd = -1};
	arena_init(&writer->bundle_arena, BUNDLE_CAP_BYTES);
	buf_init_arena(&writer->bundle, &writer->bundle_arena, 1 << 16);
	writer->edges = ARENA_NEW_ARRAY(&writer->bundle_arena, struct log_edge, TILE_MAX_LEVEL + 1);
	writer->producers = ARENA_NEW(&writer->bundle_arena, struct producers);
	if (open_and_replay(writer, folder, scratch, err) == 0)
		return 0;
	log_writer_close(writer);
	return -1;
}

int log_writer_anchor(struct log_writer *writer, const char *folder, struct log_anchor *anchor,
	struct arena *scratch, struct error *err)
{
	struct log_reader reader;
	struct buf key;
	char memory[512];
	buf_init_fixed(&key, memory, sizeof(memory));
	note_key_print(&writer->signer.key, &key);
	int result = log_reader_open(&reader, scratch, folder, buf_str(&key), err);
	if (result == 0)
		result = log_anchor_check(anchor, &reader, err);
	log_reader_close(&reader);
	if (result == 0)
		writer->anchor = anchor;
	return result;
}

void log_writer_close(struct log_writer *writer)
{
	journal_close(&writer->journal);
	if (writer->lock_fd >= 0)
		close(writer->lock_fd);
	if (writer->folder_fd >= 0)
		close(writer->folder_fd);
	arena_release(&writer->bundle_arena);
	writer->folder_fd = writer->lock_fd = -1;
}
