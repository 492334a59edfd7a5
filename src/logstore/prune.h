/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/**
 * How many bundles from the first one on are gone, of those below minimum: they are removed in
 * order, so that a crash leaves the later ones.
 */
uint64_t log_find_unlinked(int folder_fd, uint64_t minimum);
