/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** A size as container engines write it: "1048576", "512k", "64m", "64MiB", "2g", or -1 for none;
 * units are of 1024. Pure. */
bool bytes_parse(const char *text, int64_t *ret_bytes);
