/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/scratch.h"

#include "sys/durable.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH = 16 }; /* of folders that are removed */

int scratch_make(const char *what, char *ret_path, struct error *err)
{
	struct buf path;
	buf_init_fixed(&path, ret_path, SCRATCH_PATH_BYTES - 1);
	buf_printf(&path, "/tmp/gabion-%s.XXXXXX", what);
	ret_path[path.len] = '\0';
	if (!mkdtemp(ret_path))
		return durable_fail(err, "make", ret_path);
	int at = open(ret_path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (at >= 0 && fchmod(at, 0755) == 0)
		return at;
	durable_fail_errno(err, "open", ret_path);
	if (at >= 0)
		close(at);
	rmdir(ret_path);
	return -1;
}

int scratch_private_in(const char *const *places, size_t count, const char *what, char *ret_path,
	size_t bytes, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		struct buf path;
		if (!places[i] || places[i][0] != '/')
			continue;
		buf_init_fixed(&path, ret_path, bytes - 1);
		buf_printf(&path, "%s/gabion-%s.XXXXXX", places[i], what);
		ret_path[path.len] = '\0';
		if (!path.truncated && mkdtemp(ret_path))
			return 0;
	}
	int failed = durable_fail(err, "make", ret_path);
	ret_path[0] = '\0';
	return failed;
}

int scratch_private(const char *what, char *ret_path, size_t bytes, struct error *err)
{
	const char *const places[] = {getenv("XDG_RUNTIME_DIR"), "/run", "/tmp"};
	return scratch_private_in(
		places, sizeof(places) / sizeof(places[0]), what, ret_path, bytes, err);
}

int scratch_folder(int at, const char *path, mode_t mode, struct error *err)
{
	if (mkdirat(at, path, mode) < 0 || fchmodat(at, path, mode, 0) < 0)
		return durable_fail(err, "make", path);
	return 0;
}

static int create(int at, const char *path, struct error *err)
{
	int fd = openat(at, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return fd < 0 ? durable_fail(err, "make", path) : fd;
}

static int finish(int fd, const char *path, mode_t mode, int result, struct error *err)
{
	if (result == 0 && fchmod(fd, mode) < 0)
		result = durable_fail(err, "change the mode of", path);
	close(fd);
	return result;
}

int scratch_write(int at, const char *path, struct str text, mode_t mode, struct error *err)
{
	int fd = create(at, path, err);
	return fd < 0 ? -1 : finish(fd, path, mode, durable_write_at(fd, path, text, 0, err), err);
}

static int copy(int in, int out, off_t bytes, const char *from, struct error *err)
{
	while (bytes > 0) {
		ssize_t copied = sendfile(out, in, NULL, (size_t)bytes);
		if (copied <= 0)
			return durable_fail(err, "copy", from);
		bytes -= copied;
	}
	return 0;
}

int scratch_copy(int at, const char *path, const char *from, mode_t mode, struct error *err)
{
	struct stat status;
	int in = open(from, O_RDONLY | O_CLOEXEC), result = -1;
	if (in < 0 || fstat(in, &status) < 0) {
		durable_fail_errno(err, "open", from);
	} else {
		int out = create(at, path, err);
		if (out >= 0)
			result = finish(
				out, path, mode, copy(in, out, status.st_size, from, err), err);
	}
	if (in >= 0)
		close(in);
	return result;
}

static void empty(int at, unsigned depth)
{
	DIR *folder = fdopendir(at);
	if (!folder) {
		close(at);
		return;
	}
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		const char *name = entry->d_name;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		int fd = openat(
			dirfd(folder), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && depth > 0)
			empty(fd, depth - 1);
		else if (fd >= 0)
			close(fd);
		unlinkat(dirfd(folder), name, fd >= 0 ? AT_REMOVEDIR : 0);
	}
	closedir(folder);
}

void scratch_remove(const char *path)
{
	int at = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (at >= 0)
		empty(at, DEPTH);
	rmdir(path);
}
