/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/secret.h"

#include "sys/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_private(const struct stat *status, enum secret_kind kind)
{
	bool ours = status->st_uid == geteuid() || status->st_uid == 0;
	bool of_root = status->st_uid == 0 && status->st_gid == 0;
	mode_t allowed = kind == SECRET_CREDENTIAL && of_root ? 0640 : 0600;
	return ours && (status->st_mode & 07777 & ~allowed) == 0;
}

static int check_owner(enum secret_kind kind, int fd, const char *path, struct error *err)
{
	struct stat status;
	if (fstat(fd, &status) < 0)
		return durable_fail(err, "look at", path);
	if (!S_ISREG(status.st_mode))
		return ERROR_SET(err, ERROR_DENIED, NO_ORIGIN,
			"the key file '%s' is not a regular file", path);
	if (is_private(&status, kind))
		return 0;
	ERROR_SET(err, ERROR_DENIED, NO_ORIGIN,
		"the key file '%s' can be read or changed by others than its owner", path);
	error_set_remedy(err, "chown it to the user that runs this and chmod 0400 it");
	return -1;
}

static int read_whole(
	int fd, const char *path, char *memory, size_t size, size_t *ret_len, struct error *err)
{
	ssize_t len = read(fd, memory, size);
	if (len < 0)
		return durable_fail(err, "read the key file", path);
	if ((size_t)len == size)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN,
			"the key file '%s' has more than %zu bytes", path, size - 1);
	*ret_len = (size_t)len;
	return 0;
}

int secret_read(enum secret_kind kind, const char *path, char *memory, size_t size, size_t *ret_len,
	struct error *err)
{
	*ret_len = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && errno == ELOOP) {
		ERROR_SET(
			err, ERROR_DENIED, NO_ORIGIN, "the key file '%s' is a symbolic link", path);
		error_set_remedy(err, "name the file that it leads to");
		return -1;
	}
	if (fd < 0)
		return durable_fail(err, "open the key file", path);
	int result = check_owner(kind, fd, path, err);
	if (result == 0)
		result = read_whole(fd, path, memory, size, ret_len, err);
	close(fd);
	return result;
}

int secret_write(const char *path, struct str secret, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0400);
	if (fd < 0)
		return durable_fail(err, "make the key file", path);
	int result = durable_write_at(fd, path, secret, 0, err);
	if (result == 0 && fsync(fd) < 0)
		result = durable_fail(err, "sync", path);
	close(fd);
	return result;
}
