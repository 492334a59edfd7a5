/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/spec.h"
#include "programs/gabion-oci/status.h"

/**
 * Run the hooks of a kind one after another, with the state on their standard input, in our own
 * namespaces. The first that fails, or takes longer than its timeout and is killed, is an error.
 */
int hooks_run(struct arena *arena, const struct spec *spec, enum spec_hook_kind kind,
	const struct status *status, enum condition condition, struct error *err);
