/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "sys/durable.h"
#include "sys/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
	struct arena *arena;
	struct str folder;
	const char *const *endings;
	struct file_entry *entries;
	size_t count, capacity;
	struct error *err;
};

struct name {
	struct str text;
	bool folder;
};

/* A folder being read, closed with the arena at the latest. */
struct open_folder {
	DIR *stream;
};

static void close_folder(void *object)
{
	struct open_folder *folder = object;
	if (folder->stream)
		(void)closedir(folder->stream);
	folder->stream = NULL;
}

static int by_bytes(const void *a, const void *b)
{
	return str_compare(((const struct name *)a)->text, ((const struct name *)b)->text);
}

static bool has_ending(const struct walk *walk, struct str name)
{
	for (const char *const *ending = walk->endings; *ending; ending++)
		if (str_ends_with(name, str_from(*ending)))
			return true;
	return false;
}

static bool is_folder(int fd, const struct dirent *entry)
{
	struct stat status;
	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(status.st_mode);
}

/* Names worth a visit, sorted; -1 when the folder cannot be read to its end. */
static int read_names(
	struct walk *walk, DIR *stream, struct str path, struct name **ret_names, size_t *ret_count)
{
	struct name *names = NULL;
	size_t count = 0, capacity = 0;
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(stream);
		if (!entry)
			break;
		if (entry->d_name[0] == '.')
			continue;
		bool folder = is_folder(dirfd(stream), entry);
		if (!folder && !has_ending(walk, str_from(entry->d_name)))
			continue;
		if (count == capacity)
			names = arena_grow(walk->arena, names, count, &capacity, sizeof(*names));
		names[count++] =
			(struct name){str_copy(walk->arena, str_from(entry->d_name)), folder};
	}
	if (errno != 0)
		return durable_fail(walk->err, "list", path.data);
	if (count > 1)
		qsort(names, count, sizeof(*names), by_bytes);
	*ret_names = names;
	*ret_count = count;
	return 0;
}

static int add_file(struct walk *walk, struct str path)
{
	if (walk->count == FILE_WALK_ENTRIES) {
		ERROR_SET(walk->err, ERROR_LIMIT, NO_ORIGIN, "'%.*s' has more than %d files",
			STR_ARGS(walk->folder), FILE_WALK_ENTRIES);
		return -1;
	}
	if (walk->count == walk->capacity)
		walk->entries = arena_grow(walk->arena, walk->entries, walk->count, &walk->capacity,
			sizeof(*walk->entries));
	size_t skip = walk->folder.len + !str_ends_with(walk->folder, STR("/"));
	walk->entries[walk->count++] = (struct file_entry){path, str_slice(path, skip, path.len)};
	return 0;
}

static int visit(struct walk *walk, int parent, const char *name, struct str path, unsigned depth);

static int visit_names(struct walk *walk, int fd, struct str path, const struct name *names,
	size_t count, unsigned depth)
{
	const char *slash = str_ends_with(path, STR("/")) ? "" : "/";
	for (size_t i = 0; i < count; i++) {
		struct str below =
			str_format(walk->arena, "%s%s%s", path.data, slash, names[i].text.data);
		int result = names[i].folder ? visit(walk, fd, names[i].text.data, below, depth + 1)
					     : add_file(walk, below);
		if (result < 0)
			return -1;
	}
	return 0;
}

/* Recursion is bounded by FILE_WALK_DEPTH; links are not entered, so there are no loops. */
static int visit(struct walk *walk, int parent, const char *name, struct str path, unsigned depth)
{
	if (depth > FILE_WALK_DEPTH) {
		ERROR_SET(walk->err, ERROR_LIMIT, NO_ORIGIN,
			"folders below '%.*s' are nested deeper than %d", STR_ARGS(walk->folder),
			FILE_WALK_DEPTH);
		return -1;
	}
	struct open_folder *folder = ARENA_NEW(walk->arena, struct open_folder);
	arena_defer(walk->arena, close_folder, folder);
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (depth > 0 ? O_NOFOLLOW : 0);
	int fd = openat(parent, name, flags);
	folder->stream = fd >= 0 ? fdopendir(fd) : NULL;
	if (!folder->stream) {
		int result = durable_fail(walk->err, "open", path.data);
		if (fd >= 0)
			(void)close(fd);
		return result;
	}
	struct name *names;
	size_t count;
	int result = read_names(walk, folder->stream, path, &names, &count);
	if (result == 0)
		result = visit_names(walk, dirfd(folder->stream), path, names, count, depth);
	close_folder(folder);
	return result;
}

int file_walk(struct arena *arena, struct str folder, const char *const *endings,
	struct file_entry **ret_entries, size_t *ret_count, struct error *err)
{
	struct walk walk = {.arena = arena, .endings = endings, .err = err};
	walk.folder = str_copy(arena, folder);
	int result = visit(&walk, AT_FDCWD, walk.folder.data, walk.folder, 0);
	if (result < 0)
		error_set_file(err, folder);
	*ret_entries = walk.entries;
	*ret_count = walk.count;
	return result;
}
