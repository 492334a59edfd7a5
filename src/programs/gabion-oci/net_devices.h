/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/container.h"

/** Move linux.netDevices into the container's network namespace, in the parent while the first
 * process waits; all or none. Source: runtime-spec config-linux.md "Network Devices". */
int net_devices_give(struct container *container, struct error *err);

/** Move back what was given, when the container is not to be after all. */
void net_devices_take_back(struct container *container);
