/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/status.h"

/** Remove what a container leaves when its process has ended: other processes, cgroups, state; then
 * the poststop hooks. spec may be NULL: no hooks. */
int destroy(struct invocation *invocation, int root, const struct status *status,
	const struct spec *spec, struct error *err);
