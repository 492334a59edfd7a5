/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec.h"
#include "programs/gabion-oci/invocation.h"

/** What `exec` is to run: the document of --process, or the container's own process changed by the
 * options and operands of the command line. */
int process_option_read(struct invocation *invocation, const struct spec *spec,
	struct spec_process *ret_process, struct error *err);
