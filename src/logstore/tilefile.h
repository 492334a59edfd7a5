/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "ledger/tile.h"

/**
 * Write a tile or bundle under its path in the folder, with the folders it needs; one that is there
 * was promised to nobody and is replaced. Mode 0444. Not synced: the caller does so for all.
 */
int tile_write(int folder_fd, const struct tile *tile, struct str bytes, struct error *err);
