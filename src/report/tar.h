/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* A tar archive (POSIX ustar) that is the same whenever it is made from the same. */

enum { TAR_BLOCK_BYTES = 512 };

/** Append one file: name of at most 100 bytes, mode 0444, owner 0, changed at time_s. */
void tar_put(struct buf *out, struct str name, struct str content, int64_t time_s);

/** Append the end of the archive. */
void tar_put_end(struct buf *out);
