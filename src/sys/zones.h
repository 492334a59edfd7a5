/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* The machine's time zones, read once each; everything lives in the arena. */
struct zones {
	struct arena *arena;
	struct zone_file *known;
};

enum { ZONE_LIMIT_BYTES = 256 * 1024 }; /* of one TZif file; the largest has 4 KiB */

/**
 * The TZif bytes (RFC 8536) of a zone such as Europe/Berlin; context is a struct zones. False when
 * there is no such zone. Has the form of cel_zone_loader.
 */
bool zones_load(void *context, struct str name, struct str *ret_tzif);
