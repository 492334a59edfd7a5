/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/drill_root.h"

#include "sys/durable.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

const struct drill_image drill_images[] = {
	{"plain", "nothing", NULL, NULL, ""},
	{"dev-outside", "/dev is a link to a folder of the host", "dev", "@", "CVE-2026-41579"},
	{"dev-relative", "/dev is a link that climbs out of the root", "dev", "../canary",
		"CVE-2026-47766"},
	{"proc-outside", "/proc is a link to a folder of the host", "proc", "@", "CVE-2019-16884"},
	{"sys-outside", "/sys is a link to a folder of the host", "sys", "@", "CVE-2023-27561"},
	{"tmp-outside", "/tmp is a link to a folder of the host", "tmp", "@", "CVE-2021-30465"},
	{"null-core", "/dev/null is a link to /proc/sys/kernel/core_pattern", "dev/null",
		"/proc/sys/kernel/core_pattern", "CVE-2025-31133"},
	{"console-core", "/dev/console is a link to /proc/sys/kernel/core_pattern", "dev/console",
		"/proc/sys/kernel/core_pattern", "CVE-2025-52565"},
	{NULL, NULL, NULL, NULL, NULL},
};

static const char *const folders[] = {
	"canary", "root", "root/dev", "root/proc", "root/sys", "root/tmp", "root/writable"};
static const char canary[] = "as it was\n";

static int write_file(int at, const char *path, struct str text, mode_t mode, struct error *err)
{
	int fd = openat(at, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return durable_fail(err, "make", path);
	int written = durable_write_at(fd, path, text, 0, err);
	close(fd);
	return written;
}

static int copy_program(int at, const char *path, const char *from, mode_t mode, struct error *err)
{
	struct stat status;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	if (in < 0 || fstat(in, &status) < 0)
		return durable_fail(err, "open", from);
	int out = openat(at, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	int result = out < 0 ? durable_fail(err, "make", path) : 0;
	for (off_t left = status.st_size; result == 0 && left > 0;) {
		ssize_t copied = sendfile(out, in, NULL, (size_t)left);
		if (copied <= 0)
			result = durable_fail(err, "copy", from);
		left -= copied;
	}
	if (result == 0 && fchmod(out, mode) < 0)
		result = durable_fail(err, "change the mode of", path);
	close(in);
	if (out >= 0)
		close(out);
	return result;
}

static void make_marker(struct drill_root *root)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[sizeof(root->marker) - 1];
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		memset(bytes, 0, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		root->marker[i] = digits[bytes[i] & 15];
	root->marker[sizeof(bytes)] = '\0';
}

static int play_trick(const struct drill_root *root, int at, struct arena *arena,
	const struct drill_image *image, struct error *err)
{
	if (!image->link)
		return 0;
	struct str link = str_format(arena, "root/%s", image->link);
	struct str outside = str_format(arena, "%s/canary", root->path);
	const char *target = image->target[0] == '@' ? outside.data : image->target;
	unlinkat(at, link.data, AT_REMOVEDIR);
	return symlinkat(target, at, link.data) < 0 ? durable_fail(err, "make", link.data) : 0;
}

static int fill(struct drill_root *root, int at, struct arena *arena,
	const struct drill_image *image, const char *probe, struct error *err)
{
	char host[256] = "";
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (mkdirat(at, folders[i], 0755) < 0)
			return durable_fail(err, "make", folders[i]);
	gethostname(host, sizeof(host) - 1);
	make_marker(root);
	if (fchmodat(at, "root/writable", 01777, 0) < 0)
		return durable_fail(err, "change the mode of", "writable");
	if (write_file(at, "gabion-canary", str_from(canary), 0644, err) < 0 ||
		write_file(at, "canary/file", str_from(canary), 0666, err) < 0 ||
		write_file(at, "root/.gabion-drill", str_from(root->marker), 0444, err) < 0 ||
		write_file(at, "root/.gabion-host", str_from(host), 0444, err) < 0 ||
		copy_program(at, "root/probe", probe, 0755, err) < 0 ||
		copy_program(at, "root/setuid", probe, 04755, err) < 0)
		return -1;
	return play_trick(root, at, arena, image, err);
}

/* A host's daemon, as contexts must not reach it. Another drill may hold the name: fine. */
static int listen_abstract(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0gabion-drill"};
	socklen_t bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 13);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && (bind(fd, (struct sockaddr *)&address, bytes) < 0 || listen(fd, 64) < 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int drill_root_make(struct drill_root *ret_root, struct arena *arena,
	const struct drill_image *image, const char *probe, struct error *err)
{
	*ret_root = (struct drill_root){.path = "/tmp/gabion-drill.XXXXXX", .listener = -1};
	if (!mkdtemp(ret_root->path))
		return durable_fail(err, "make", ret_root->path);
	int at = open(ret_root->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int made = at < 0 ? durable_fail(err, "open", ret_root->path)
			  : fill(ret_root, at, arena, image, probe, err);
	/* Others must find the way to the root, whoever they are mapped to. */
	if (made == 0 && fchmod(at, 0755) < 0)
		made = durable_fail(err, "change the mode of", ret_root->path);
	if (at >= 0)
		close(at);
	ret_root->root = str_format(arena, "%s/root", ret_root->path);
	ret_root->listener = listen_abstract();
	if (made < 0)
		drill_root_remove(ret_root);
	return made;
}

static bool holds_canary(int at, const char *path)
{
	char text[sizeof(canary) + 1];
	int fd = openat(at, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text));
	if (fd >= 0)
		close(fd);
	return len == (ssize_t)sizeof(canary) - 1 && memcmp(text, canary, sizeof(canary) - 1) == 0;
}

static size_t count_entries(int at, const char *path)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	size_t count = 0;
	while (folder && readdir(folder))
		count++;
	if (folder)
		closedir(folder);
	return count;
}

bool drill_root_intact(const struct drill_root *root)
{
	enum { CANARY_ENTRIES = 3 }; /* ".", ".." and the file */
	int at = open(root->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool intact = at >= 0 && holds_canary(at, "gabion-canary") &&
		      holds_canary(at, "canary/file") &&
		      count_entries(at, "canary") == CANARY_ENTRIES;
	if (at >= 0)
		close(at);
	return intact;
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

void drill_root_remove(struct drill_root *root)
{
	enum { DEPTH = 8 };
	int at = open(root->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (at >= 0)
		empty(at, DEPTH);
	rmdir(root->path);
	if (root->listener >= 0)
		close(root->listener);
}
