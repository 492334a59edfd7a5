/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "layers/context/observed.h"

/**
 * Read the files below rootfs that were executed or loaded as libraries: note who interprets and
 * loads them, which the kernel opens unasked, and, if wanted, the calls that their code holds as
 * OBSERVED_STATIC. Files that cannot be read count as lost. -1 when rootfs cannot be opened.
 */
int learn_static(struct arena *arena, struct str rootfs, bool wants_calls,
	struct observed *observed, struct error *err);
