/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/files.h"

#include "base/arena.h"
#include "sys/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STREAM_FIRST_BYTES = 64 * 1024 };

/* A descriptor that is closed with the arena at the latest, should its cap be reached meanwhile. */
struct descriptor {
	int fd;
};

static void close_descriptor(void *object)
{
	struct descriptor *descriptor = object;
	if (descriptor->fd >= 0)
		(void)close(descriptor->fd);
	descriptor->fd = -1;
}

static struct descriptor *descriptor_new(struct arena *arena)
{
	struct descriptor *descriptor = ARENA_NEW(arena, struct descriptor);
	descriptor->fd = -1;
	arena_defer(arena, close_descriptor, descriptor);
	return descriptor;
}

/* Never waits for the writer of a FIFO and never makes a terminal ours. */
enum { READ_FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK };

static int open_beneath(const char *root, const char *path)
{
	int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return -1;
	struct open_how how = {
		.flags = READ_FLAGS, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
	/* A sandbox that does not know the call refuses it: then no link is followed at all. */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = openat(folder, path, READ_FLAGS | O_NOFOLLOW);
	int cause = errno;
	(void)close(folder);
	errno = cause;
	return fd;
}

static const char *kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a folder";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFCHR:
	case S_IFBLK:
		return "a device";
	default:
		return "no file";
	}
}

static int too_big(struct error *err, const char *name, size_t limit_bytes)
{
	ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "'%s' is larger than %zu KiB, the most that is read",
		name, limit_bytes >> 10);
	error_set_remedy(err, "split it, or check that it is the file you meant");
	return -1;
}

static int open_failed(struct error *err, const char *path)
{
	if (errno != EXDEV && errno != ELOOP)
		return durable_fail(err, "open", path);
	ERROR_SET(err, ERROR_INPUT, NO_ORIGIN,
		"'%s' is a symbolic link that leads out of the folder", path);
	error_set_remedy(err, "name the file itself as an argument if it is to be judged");
	return -1;
}

static int look(int fd, const char *path, size_t limit_bytes, size_t *ret_bytes, struct error *err)
{
	struct stat status;
	if (fstat(fd, &status) < 0)
		return durable_fail(err, "look at", path);
	if (!S_ISREG(status.st_mode)) {
		ERROR_SET(err, ERROR_INPUT, NO_ORIGIN, "'%s' is %s, not a file", path,
			kind_of(status.st_mode));
		if (S_ISFIFO(status.st_mode))
			error_set_remedy(err, "pass it as standard input and name it -");
		return -1;
	}
	if (status.st_size > 0 && (uint64_t)status.st_size > limit_bytes)
		return too_big(err, path, limit_bytes);
	*ret_bytes = (size_t)status.st_size;
	return 0;
}

/* Reads to the end, which may be elsewhere than a look at the file said. */
static int read_all(struct arena *arena, int fd, const char *name, size_t expected,
	size_t limit_bytes, struct str *ret_text, struct error *err)
{
	size_t capacity = expected + 2, len = 0;
	char *data = arena_alloc(arena, capacity);
	for (;;) {
		if (len > limit_bytes)
			return too_big(err, name, limit_bytes);
		if (capacity - len < 2)
			data = arena_grow(arena, data, len, &capacity, 1);
		ssize_t got = read(fd, data + len, capacity - len - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return durable_fail(err, "read", name);
		if (got == 0)
			break;
		len += (size_t)got;
	}
	data[len] = '\0';
	*ret_text = (struct str){data, len};
	return 0;
}

int file_read_stream(struct arena *arena, int fd, const char *name, size_t limit_bytes,
	struct str *ret_text, struct error *err)
{
	int result = read_all(arena, fd, name, STREAM_FIRST_BYTES, limit_bytes, ret_text, err);
	if (result < 0)
		error_set_file(err, str_from(name));
	return result;
}

static int read_named(struct arena *arena, const struct file_source *source, size_t limit_bytes,
	struct str *ret_text, struct error *err)
{
	size_t bytes = 0;
	struct descriptor *descriptor = descriptor_new(arena);
	descriptor->fd = source->root ? open_beneath(source->root, source->path)
				      : open(source->path, READ_FLAGS);
	if (descriptor->fd < 0)
		return open_failed(err, source->name);
	int result = look(descriptor->fd, source->name, limit_bytes, &bytes, err);
	if (result == 0)
		result = read_all(
			arena, descriptor->fd, source->name, bytes, limit_bytes, ret_text, err);
	close_descriptor(descriptor);
	return result;
}

int file_read(struct arena *arena, const struct file_source *source, size_t limit_bytes,
	struct str *ret_text, struct error *err)
{
	int result = read_named(arena, source, limit_bytes, ret_text, err);
	if (result < 0)
		error_set_file(err, str_from(source->name));
	return result;
}

bool file_is_folder(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}
