/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "layers/context/drills.h"
#include "programs/gabion/contexts.h"
#include "programs/gabion/drill_root.h"

/* What came of one drill in one context. */
enum finding {
	FINDING_BLOCKED, /* as it must be */
	FINDING_OPEN,    /* as was granted */
	FINDING_KERNEL,  /* granted, but the kernel itself refuses it here */
	FINDING_ESCAPED, /* open, and nothing grants it */
	FINDING_SILENT,  /* the probe said nothing of it: nothing is proven */
	FINDINGS,
};
extern const char *const drill_findings[FINDINGS];

enum { DRILL_COUNT_MAX = 128 };

/* One context being drilled with one image; the caller sets the first four. */
struct trial {
	struct context context;
	struct str name;
	const struct drill_image *image;
	bool quiet; /* what the runtime says on standard error is not shown */
	enum drill_outcome outcomes[DRILL_COUNT_MAX];
	int numbers[DRILL_COUNT_MAX];
	bool answered[DRILL_COUNT_MAX];
	bool intact, core_pattern_kept;
	bool silent;       /* nothing was started, or nothing answered */
	bool runtime_kept; /* the runtime's own program is as it was */
};

/** Start the probe in the context and look what came of it; -1 when that was not possible. */
int trial_run(struct invocation *invocation, const struct loaded *loaded, struct trial *trial,
	struct error *err);

/** What drills[i] came to. */
enum finding trial_finding(struct arena *arena, const struct trial *trial, size_t i);
