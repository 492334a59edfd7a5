/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { ACCESS_IDS = 16 };

/* Users that may connect; root and the notary's own user always may. */
struct access {
	uint32_t uids[ACCESS_IDS];
	size_t count;
};

/** Whether a user may connect. */
bool access_allows(const struct access *access, uid_t uid);

/** Say why this connection is not served, and close it: its user may not connect, or may and there
 * are too many. */
void access_turn_away(int fd, uid_t uid, bool is_allowed);
