/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion/judge.h"

/* What the acts of the demonstration share. */
struct demo {
	struct invocation *invocation;
	struct loaded loaded;
	struct report_summary drifting, repaired;
	struct evidence evidence; /* the records of the first act */
};

/** A heading on standard output; text is ours, not from outside. */
void demo_put_heading(struct demo *demo, const char *text);

/**
 * The second act: the records of the first in a ledger of their own, verified, and one of them
 * altered. Its folder is temporary and gone when this returns. -1 when it did not go as it should,
 * which was said.
 */
int demo_play_ledger(struct demo *demo);

/**
 * The third act: the order service in its context, requests to it, and every known way out tried. 0
 * too where contexts cannot be made, which is said.
 */
int demo_play_context(struct demo *demo);
