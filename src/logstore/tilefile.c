/* SPDX-License-Identifier: Apache-2.0 */
#include "logstore/tilefile.h"

#include "sys/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { TILE_MODE = 0444 };

/* Tiles beyond the checkpoint were promised to nobody: one left by a crash is written anew. */
static int create_tile(int folder_fd, const char *path, struct error *err)
{
	if (unlinkat(folder_fd, path, 0) < 0 && errno != ENOENT)
		return durable_fail(err, "replace", path);
	return openat(
		folder_fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, TILE_MODE);
}

static int make_folder_of(int folder_fd, const char *path, struct error *err)
{
	char parent[TILE_PATH_BYTES];
	const char *slash = strrchr(path, '/');
	(void)snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
	return durable_make_folders(folder_fd, parent, err);
}

int tile_write(int folder_fd, const struct tile *tile, struct str bytes, struct error *err)
{
	char path[TILE_PATH_BYTES];
	tile_print_path(tile, path);
	int fd = create_tile(folder_fd, path, err);
	if (fd < 0 && errno == ENOENT && err->kind == ERROR_NONE) {
		if (make_folder_of(folder_fd, path, err) < 0)
			return -1;
		fd = create_tile(folder_fd, path, err);
	}
	if (fd < 0)
		return durable_fail(err, "create", path);
	int result = durable_write_at(fd, path, bytes, 0, err);
	close(fd);
	return result;
}
