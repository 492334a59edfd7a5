/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/output.h"

#include "base/arena.h"
#include "sys/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 * 1024, TEMPORARY_TRIES = 100 };

/* A descriptor shared with others may be set not to wait. */
static bool may_retry(int fd)
{
	if (errno == EINTR)
		return true;
	if (errno != EAGAIN)
		return false;
	struct pollfd ready = {.fd = fd, .events = POLLOUT};
	return poll(&ready, 1, -1) >= 0 || errno == EINTR;
}

void output_flush(struct output *output)
{
	size_t done = 0;
	while (done < output->buf.len && output->failure == 0) {
		ssize_t written =
			write(output->fd, output->buf.data + done, output->buf.len - done);
		if (written >= 0)
			done += (size_t)written;
		else if (!may_retry(output->fd))
			output->failure = errno;
	}
	output->buf.len = 0;
}

static bool flush_when_full(struct buf *buf, size_t needed)
{
	(void)needed;
	output_flush(buf->context);
	return true;
}

void output_to_fd(struct output *output, struct arena *arena, int fd, const char *name)
{
	*output = (struct output){.name = name, .fd = fd};
	output->buf = (struct buf){.data = arena_alloc(arena, BUFFER_BYTES),
		.capacity = BUFFER_BYTES,
		.full = flush_when_full,
		.context = output};
}

/* The folder part of a path, "." when it has none. */
static void folder_of(const char *path, char ret_folder[PATH_MAX])
{
	struct buf text;
	const char *slash = strrchr(path, '/');
	buf_init_fixed(&text, ret_folder, PATH_MAX - 1);
	if (!slash)
		buf_puts(&text, ".");
	else
		buf_put(&text, (struct str){path, slash == path ? 1 : (size_t)(slash - path)});
	ret_folder[text.len] = '\0';
}

/*
 * A file without a name vanishes with the process. Where the file system has none, memory holds the
 * report until it is done.
 */
static int open_nameless(struct output *output)
{
	char folder[PATH_MAX];
	folder_of(output->name, folder);
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, output->mode);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	if (access(folder, W_OK) < 0)
		return -1;
	output->spooled = true;
	return memfd_create("report", MFD_CLOEXEC);
}

/* A link is followed by hand, for rename() would replace it. */
static int resolve(struct output *output, struct arena *arena, const char *path)
{
	struct stat status;
	output->mode = 0666;
	output->name = path;
	if (stat(path, &status) < 0)
		return errno == ENOENT ? 0 : -1;
	output->is_file = S_ISREG(status.st_mode);
	if (!output->is_file)
		return 1;
	output->mode = status.st_mode & 07777;
	output->keeps_mode = true;
	char *real = realpath(path, NULL);
	if (!real)
		return -1;
	output->name = str_copy(arena, str_from(real)).data;
	free(real);
	return 0;
}

int output_to_file(struct output *output, struct arena *arena, const char *path, struct error *err)
{
	output_to_fd(output, arena, -1, path);
	int other = resolve(output, arena, path);
	if (other < 0)
		return durable_fail(err, "write", path);
	output->is_file = other == 0;
	output->fd = other > 0 ? open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
			       : open_nameless(output);
	if (output->fd < 0)
		return durable_fail(err, "write", path);
	return 0;
}

/* A name nobody has, beside the file to be: the same folder, so that rename() can be atomic. */
static void temporary_name(const char *path, unsigned attempt, char ret_name[PATH_MAX])
{
	char folder[PATH_MAX];
	folder_of(path, folder);
	(void)snprintf(ret_name, PATH_MAX, "%.*s/.gabion-%d-%u", PATH_MAX - 40, folder,
		(int)getpid(), attempt);
}

static int link_nameless(const struct output *output, const char *name)
{
	char self[64];
	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", output->fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

static int copy_spool(const struct output *output, const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, output->mode);
	if (fd < 0)
		return -1;
	off_t offset = 0;
	ssize_t sent;
	do
		sent = sendfile(fd, output->fd, &offset, 1 << 30);
	while (sent > 0 || (sent < 0 && errno == EINTR));
	int cause = errno;
	if (close(fd) == 0 && sent == 0)
		return 0;
	(void)unlink(name);
	errno = sent < 0 ? cause : errno;
	return -1;
}

static int name_it(const struct output *output)
{
	char temporary[PATH_MAX];
	int result = -1;
	for (unsigned attempt = 0; attempt < TEMPORARY_TRIES; attempt++) {
		temporary_name(output->name, attempt, temporary);
		result = output->spooled ? -1 : link_nameless(output, temporary);
		if (result < 0 && (output->spooled || errno != EEXIST))
			result = copy_spool(output, temporary);
		if (result == 0 || errno != EEXIST)
			break;
	}
	if (result == 0 && output->keeps_mode)
		(void)chmod(temporary, output->mode);
	if (result == 0 && rename(temporary, output->name) < 0) {
		int cause = errno;
		(void)unlink(temporary);
		errno = cause;
		return -1;
	}
	return result;
}

/* For a moment the file has a temporary name: nothing may end us in between. */
static int name_it_undisturbed(const struct output *output)
{
	sigset_t all, before;
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &before);
	int result = name_it(output);
	int cause = errno;
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	errno = cause;
	return result;
}

int output_commit(struct output *output, struct error *err)
{
	output_flush(output);
	int result = 0;
	if (output->failure != 0) {
		errno = output->failure;
		result = durable_fail(err, "write", output->name);
	} else if (output->is_file && name_it_undisturbed(output) < 0) {
		result = durable_fail(err, "write", output->name);
	}
	output_discard(output);
	return result;
}

void output_discard(struct output *output)
{
	if (output->fd > STDERR_FILENO)
		(void)close(output->fd);
	output->fd = -1;
}
