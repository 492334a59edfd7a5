/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/context.h"
#include "layers/context/spec.h"

/**
 * The root `effective` of a configuration's facts: what it comes to, where that takes more than
 * reading it, compared with a context. Everything lives in arena. Pure.
 */
int effective_make(struct arena *arena, const struct value *config, const struct context *context,
	struct value *ret_effective, struct error *err);

/** The seccomp section of a configuration as config.json writes it. */
struct value seccomp_value(struct arena *arena, const struct spec_seccomp *profile);
