/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

#include <sys/types.h>

struct arena;

/* A file to be read; the texts are terminated. */
struct file_source {
	const char *root; /* not NULL: path is relative to it and may not lead out of it, not even
			     through symbolic links */
	const char *path;
	const char *name; /* what errors call it */
};

/**
 * Read a regular file whole into the arena; a 0 byte follows, not counted. Never waits: FIFOs,
 * devices, sockets and folders are errors, and so is, before a byte is read, a file above
 * limit_bytes.
 */
int file_read(struct arena *arena, const struct file_source *source, size_t limit_bytes,
	struct str *ret_text, struct error *err);

/** Read an open descriptor to its end into the arena, at most limit_bytes. Does not close it. */
int file_read_stream(struct arena *arena, int fd, const char *name, size_t limit_bytes,
	struct str *ret_text, struct error *err);

/** True for a folder, also through a symbolic link; false for all else and for what is not there.
 */
bool file_is_folder(const char *path);

/* A file met on a walk; both texts are followed by a 0 byte that is not counted. */
struct file_entry {
	struct str path;     /* with the folder as it was named */
	struct str relative; /* below the folder */
};

/**
 * All files below folder whose names end in one of the endings (NULL at the end), depth first,
 * names in byte order; lives in the arena. Hidden names (.git) are passed over, folders that are
 * symbolic links are not entered. Symbolic links to files are listed: file_read() says where they
 * lead. Limits: FILE_WALK_DEPTH, FILE_WALK_ENTRIES.
 */
int file_walk(struct arena *arena, struct str folder, const char *const *endings,
	struct file_entry **ret_entries, size_t *ret_count, struct error *err);

enum {
	FILE_WALK_DEPTH = 64,        /* folders within folders; each holds a descriptor open */
	FILE_WALK_ENTRIES = 1000000, /* files to be judged in one run */
};
