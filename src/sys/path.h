/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

#include <stdint.h>
#include <sys/types.h>

/*
 * Paths below a folder that only a descriptor names. Whatever the tree holds, and whoever changes
 * it meanwhile, what is opened or made lies below that folder: the kernel resolves ".." and
 * symbolic links as if the folder were "/", and magic links (/proc/self/fd/7) never. Descriptors
 * given back are O_PATH unless said otherwise, and always O_CLOEXEC.
 */

/* How path_open() treats what it meets on the way. */
enum path_rule {
	PATH_ANY = 0,
	PATH_NO_LINKS = 1,   /* a symbolic link anywhere is ELOOP */
	PATH_SAME_MOUNT = 2, /* another mount anywhere is EXDEV */
};

enum {
	PATH_BYTES = 4096, /* of one path, its end included: PATH_MAX */
	/* Renames elsewhere make the kernel ask to begin again; so often and no more. */
	PATH_ATTEMPTS = 4096,
};

/** Open path below root with open(2)'s flags, O_CREAT not among them: a descriptor, or minus the
 * errno; EAGAIN when the tree did not hold still for PATH_ATTEMPTS. "" is the root itself. */
int path_open(int root, const char *path, int flags, unsigned rules);

/**
 * Write path without empty parts, "." and "..", relative, as names alone say ("/a/./b/../c" is
 * "a/c"; "/.." is ""); its length, or minus ENAMETOOLONG.
 */
int path_clean(const char *path, char ret_clean[PATH_BYTES]);

/** What is left of path when it is prefix or lies below it, both clean; NULL when it does not. */
const char *path_below(const char *path, const char *prefix);

/* What path_make() is to make at the end of a path. */
enum path_kind { PATH_FOLDER, PATH_FILE };

/**
 * Open a clean path below root, making what is missing: folders with mode 0755, a file with 0644.
 * Links of what exists are followed below root; nothing is made through a link that leads nowhere
 * (ELOOP). ENOTDIR or EISDIR when what exists is of the other kind. ret_made may be NULL.
 */
int path_make(int root, const char *path, enum path_kind kind, unsigned rules, bool *ret_made);

enum { PATH_NAMES_BYTES = 1024 };

/* Names of a folder, read in pieces; zeroed before the first. */
struct path_names {
	_Alignas(8) char memory[PATH_NAMES_BYTES];
	size_t length, at;
};

/** The next name of a folder that is open for reading, "." and ".." left out, and whether it is
 * known to be a folder: 1, 0 at the end, or minus the errno. The name lives until the next call. */
int path_next_name(
	int folder, struct path_names *names, const char **ret_name, bool *ret_is_folder);
