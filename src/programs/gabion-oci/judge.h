/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

/**
 * What `PROGRAM context harden --quiet PATH` makes of a configuration, into the arena. It takes
 * which context counts and where evidence goes from GABION_CONTEXT and GABION_EVIDENCE.
 * Returns -1 when it cannot be run, refuses, cannot record, or prints more than limit bytes.
 */
int judge_config(struct arena *arena, const char *program, const char *path, size_t limit,
	struct str *ret_text, struct error *err);
