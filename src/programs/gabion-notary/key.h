/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ledger/note.h"

/**
 * Read the signing key from a file that only its owner can read: a regular file of this user or of
 * root, mode 0400 or 0600, not behind a symbolic link. path NULL means the systemd credential
 * `ledger-key`.
 */
int key_load(
	struct arena *arena, const char *path, struct note_signer *ret_signer, struct error *err);
