/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/decide.h"

/* What a run looked at and found; complete only in report_format.end. */
struct report_summary {
	size_t files, subjects, undecided; /* undecided: documents that could not be judged */
	size_t allowed, warned, denied;
	enum verdict_kind verdict;
};

/* What every format needs to know before the first subject. */
struct report_context {
	struct buf *out;     /* bounded; its full() hands bytes to the program */
	struct arena *arena; /* for the whole run: small counters and summaries only */
	const struct catalogue *catalogue;
	struct str tool_version;
	bool colour, unicode, quiet;
};

/*
 * One output format: text, json, sarif, junit, markdown, github. Subjects arrive in order and are
 * written as they come; a format keeps only what its summary needs. All text from outside is
 * escaped for its medium.
 */
struct report_format {
	const char *name;
	const char *meaning;
	void *(*begin)(const struct report_context *context);
	void (*subject)(void *state, const struct subject *subject, const struct verdict *verdict);
	void (*problem)(void *state,
		const struct error *err); /* a document or file that could not be judged */
	void (*end)(void *state, const struct report_summary *summary);
};

/** The table of formats; ends with name == NULL. */
extern const struct report_format *const report_formats[];
