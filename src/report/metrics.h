/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/policy.h"

/*
 * Figures computed from the records of a ledger and from nothing else: the same records give the
 * same figures, whenever and wherever. What each means is in docs/reference/metrics.md.
 */

enum { METRICS_GROUPS = 64, METRICS_VERDICTS = 3 };

/* Subjects of one layer, owner, risk or standard, by their latest decision. */
struct metrics_group {
	const char *by; /* layer, owner, risk, standard */
	struct str name;
	size_t passed, failed, waived;
};

/* A waiver that the latest decision about some subject needed, and that has not expired. */
struct metrics_waiver {
	struct str id, owner;
	int64_t expires_s;
	size_t subjects;
};

enum metrics_span { TIME_TO_DETECT, TIME_TO_CONTAIN, TIME_TO_RECOVER, METRICS_SPANS };

/* How long one span took over all incidents in which it ended; n == 0: no data, nothing else is
 * meant. Nearest-rank percentiles. */
struct metrics_times {
	size_t n;
	double mean_s;
	int64_t p50_s, p95_s, max_s;
	size_t open;     /* begun, not ended */
	size_t unusable; /* ended before they began, or with a moment that is none */
};

/* What really happened, or what was an exercise. */
struct metrics_part {
	size_t decisions[METRICS_VERDICTS]; /* by enum verdict_kind */
	size_t undecided;                   /* of them: a policy could not be evaluated */
	size_t subjects[METRICS_VERDICTS];  /* by their latest decision */
	struct metrics_group groups[METRICS_GROUPS];
	size_t group_count;
	const struct metrics_waiver *waivers; /* by expiry, then id */
	size_t waiver_count;
	size_t incidents;
	struct metrics_times times[METRICS_SPANS];
};

enum { METRICS_REAL, METRICS_DRILL, METRICS_PARTS };

struct metrics {
	struct str origin; /* of the ledger */
	uint64_t records;
	uint64_t notes;
	uint64_t gaps, gap_numbers;
	uint64_t unknown_records; /* that are no record of ours */
	uint64_t unknown_reasons; /* of latest decisions, by policies the catalogue has not */
	struct str time;          /* of the last record; empty: there is none */
	struct metrics_part parts[METRICS_PARTS];
};

/* Records on their way to figures. */
struct metrics_sum;

/** Begin. policies, sorted by id, say to which standards a policy belongs; they and everything kept
 * live in arena or outlive it. */
struct metrics_sum *metrics_begin(
	struct arena *arena, const struct policy *const *policies, size_t count);

/** Add the next record, NULL for an entry that is no JSON. Nothing of it is kept by reference. */
void metrics_add(struct metrics_sum *sum, const struct value *record);

/** Compute; waivers are open or not as of the last record's time. */
void metrics_end(struct metrics_sum *sum, struct metrics *ret_metrics);

/* The figures for people, for programs, and as Prometheus text (version 0.0.4). What there is no
 * data for is said, null, or absent; never 0. */
void metrics_put_text(const struct metrics *metrics, struct buf *out);
void metrics_put_json(const struct metrics *metrics, struct buf *out);
void metrics_put_prometheus(const struct metrics *metrics, struct buf *out);
