/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* Who may be able to read a secret besides its owner. */
enum secret_kind {
	SECRET_FILE,       /* nobody: mode 0400 or 0600 */
	SECRET_CREDENTIAL, /* or, in root's file 0440, the group root: what systemd makes for services
			      of other users shows the mask of its access list there */
};

/**
 * Read a secret from a file that only its owner can read: a regular file of this user or of root,
 * mode 0400 or 0600, not behind a symbolic link; at most size bytes. The caller wipes memory.
 */
int secret_read(enum secret_kind kind, const char *path, char *memory, size_t size, size_t *ret_len,
	struct error *err);

/** Write a secret into a new file of mode 0400, durably; an existing file is an error. */
int secret_write(const char *path, struct str secret, struct error *err);
