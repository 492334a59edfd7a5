/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* What helps against causes that are not the program's. */
static void set_remedy(struct error *err, int cause)
{
	static const struct {
		int cause;
		const char *remedy;
	} remedies[] = {
		{ENOSPC, "free space on that file system"},
		{EDQUOT, "free space, or raise the user's quota"},
		{EROFS, "find out why the file system became read-only, then mount it writable"},
		{EIO, "look for errors of the disk in the kernel's log"},
	};
	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (remedies[i].cause == cause)
			error_set_remedy(err, "%s", remedies[i].remedy);
}

int durable_fail_errno(struct error *err, const char *verb, const char *name)
{
	int cause = errno;
	bool denied = cause == EACCES || cause == EPERM || cause == EROFS;
	bool is_first = err->kind == ERROR_NONE;
	ERROR_SET(err, denied ? ERROR_DENIED : ERROR_SYSTEM, NO_ORIGIN, "cannot %s '%s': %s", verb,
		name, strerrordesc_np(cause));
	if (is_first) {
		err->system_errno = cause;
		set_remedy(err, cause);
	}
	return -1;
}

int durable_write_at(int fd, const char *name, struct str bytes, uint64_t offset, struct error *err)
{
	while (bytes.len > 0) {
		ssize_t written = pwrite(fd, bytes.data, bytes.len, (off_t)offset);
		if (written < 0 && errno == EINTR)
			continue;
		if (written == 0)
			errno = EIO; /* no progress and no reason: not to be tried for ever */
		if (written <= 0)
			return durable_fail(err, "write", name);
		bytes = str_slice(bytes, (size_t)written, bytes.len);
		offset += (uint64_t)written;
	}
	return 0;
}

int durable_read_at(
	int fd, const char *name, char *memory, size_t bytes, uint64_t offset, struct error *err)
{
	while (bytes > 0) {
		ssize_t got = pread(fd, memory, bytes, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return durable_fail(err, "read", name);
		if (got == 0)
			return ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "'%s' ends at byte %llu",
				name, (unsigned long long)offset);
		memory += got;
		bytes -= (size_t)got;
		offset += (uint64_t)got;
	}
	return 0;
}

int durable_sync(int fd, const char *name, struct error *err)
{
	int result;
	do
		result = fsync(fd);
	while (result < 0 && errno == EINTR);
	return result < 0 ? durable_fail(err, "sync", name) : 0;
}

int durable_sync_folder(int folder_fd, struct error *err)
{
	return durable_sync(folder_fd, "the folder", err);
}

static int write_and_sync(int fd, const char *name, struct str bytes, struct error *err)
{
	if (durable_write_at(fd, name, bytes, 0, err) < 0)
		return -1;
	return durable_sync(fd, name, err);
}

/* The folder part of a relative path must be synced, not the one the path starts from. */
static int sync_parent(int folder_fd, const char *path, struct error *err)
{
	char parent[512] = ".";
	const char *slash = strrchr(path, '/');
	if (slash && (size_t)(slash - path) < sizeof(parent)) {
		memcpy(parent, path, (size_t)(slash - path));
		parent[slash - path] = '\0';
	}
	if (slash == path)
		memcpy(parent, "/", 2);
	int fd = openat(folder_fd, parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return durable_fail(err, "open", parent);
	int result = durable_sync_folder(fd, err);
	close(fd);
	return result;
}

int durable_replace(
	int folder_fd, const char *name, struct str bytes, mode_t mode, struct error *err)
{
	char temporary[512];
	int len = snprintf(temporary, sizeof(temporary), "%s.new", name);
	if (len < 0 || (size_t)len >= sizeof(temporary))
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "the path '%s' is too long", name);
	unlinkat(folder_fd, temporary, 0); /* left by a crash */
	int fd = openat(
		folder_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return durable_fail(err, "create", temporary);
	int result = write_and_sync(fd, temporary, bytes, err);
	close(fd);
	if (result == 0 && renameat(folder_fd, temporary, folder_fd, name) < 0)
		result = durable_fail(err, "rename to", name);
	if (result < 0) {
		unlinkat(folder_fd, temporary, 0);
		return -1;
	}
	return sync_parent(folder_fd, name, err);
}

int durable_make_folders(int folder_fd, const char *path, struct error *err)
{
	char part[512];
	for (size_t at = 1; at < sizeof(part); at++) {
		if (path[at] != '/' && path[at] != '\0')
			continue;
		memcpy(part, path, at);
		part[at] = '\0';
		if (mkdirat(folder_fd, part, 0755) == 0) {
			if (sync_parent(folder_fd, part, err) < 0)
				return -1;
		} else if (errno != EEXIST) {
			return durable_fail(err, "make folder", part);
		}
		if (path[at] == '\0')
			return 0;
	}
	return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "the path '%s' is too long", path);
}
