/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/cgroups.h"
#include "programs/gabion-oci/status.h"

/** Remove what a container leaves when its process has ended: other processes, cgroups, state; then
 * the poststop hooks. spec may be NULL: no hooks. groups are those of the container when they are
 * open already, else NULL. */
int destroy(struct invocation *invocation, int root, const struct status *status,
	const struct spec *spec, struct cgroups *groups, struct error *err);
