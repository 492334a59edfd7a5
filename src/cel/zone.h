/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/** Whether a name may be handed to a zone loader: 1 to 255 of [A-Za-z0-9_+-/], no "..", no '/' at
 * its start or end, so that it cannot leave a folder of zones. */
bool zone_name_is_safe(struct str name);

/** The seconds east of UTC of a fixed offset `[+-]hh:mm` up to 14:59; false when it is none. */
bool zone_parse_offset(struct str text, int64_t *ret_seconds);

/**
 * The seconds east of UTC that a zone has at a time given in seconds since 1970. tzif is a file as
 * RFC 8536 describes, of any version; nothing outside it is read. False when it is malformed.
 */
bool zone_offset(struct str tzif, int64_t seconds, int64_t *ret_offset);

/** The same for the text of a POSIX TZ variable, such as CET-1CEST,M3.5.0,M10.5.0/3. */
bool zone_posix_offset(struct str rule, int64_t seconds, int64_t *ret_offset);
