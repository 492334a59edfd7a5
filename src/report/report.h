/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "report/tally.h"

/* What a run looked at and found; complete only in report_format.end. */
struct report_summary {
	size_t files, subjects;
	size_t undecided;               /* documents and files that could not be judged */
	size_t skipped;                 /* documents and files that are nobody's to judge */
	size_t allowed, warned, denied; /* subjects */
	enum verdict_kind verdict;      /* the heaviest of theirs */
	const struct tally *tally;      /* reasons */
	uint64_t elapsed_ns;            /* 0: not told */
};

/* A document or file that could not be judged. */
struct report_problem {
	const struct error *error;
	struct str text; /* of error->file, for an excerpt; may be empty */
};

/* What every format needs to know before the first subject. */
struct report_context {
	struct buf *out;                      /* bounded; its full() hands bytes to the program */
	struct arena *arena;                  /* for the whole run */
	const struct policy *const *policies; /* in force, sorted by id */
	size_t policy_count;
	struct str profile, digest; /* of the catalogue */
	unsigned kubernetes_minor;
	struct str tool_version;
	bool colour, unicode, quiet;
};

/*
 * One output format. Subjects arrive in order and are written as they come; a format keeps only
 * what its form obliges it to say before (junit, markdown). All text from outside is escaped for
 * its medium. Limits: SARIF_MAX_RESULTS, MARKDOWN_MAX_BYTES; a cut is announced in the report.
 */
struct report_format {
	const char *name;
	const char *meaning;
	void *(*begin)(const struct report_context *context);
	void (*subject)(void *state, const struct subject *subject, const struct verdict *verdict);
	void (*problem)(void *state, const struct report_problem *problem);
	void (*end)(void *state, const struct report_summary *summary);
};

/** The table of formats; ends with NULL. */
extern const struct report_format *const report_formats[];

/** The format of that name, or NULL. */
const struct report_format *report_format_find(struct str name);

/** What the run as a whole says: deny, undecided, warn or allow, in this order of precedence. */
const char *report_verdict_name(const struct report_summary *summary);

/** allow, warn or deny. */
const char *report_kind_name(enum verdict_kind kind);

/** deny, warn or audit: what a reason weighs; waived when a waiver is in force. */
const char *report_weight_name(const struct reason *reason);
