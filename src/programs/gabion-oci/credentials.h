/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/container.h"

/** Become the user with his groups, keeping capabilities for what follows; the bounding set is the
 * container's from here on. */
int credentials_become(const struct task *task, struct error *err);

/** Keep only the capabilities of the configuration, as far as we have them; no_new_privs. */
int credentials_restrict(const struct task *task, struct error *err);
