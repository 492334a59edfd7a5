/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sys/cgroup.h"

/* The files of a cgroup's folders: settings and statistics. */

/** Write text into a file of a folder; 0, or the errno of what failed. Never makes a file. */
int cgroup_file_write(int folder, const char *file, struct str text);

/** Read a file of a folder whole, terminated: its length, or minus the errno; -E2BIG when it has
 * size bytes or more. */
ssize_t cgroup_file_read(int folder, const char *file, char *text, size_t size);

/** The number a file holds, UINT64_MAX for "max"; 0, or the errno. */
int cgroup_file_number(int folder, const char *file, uint64_t *ret_number);

/** The number behind a key in "key number" lines; false when it is not there. */
bool cgroup_text_number(struct str text, struct str key, uint64_t *ret_number);

/** Whether a folder has a file. */
bool cgroup_file_exists(int folder, const char *file);
