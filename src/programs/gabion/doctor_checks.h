/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/* How a check came out. */
enum health {
	HEALTH_GOOD,    /* all of it is there */
	HEALTH_LESS,    /* missing or partial: something else stands in, as the row says */
	HEALTH_MISSING, /* nothing can stand in */
	HEALTHS,
};

/* One thing of the kernel or of our rights that gabion rests on. */
struct doctor_check {
	const char *name;
	const char *used_for;
	const char *instead; /* what is done where it is missing */
	/** Look; what was found goes into found, as one phrase. Nothing is changed. */
	enum health (*look)(struct buf *found);
};

/* Ends with name == NULL. */
extern const struct doctor_check doctor_checks[];
