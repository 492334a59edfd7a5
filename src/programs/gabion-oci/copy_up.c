/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "programs/gabion-oci/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* A copy under way: one folder into another, nothing of the image's links followed. */
struct copying {
	unsigned entries;
};

static int copy_folder(struct copying *copying, int from, int to, unsigned depth);

/* Owner and mode of what was made, the mode last for chown(2) takes bits away. */
static int dress(int to, const char *name, const struct stat *status)
{
	if (fchownat(to, name, status->st_uid, status->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISLNK(status->st_mode) && fchmodat(to, name, status->st_mode & 07777, 0) < 0)
		return -errno;
	const struct timespec times[2] = {status->st_atim, status->st_mtim};
	return utimensat(to, name, times, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static int copy_bytes(int in, int out)
{
	for (;;) {
		ssize_t sent = sendfile(out, in, NULL, 1 << 20);
		if (sent == 0)
			return 0;
		if (sent < 0 && errno != EINTR)
			return -errno;
	}
}

static int copy_file(int from, int to, const char *name)
{
	int in = path_open(from, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, PATH_NO_LINKS);
	if (in < 0)
		return in;
	struct stat status;
	int out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int result = out < 0 ? -errno : 0;
	/* What was a file a moment ago may be something else by now. */
	if (result == 0)
		result = fstat(in, &status) == 0 && S_ISREG(status.st_mode) ? copy_bytes(in, out)
									    : -EAGAIN;
	(void)close(in);
	if (out >= 0)
		(void)close(out);
	return result;
}

static int copy_link(int from, int to, const char *name)
{
	char target[PATH_BYTES];
	ssize_t length = readlinkat(from, name, target, sizeof(target) - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';
	return symlinkat(target, to, name) < 0 ? -errno : 0;
}

static int copy_below(struct copying *copying, int from, int to, const char *name, unsigned depth)
{
	if (mkdirat(to, name, 0700) < 0)
		return -errno;
	int in = path_open(from, name, O_RDONLY | O_DIRECTORY, PATH_NO_LINKS);
	int out = path_open(to, name, O_PATH | O_DIRECTORY, PATH_NO_LINKS);
	int result = in < 0 ? in : out;
	if (result >= 0)
		result = copy_folder(copying, in, out, depth + 1);
	if (in >= 0)
		(void)close(in);
	if (out >= 0)
		(void)close(out);
	return result;
}

static int copy_entry(struct copying *copying, int from, int to, const char *name, unsigned depth)
{
	struct stat status;
	int result;
	if (++copying->entries > LIMIT_COPY_UP_ENTRIES || depth > LIMIT_COPY_UP_DEPTH)
		return -EFBIG;
	if (fstatat(from, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (S_ISDIR(status.st_mode))
		result = copy_below(copying, from, to, name, depth);
	else if (S_ISLNK(status.st_mode))
		result = copy_link(from, to, name);
	else if (S_ISREG(status.st_mode))
		result = copy_file(from, to, name);
	else if (S_ISFIFO(status.st_mode))
		result = mknodat(to, name, S_IFIFO | 0600, 0) < 0 ? -errno : 0;
	else
		return 0; /* devices and sockets are not an image's to give */
	return result < 0 ? result : dress(to, name, &status);
}

static int copy_folder(struct copying *copying, int from, int to, unsigned depth)
{
	struct path_names names = {.length = 0};
	const char *name;
	bool is_folder;
	int result;
	while ((result = path_next_name(from, &names, &name, &is_folder)) > 0) {
		result = copy_entry(copying, from, to, name, depth);
		if (result < 0)
			break;
	}
	return result;
}

int copy_up(int from, int to)
{
	struct copying copying = {0};
	int folder = path_open(from, "", O_RDONLY | O_DIRECTORY, PATH_NO_LINKS);
	if (folder < 0)
		return folder;
	int result = copy_folder(&copying, folder, to, 0);
	(void)close(folder);
	return result;
}
