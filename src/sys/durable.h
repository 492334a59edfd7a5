/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

#include <sys/types.h>

/* Files that survive a crash whole or not at all. Every function names the file in its error. */

/**
 * Write bytes under a new or existing name: temporary file, fsync, rename, fsync of the folder. On
 * failure the old content stands and the temporary file is gone.
 */
int durable_replace(
	int folder_fd, const char *name, struct str bytes, mode_t mode, struct error *err);

/** Make every missing folder of a relative path, each made durable in its parent. */
int durable_make_folders(int folder_fd, const char *path, struct error *err);

/** Write all bytes at an offset, retrying short writes and interruptions. Not synced by itself. */
int durable_write_at(
	int fd, const char *name, struct str bytes, uint64_t offset, struct error *err);

/** Read exactly that many bytes; fewer are an error that says where the file ends. */
int durable_read_at(
	int fd, const char *name, char *memory, size_t bytes, uint64_t offset, struct error *err);

/** fsync a file; an interrupted one is done again. After a failure its content is unknown. */
int durable_sync(int fd, const char *name, struct error *err);

/** fsync a folder, after names in it changed. */
int durable_sync_folder(int folder_fd, struct error *err);

/** ERROR_SYSTEM (ERROR_DENIED for a missing right) from errno: "cannot <verb> '<name>': <cause>",
 * with a remedy for what a full, read-only or failing disk causes. */
int durable_fail_errno(struct error *err, const char *verb, const char *name);

/* The same, with its -1 visible to the compiler and to analysers of callers. */
#define durable_fail(err, verb, name) error_result(durable_fail_errno((err), (verb), (name)))
