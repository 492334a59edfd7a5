/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"

/*
 * Known ways out of a context, each as a harmless attempt: what `gabion drill context` runs. The
 * probe with the drill's name (src/programs/gabion-probe) makes the attempt inside a context; what
 * it reports, and what it left outside, is judged from outside.
 */
struct drill {
	const char *name;
	const char *attempt; /* what is tried, one phrase */
	const char *needs;   /* the opt-ins that open it, all of them, as "name value, ...", or
				others after a "|"; NULL: nothing does */
	const char *source;  /* what it is the harmless equivalent of, or empty */
};

/* Ends with name == NULL. */
extern const struct drill drills[];

/* What a probe says of an attempt, on a line "name word number". */
enum drill_outcome {
	DRILL_BLOCKED, /* number: errno, or 0 */
	DRILL_KILLED,  /* number: the signal that ended the attempt */
	DRILL_OPEN,
	DRILL_OUTCOMES,
};
extern const char *const drill_outcomes[DRILL_OUTCOMES];

/** The drill of a name, or NULL. */
const struct drill *drill_find(struct str name);
