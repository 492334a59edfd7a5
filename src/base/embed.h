/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* A file that was compiled into the program by tools/embed. */
struct embedded_file {
	struct str path;    /* relative to the embedded folder, with '/' */
	struct str content; /* a 0 byte follows, not counted */
};

/* A folder of them, sorted by path in byte order. */
struct embedded {
	const struct embedded_file *files;
	size_t count;
};

/** The file with exactly this path, or NULL. Pure; O(log n). */
const struct embedded_file *embedded_find(const struct embedded *folder, struct str path);
