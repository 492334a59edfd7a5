/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/cgroups.h"
#include "programs/gabion-oci/status.h"

/* A container and its cgroups, for commands about what it may use and what it does. */
struct running {
	struct status status;
	enum condition condition;
	struct cgroups cgroups;
};

/** Open the container that the first operand names. One that has stopped, or was started without
 * cgroups, is an error. Close it in the end, also after -1. */
int running_open(struct running *ret, struct invocation *invocation, struct error *err);
void running_close(struct running *running);
