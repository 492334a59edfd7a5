/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion/invocation.h"
#include "report/report.h"

/* The reports a command line asks for, each a format and a place. */
struct targets {
	struct target *items;
	size_t count;
	bool on_stdout; /* one of them is written there */
};

/**
 * What -o says, text on standard output when it says nothing. Files are begun; -1 with an error in
 * the command line or because a file cannot be.
 */
int targets_open(struct targets *targets, struct invocation *invocation, struct error *err);

/** Begin all reports; what context says of out, colour, unicode and quiet is filled in for each. */
void targets_begin(struct targets *targets, struct invocation *invocation,
	const struct report_context *context);

/* One call for each call of a format. */
void targets_subject(
	struct targets *targets, const struct subject *subject, const struct verdict *verdict);
void targets_problem(struct targets *targets, const struct report_problem *problem);
void targets_end(struct targets *targets, const struct report_summary *summary);

/** Put the files under their names; failures are told and counted. */
size_t targets_commit(struct targets *targets, struct invocation *invocation);

/** Forget what was begun. */
void targets_discard(struct targets *targets);
