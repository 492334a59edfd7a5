/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/**
 * The moment from which something that expires then is void, in seconds since 1970: of a date
 * (2026-10-31) the end of that day in UTC; of an RFC 3339 time (2026-10-31T12:00:00Z, or with an
 * offset) that second. False for anything else, years before 1970 too.
 */
bool date_parse_end(struct str text, int64_t *ret_s);

enum { DATE_BYTES = 32 };

/** The RFC 3339 text in UTC of a moment; years 0 to 9999, otherwise empty. Returns its length. */
size_t date_print(int64_t moment_s, char ret_text[DATE_BYTES]);
