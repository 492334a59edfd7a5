/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/decide.h"

/*
 * What the ledger keeps: canonical JSON, one object a record; docs/schema/record.schema.json.
 * Everything that quotes a subject passes through redact.h.
 */

/* A moment of the world's clock, as whoever reads the clock gives it. */
struct record_time {
	int64_t seconds; /* since 1970-01-01T00:00:00Z */
	uint32_t nanoseconds;
};

/* What all records say about themselves. */
struct record_head {
	struct record_time time;
	struct str node;     /* where it happened: the host's name */
	struct str program;  /* who did it, for example "gabion check" */
	struct str user;     /* on whose behalf; empty when nobody's */
	struct str person;   /* who says to be the author; empty when nobody */
	bool drill;          /* an exercise: kept apart from incidents in every figure */
	struct str incident; /* id of the incident it belongs to; empty: none */
	struct value links;  /* a list of the numbers of earlier records; anything else: none */
};

/* What was done about a verdict. */
struct record_action {
	struct str name; /* admit, harden, hold, kill, cut, freeze, throttle, remediate, report */
	struct str outcome; /* done, failed, refused; with `why` when it is not done */
	struct str why;
};

/**
 * A decision: subject, catalogue, verdict with all reasons, waivers, and the action. -1 when the
 * record would be over the 65,535 bytes of an entry even with its reasons counted instead of
 * listed.
 */
int record_print_decision(struct arena *arena, const struct record_head *head,
	const struct catalogue *catalogue, const struct subject *subject,
	const struct verdict *verdict, const struct record_action *action, struct buf *out,
	struct error *err);

/**
 * The next part of what a catalogue holds, from policy *first on; *first moves behind it, and the
 * parts are done when it is catalogue_count(). Decisions name policies by their number in it.
 */
int record_print_catalogue(struct arena *arena, const struct record_head *head,
	const struct catalogue *catalogue, size_t *first, struct buf *out, struct error *err);

/**
 * What happened besides decisions, from a document as docs/reference/records.md describes it: a
 * detection, an action, a verification and others. Every field is checked; -1 and the place of the
 * first that is wrong. Secrets in texts are redacted; times are written in UTC.
 */
int record_print_event(struct arena *arena, const struct record_head *head,
	const struct value *document, struct buf *out, struct error *err);

/** The tables of docs/reference/records.md. */
void record_print_reference(struct buf *out);

/** What a person or program wants kept, as a map: `type: note`. Secrets in it are redacted. */
int record_print_note(struct arena *arena, const struct record_head *head, const struct value *note,
	struct buf *out, struct error *err);

/** RFC 3339 in UTC with nine digits: 2026-01-02T03:04:05.000000006Z. Years 1970 to 9999, else the
 * nearer end. */
void record_print_time(struct record_time time, struct buf *out);

/**
 * The record of numbers that a producer used and that never arrived (both included), in canonical
 * JSON. producer is its id, written in hexadecimal.
 */
void record_print_gap(struct buf *out, struct record_time time, struct str producer, uint64_t first,
	uint64_t last);

/* What is asked of the notary when records are to go. */
struct record_prune {
	uint64_t first, minimum; /* the records first to minimum - 1 */
	struct str archive;      /* where they went, UTF-8 */
	uint32_t user;           /* who asked, as the kernel says */
	bool forced;             /* against the rule of a year */
};

/** The record that a pruning leaves behind, in canonical JSON; arena is for its making. */
void record_print_prune(struct arena *arena, struct buf *out, struct record_time time,
	const struct record_prune *prune);

/** The record of a clock that was set: what it should have shown and what it shows. */
void record_print_clock(struct buf *out, struct record_time expected, struct record_time found);
