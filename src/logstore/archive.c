/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/archive.h"

#include "logstore/tilefile.h"
#include "sys/durable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FOLDER_MODE = 0755,
	FILE_MODE = 0644,
	SMALL_BYTES = 4096,
	BUNDLE_BYTES = TILE_WIDTH * (ENTRY_MAX_BYTES + 2),
};

struct copying {
	struct log_reader *from;
	struct log_reader to; /* only its folder and arena are used */
	struct log_range had; /* of the archive so far; end 0: it is new */
	uint64_t end;
	struct str witnessed; /* text of the checkpoint that witnesses signed; empty: none */
};

static bool is_empty(int folder_fd)
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	bool empty = names;
	while (empty && (entry = readdir(names)))
		empty = entry->d_name[0] == '.' ||
			str_equal(str_from(entry->d_name), STR("log.new"));
	if (names)
		closedir(names);
	else if (fd >= 0)
		close(fd);
	return empty;
}

static int check_continues(struct copying *copying, struct str range, struct error *err)
{
	copying->had.archived = true;
	if (log_range_parse(range, copying->from->checkpoint.size, &copying->had, err) < 0)
		return -1;
	if (copying->had.first <= copying->from->range.first &&
		copying->had.end >= copying->from->range.first)
		return 0;
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"the archive holds the records %llu to %llu, and the ledger those from %llu on: "
		"they do not meet",
		(unsigned long long)copying->had.first, (unsigned long long)copying->had.end - 1,
		(unsigned long long)copying->from->range.first);
	error_set_remedy(err, "name a new folder for the archive");
	return -1;
}

/* Nobody's files are mixed with an archive, and nobody else's archive is continued. */
static int check_folder(struct copying *copying, struct error *err)
{
	char memory[512];
	struct buf ours;
	struct str log, range;
	buf_init_fixed(&ours, memory, sizeof(memory));
	note_key_print(&copying->from->key, &ours);
	buf_put_char(&ours, '\n');
	int found = log_read_file(&copying->to, "log", SMALL_BYTES, &log, err);
	if (found < 0)
		return -1;
	if (found == 0 && is_empty(copying->to.folder_fd))
		return durable_replace(
			copying->to.folder_fd, "log", buf_str(&ours), FILE_MODE, err);
	if (found == 0 || !str_equal(log, buf_str(&ours))) {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the folder for the archive is not empty and is not one of this ledger");
		error_set_remedy(err, "name a new folder");
		return -1;
	}
	found = log_read_file(&copying->to, ARCHIVE_FILE, SMALL_BYTES, &range, err);
	if (found == 1)
		return check_continues(copying, range, err);
	if (found == 0 && faccessat(copying->to.folder_fd, "lock", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
			"the folder for the archive is a ledger itself");
	return found;
}

/* What is there already stays untouched; what a crash has torn is written anew. */
static int put_tile(
	struct copying *copying, const struct tile *tile, struct str bytes, struct error *err)
{
	char path[TILE_PATH_BYTES];
	struct str there;
	tile_print_path(tile, path);
	int found = log_read_file(&copying->to, path, BUNDLE_BYTES, &there, err);
	if (found < 0 || (found == 1 && str_equal(there, bytes)))
		return found < 0 ? -1 : 0;
	return tile_write(copying->to.folder_fd, tile, bytes, err);
}

static int copy_tile(struct copying *copying, const struct tile *tile, struct error *err)
{
	struct arena_mark mark = arena_mark(copying->from->arena);
	struct str bytes;
	int result = log_read_tile(copying->from, tile, &bytes, err);
	if (result == 0 && tile->level != TILE_ENTRIES)
		bytes = str_slice(bytes, 0, tile->width * sizeof(struct ledger_hash));
	if (result == 0)
		result = put_tile(copying, tile, bytes, err);
	arena_rewind(copying->from->arena, mark);
	return result;
}

static int check_records(
	const struct tile *bundle, struct str entries, struct str hashes, struct error *err)
{
	struct str rest = entries, entry;
	for (unsigned i = 0; i < bundle->width; i++) {
		struct error cut = {0};
		struct ledger_hash leaf;
		bool found = bundle_next(&rest, &entry, &cut) == 1;
		if (found)
			leaf = ledger_leaf_hash(entry);
		if (!found ||
			memcmp(leaf.bytes, hashes.data + i * sizeof(leaf), sizeof(leaf)) != 0) {
			ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
				"record %llu is not the one that was signed: nothing is pruned",
				(unsigned long long)bundle->index * TILE_WIDTH + i);
			error_set_remedy(err, "gabion ledger verify names the place");
			return -1;
		}
	}
	return 0;
}

static int copy_bundle(struct copying *copying, uint64_t index, struct error *err)
{
	struct tile bundle = {.level = TILE_ENTRIES, .index = index, .width = TILE_WIDTH};
	struct tile tile = {.level = 0, .index = index, .width = TILE_WIDTH};
	struct arena_mark mark = arena_mark(copying->from->arena);
	struct str entries, hashes;
	int result = 0;
	if (log_read_tile(copying->from, &bundle, &entries, err) < 0 ||
		log_read_tile(copying->from, &tile, &hashes, err) < 0 ||
		check_records(&bundle, entries, hashes, err) < 0 ||
		put_tile(copying, &tile, hashes, err) < 0 ||
		put_tile(copying, &bundle, entries, err) < 0)
		result = -1;
	arena_rewind(copying->from->arena, mark);
	return result;
}

/* The levels above the records' own are a 256th of them: all that the ledger still has. */
static int copy_level(struct copying *copying, int level, struct error *err)
{
	uint64_t size = copying->from->checkpoint.size, full = tile_full_count(level, size);
	unsigned partial = tile_partial_width(level, size);
	uint64_t index = level == 0 ? full : tile_full_count(level, copying->from->range.first);
	for (; index < full; index++) {
		struct tile tile = {.level = level, .index = index, .width = TILE_WIDTH};
		if (copy_tile(copying, &tile, err) < 0)
			return -1;
	}
	struct tile tile = {.level = level, .index = full, .width = partial};
	return partial == 0 ? 0 : copy_tile(copying, &tile, err);
}

static int copy_all(struct copying *copying, struct error *err)
{
	struct log_reader *from = copying->from;
	uint64_t known =
		copying->had.end > from->range.first ? copying->had.end : from->range.first;
	for (uint64_t index = known / TILE_WIDTH; index < copying->end / TILE_WIDTH; index++)
		if (copy_bundle(copying, index, err) < 0)
			return -1;
	for (int level = 0; level <= TILE_MAX_LEVEL; level++)
		if (copy_level(copying, level, err) < 0)
			return -1;
	return 0;
}

/* What witnesses have signed goes along, with the one tile that its root needs besides. */
static int copy_witnessed(struct copying *copying, struct error *err)
{
	struct log_reader *from = copying->from;
	struct note *note = ARENA_NEW(from->arena, struct note);
	struct checkpoint witnessed;
	int found = log_read_file(from, WITNESSED_FILE, NOTE_MAX_BYTES, &copying->witnessed, err);
	if (found != 1)
		return found;
	if (checkpoint_open(from->arena, copying->witnessed, from->key.name, &from->key, &witnessed,
		    note, err) < 0) {
		error_set_file(err, STR(WITNESSED_FILE));
		return -1;
	}
	bool is_whole = witnessed.size % TILE_WIDTH == 0;
	if (is_whole || witnessed.size < from->range.first ||
		witnessed.size > from->checkpoint.size)
		return 0;
	struct tile tile = log_tile_at(from, 0, witnessed.size);
	return copy_tile(copying, &tile, err);
}

/* First everything the checkpoint speaks for, then the checkpoint, then what is promised. */
static int seal(struct copying *copying, struct error *err)
{
	int fd = copying->to.folder_fd;
	struct log_range range = {.archived = true, .first = copying->from->range.first};
	char memory[96];
	struct buf text;
	if (copying->had.end > 0)
		range.first = copying->had.first;
	range.end = copying->end > copying->had.end ? copying->end : copying->had.end;
	buf_init_fixed(&text, memory, sizeof(memory));
	log_range_print(&range, &text);
	if (syncfs(fd) < 0)
		return durable_fail(err, "sync", "the archive");
	if (durable_replace(fd, "checkpoint", copying->from->checkpoint_text, FILE_MODE, err) < 0)
		return -1;
	if (copying->witnessed.len > 0 &&
		durable_replace(fd, WITNESSED_FILE, copying->witnessed, FILE_MODE, err) < 0)
		return -1;
	return durable_replace(fd, ARCHIVE_FILE, buf_str(&text), FILE_MODE, err);
}

static int open_folder(struct copying *copying, const char *folder, struct error *err)
{
	if (mkdir(folder, FOLDER_MODE) < 0 && errno != EEXIST)
		return durable_fail(err, "make the archive", folder);
	copying->to.folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (copying->to.folder_fd < 0)
		return durable_fail(err, "open the archive", folder);
	if (flock(copying->to.folder_fd, LOCK_EX | LOCK_NB) < 0)
		return ERROR_SET(err, ERROR_DENIED, NO_ORIGIN,
			"another process is writing to the archive '%s'", folder);
	return 0;
}

/* A crash must not take the folder's own name away when the ledger has let go of its files. */
static int sync_parent(int folder_fd, struct error *err)
{
	int fd = openat(folder_fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return durable_fail(err, "open", "the folder above the archive");
	int result = durable_sync_folder(fd, err);
	close(fd);
	return result;
}

int log_archive(struct log_reader *reader, uint64_t end, const char *folder, struct error *err)
{
	struct copying copying = {
		.from = reader, .to = {.folder_fd = -1, .arena = reader->arena}, .end = end};
	int result = open_folder(&copying, folder, err);
	if (result == 0)
		result = check_folder(&copying, err);
	if (result == 0)
		result = copy_all(&copying, err);
	if (result == 0)
		result = copy_witnessed(&copying, err);
	if (result == 0)
		result = seal(&copying, err);
	if (result == 0)
		result = sync_parent(copying.to.folder_fd, err);
	if (copying.to.folder_fd >= 0)
		close(copying.to.folder_fd);
	return result;
}
