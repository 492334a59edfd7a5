/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/drill_root.h"

#include "programs/gabion/scratch.h"
#include "sys/durable.h"
#include "sys/random_digits.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* clang-format off */
const struct drill_image drill_images[] = {
	{.name = "plain", .trick = "nothing", .source = ""},
	{.name = "dev-outside", .trick = "/dev is a link to a folder of the host",
		.link = "dev", .target = "@", .source = "CVE-2026-41579"},
	{.name = "dev-relative", .trick = "/dev is a link that climbs out of the root",
		.link = "dev", .target = "../canary", .source = "CVE-2026-47766"},
	{.name = "proc-outside", .trick = "/proc is a link to a folder of the host",
		.link = "proc", .target = "@", .source = "CVE-2019-16884"},
	{.name = "sys-outside", .trick = "/sys is a link to a folder of the host",
		.link = "sys", .target = "@", .source = "CVE-2023-27561"},
	{.name = "tmp-outside", .trick = "/tmp is a link to a folder of the host",
		.link = "tmp", .target = "@", .source = "CVE-2021-30465"},
	{.name = "null-core", .trick = "/dev/null is a link to /proc/sys/kernel/core_pattern",
		.link = "dev/null", .target = "/proc/sys/kernel/core_pattern",
		.source = "CVE-2025-31133"},
	{.name = "console-core", .trick = "/dev/console is a link to /proc/sys/kernel/core_pattern",
		.link = "dev/console", .target = "/proc/sys/kernel/core_pattern",
		.source = "CVE-2025-52565"},
	{.name = "folder-leak", .trick = "it starts in /proc/self/fd/7, where a runtime may have the host",
		.folder = "/proc/self/fd/7", .source = "CVE-2024-21626"},
	{.name = "folder-climb", .trick = "it starts in /proc/self/fd/8/../../..",
		.folder = "/proc/self/fd/8/../../..", .source = "CVE-2024-21626"},
	{.name = "self-script", .trick = "its program is a script run by /proc/self/exe",
		.script = true, .source = "CVE-2019-5736"},
	{.name = NULL},
};
/* clang-format on */

static const char *const folders[] = {
	"canary", "root", "root/dev", "root/proc", "root/sys", "root/tmp"};
static const char canary[] = "as it was\n";

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
		if (scratch_folder(at, folders[i], 0755, err) < 0)
			return -1;
	gethostname(host, sizeof(host) - 1);
	if (random_digits(root->marker, sizeof(root->marker) - 1, err) < 0 ||
		scratch_folder(at, "root/writable", 01777, err) < 0 ||
		scratch_write(at, "gabion-canary", str_from(canary), 0644, err) < 0 ||
		scratch_write(at, "canary/file", str_from(canary), 0666, err) < 0 ||
		scratch_write(at, "root/.gabion-drill", str_from(root->marker), 0444, err) < 0 ||
		scratch_write(at, "root/.gabion-host", str_from(host), 0444, err) < 0 ||
		scratch_copy(at, "root/probe", probe, 0755, err) < 0 ||
		scratch_copy(at, "root/setuid", probe, 04755, err) < 0)
		return -1;
	if (image->script &&
		scratch_write(at, "root/script", STR("#!/proc/self/exe\n"), 0755, err) < 0)
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
	*ret_root = (struct drill_root){.listener = -1};
	int at = scratch_make("drill", ret_root->path, err);
	if (at < 0)
		return -1;
	int made = fill(ret_root, at, arena, image, probe, err);
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

void drill_root_remove(struct drill_root *root)
{
	scratch_remove(root->path);
	if (root->listener >= 0)
		close(root->listener);
}
