/* SPDX-License-Identifier: Apache-2.0 */
#include "search/index.h"

#include "search/index_file.h"
#include "sys/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	HEADER_BYTES = 72,
	APPLICATION_AT = 68, /* big-endian; https://www.sqlite.org/fileformat2.html section 1.3 */
};

static int name_beside(const struct search_index *index, const char *ending,
	char ret_name[PATH_MAX], struct error *err)
{
	if (snprintf(ret_name, PATH_MAX, "%s%s", index->path, ending) >= PATH_MAX)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "the name of the index is too long");
	return 0;
}

static void remove_beside(const struct search_index *index, const char *ending)
{
	char name[PATH_MAX];
	struct error ignored = {0};
	if (name_beside(index, ending, name, &ignored) == 0)
		(void)unlink(name);
}

static bool is_index_header(const unsigned char *header)
{
	uint32_t application = (uint32_t)header[APPLICATION_AT] << 24 |
			       (uint32_t)header[APPLICATION_AT + 1] << 16 |
			       (uint32_t)header[APPLICATION_AT + 2] << 8 |
			       header[APPLICATION_AT + 3];
	return memcmp(header, "SQLite format 3", 16) == 0 && application == INDEX_APPLICATION;
}

/* 1: there is an index; 0: there is nothing that must be kept; -1. */
static int look(const struct search_index *index, bool is_ours, struct error *err)
{
	unsigned char header[HEADER_BYTES];
	struct stat status;
	int fd = open(index->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? 0 : durable_fail(err, "open the index", index->path);
	bool known = fstat(fd, &status) == 0;
	ssize_t got = known ? read(fd, header, sizeof(header)) : -1;
	close(fd);
	if (!known || !S_ISREG(status.st_mode) || status.st_uid != geteuid() ||
		(status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return ERROR_SET(err, ERROR_DENIED, NO_ORIGIN,
			"'%s' is no file that only you can write, so no index", index->path);
	if (got == HEADER_BYTES && is_index_header(header))
		return 1;
	if (got == 0 || is_ours)
		return 0;
	return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"'%s' is not an index of this program, and left as it is", index->path);
}

/* An existing index that can be trusted and is brought up to date: 0; else as search_index_open(),
 * with `replaced` set when it is to be made anew. */
static int open_existing(struct search_index *index, const struct search_index_request *request,
	struct log_fault *ret_fault, struct error *err)
{
	struct error damage = {0};
	if (index_open_file(index, index->path, err) < 0)
		return -1;
	index->replaced = index_distrust(index, request->log);
	if (index->replaced)
		return 0;
	int result = index_update(index, request, ret_fault, &damage);
	int code = sqlite3_errcode(index->db);
	if (result < 0 && (code == SQLITE_CORRUPT || code == SQLITE_NOTADB))
		index->replaced = "it is damaged";
	else if (result < 0)
		*err = damage;
	return index->replaced ? 0 : result;
}

/* Under a name of its own until it is complete and on disk. */
static int make_new(struct search_index *index, const struct search_index_request *request,
	struct log_fault *ret_fault, struct error *err)
{
	char name[PATH_MAX];
	if (name_beside(index, ".new", name, err) < 0)
		return -1;
	(void)unlink(name);
	int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return durable_fail(err, "make the index", name);
	index->first = request->log->reader->range.first;
	index->size = 0;
	int result = index_open_file(index, name, err);
	if (result == 0)
		result = index_run(index,
			"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; "
			"PRAGMA cache_size=-131072",
			err);
	if (result == 0)
		result = index_make_tables(index, err);
	if (result == 0)
		result = index_update(index, request, ret_fault, err);
	(void)sqlite3_close(index->db);
	index->db = NULL;
	if (result == 0 && fsync(fd) < 0)
		result = durable_fail(err, "sync the index", name);
	if (result == 0 && rename(name, index->path) < 0)
		result = durable_fail(err, "name the index", index->path);
	if (result != 0)
		(void)unlink(name);
	close(fd);
	return result;
}

static int replace(struct search_index *index, const struct search_index_request *request,
	struct log_fault *ret_fault, struct error *err)
{
	const char *why = index->replaced;
	(void)sqlite3_close(index->db);
	index->db = NULL;
	remove_beside(index, "-journal");
	int result = make_new(index, request, ret_fault, err);
	if (result == 0)
		result = index_open_file(index, index->path, err);
	index->replaced = why;
	return result;
}

static int open_locked(struct search_index *index, const struct search_index_request *request,
	struct log_fault *ret_fault, struct error *err)
{
	int found = look(index, request->is_ours, err);
	if (found < 0)
		return -1;
	if (found == 0)
		return replace(index, request, ret_fault, err);
	int result = open_existing(index, request, ret_fault, err);
	return index->replaced ? replace(index, request, ret_fault, err) : result;
}

/* A file of its own: SQLite drops its locks on a file when anyone of the process closes it. */
static int lock(const struct search_index *index, struct error *err)
{
	char name[PATH_MAX];
	if (name_beside(index, ".lock", name, err) < 0)
		return -1;
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return durable_fail(err, "lock the index", name);
	if (flock(fd, LOCK_EX) == 0)
		return fd;
	close(fd);
	return durable_fail(err, "lock the index", name);
}

int search_index_open(struct search_index *index, const struct search_index_request *request,
	struct log_fault *ret_fault, struct error *err)
{
	*index = (struct search_index){.path = request->path};
	if (look(index, request->is_ours, err) < 0)
		return -1; /* nothing is left beside a file of somebody else */
	int lock_fd = lock(index, err);
	if (lock_fd < 0)
		return -1;
	int result = open_locked(index, request, ret_fault, err);
	close(lock_fd);
	if (result != 0)
		search_index_close(index);
	return result;
}

void search_index_close(struct search_index *index)
{
	(void)sqlite3_close(index->db);
	index->db = NULL;
}

void search_index_remove(const char *path)
{
	struct search_index index = {.path = path};
	(void)unlink(path);
	remove_beside(&index, "-journal");
}
