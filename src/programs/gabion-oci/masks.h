/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/rootfs.h"

/** Make read-only what linux.readonlyPaths names and cover what linux.maskedPaths names: folders by
 * one empty one, read-only, files by a null device of ours. What is not there is passed over. */
int masks_apply(struct rootfs *rootfs, struct error *err);
