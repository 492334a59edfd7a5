/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "data/value.h"

/* Figures computed from the records of a ledger and from nothing else; each is defined in
 * docs/reference/metrics.md. */

enum { METRICS_GROUPS = 64, METRICS_VERDICTS = 3, METRICS_OUTCOMES = 3, METRICS_MEASURES = 2 };
struct metrics_count {
	size_t passed, failed, waived;
};

/* Subjects of one layer, owner, risk or standard by their latest decision; its single policies. */
struct metrics_group {
	const char *by; /* layer, owner, risk, standard */
	struct str name;
	struct metrics_count subjects, checks;
};

/* Needed by the latest decision about some subject, and not expired. */
struct metrics_waiver {
	struct str id, owner;
	int64_t expires_s;
	size_t subjects;
};

/* Nearest-rank percentiles; n == 0: no data, nothing else is meant. */
struct metrics_spread {
	size_t n;
	double mean, p50, p95, max;
};

enum metrics_span {
	TIME_TO_DETECT,      /* indicator -> detected */
	TIME_TO_ACKNOWLEDGE, /* detected -> acknowledged */
	TIME_TO_RESPOND,     /* detected -> the first action starts */
	TIME_TO_CONTAIN,     /* detected -> containment verified */
	TIME_TO_RECOVER,     /* detected -> recovered */
	TIME_OF_DWELL,       /* indicator -> containment verified */
	TIME_OF_DRIFT,       /* drifted -> restored, of drifts instead of incidents */
	METRICS_SPANS
};

/* How long one span took over all in which it ended. */
struct metrics_times {
	struct metrics_spread seconds;
	size_t open;           /* begun, not ended */
	double longest_open_s; /* until the moment of the figures */
	size_t unusable; /* ended before they began, a moment that is none, closed without it */
};

/* What really happened, or what was an exercise. */
struct metrics_part {
	size_t decisions[METRICS_VERDICTS]; /* by enum verdict_kind */
	size_t undecided, undecided_inputs; /* some policy of them; of files, something */
	size_t subjects[METRICS_VERDICTS];  /* by their latest decision */
	struct metrics_group groups[METRICS_GROUPS];
	size_t group_count;
	const struct metrics_waiver *waivers; /* by expiry, then id */
	size_t waiver_count;
	size_t incidents, drifts;
	size_t dismissed;                 /* incidents that were none, in no other figure */
	size_t actions[METRICS_OUTCOMES]; /* done, failed, refused */
	struct metrics_times times[METRICS_SPANS];
	struct metrics_spread blast[METRICS_MEASURES]; /* potential, observed; shares of 1 */
};

enum { METRICS_REAL, METRICS_DRILL, METRICS_PARTS };
struct metrics {
	struct str origin; /* of the ledger */
	uint64_t records;
	uint64_t archived; /* moved out of the ledger, in no other figure */
	uint64_t later;    /* behind the moment of the figures, in no other figure */
	struct str time;   /* the moment of the figures; empty: there is no record */
	uint64_t notes, gaps, gap_numbers, clock_jumps;
	uint64_t unknown_records; /* that are no record of ours */
	uint64_t unlisted; /* latest decisions whose policies are told by no record before them */
	size_t nodes, fresh_nodes; /* coverage; nodes == 0: no data */
	bool has_inventory;        /* nodes are those of an inventory, not only those heard of */
	struct metrics_part parts[METRICS_PARTS];
};

struct metrics_sum; /* records on their way to figures */

#define METRICS_AT_END INT64_MIN /* no moment given: that of the last record */

/** An RFC 3339 time as microseconds since 1970; false when it is none. */
bool metrics_parse_moment(struct str text, int64_t *ret_us);

/** Begin; everything kept lives in arena. at_us is the moment of the figures: what waivers, open
 * incidents and coverage are measured against, and behind which records do not count. */
struct metrics_sum *metrics_begin(struct arena *arena, int64_t at_us);

/** Add the next record, NULL for an entry that is no JSON. Nothing of it is kept by reference. */
void metrics_add(struct metrics_sum *sum, const struct value *record);

/** Compute; nothing may be added behind it. */
void metrics_end(struct metrics_sum *sum, struct metrics *ret_metrics);
