/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

#include <sys/types.h>

struct arena;

/*
 * Where a report is written: an open descriptor, or a file that appears under its name whole or not
 * at all, whatever ends the program. Text goes into buf and from there in large pieces; the first
 * failure is remembered and told by output_commit(), what follows it is dropped.
 */
struct output {
	struct buf buf;
	const char *name; /* for errors; of the file */
	int fd;
	int failure; /* errno; 0: none */
	bool is_file;
	bool spooled;    /* fd has no place in the folder: its bytes are copied at the end */
	mode_t mode;     /* of the file to be */
	bool keeps_mode; /* of the file it replaces */
};

/** Write to an open descriptor, which stays the caller's. The buffer is the arena's. */
void output_to_fd(struct output *output, struct arena *arena, int fd, const char *name);

/**
 * Begin a file; what stands under that name stays until output_commit(). A name of something else
 * than a file (/dev/null, a FIFO) is written to as it is. path must outlive output.
 */
int output_to_file(struct output *output, struct arena *arena, const char *path, struct error *err);

/** Hand over what is buffered. */
void output_flush(struct output *output);

/** Flush and, for a file, put it under its name; -1 when anything since the start has failed. */
int output_commit(struct output *output, struct error *err);

/** Forget a file that was not committed; nothing remains of it. */
void output_discard(struct output *output);
