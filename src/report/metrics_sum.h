/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/limits.h"
#include "policy/policy.h"
#include "report/metrics.h"
#include "report/names.h"

/* A policy as a catalogue record tells of it. */
struct metrics_policy {
	struct str id, title, owner, risk; /* id empty: no record told */
	uint64_t groups;
	struct policy_mapping *mappings;
	size_t mapping_count;
};

struct metrics_catalogue {
	struct str digest;
	struct metrics_policy *policies;
	size_t total, known; /* known < total: a part is missing */
};

/* The latest decision about a subject. */
struct metrics_subject {
	uint64_t number; /* of the record */
	uint8_t drill, layer, verdict;
	bool listed, fails; /* says which policies applied; has a reason that no waiver covers */
	struct str name;    /* what a person calls it */
	int64_t at_us;
	struct str digest;                  /* of the catalogue */
	struct str applied, failed, waived; /* ranges of numbers of policies */
	struct metrics_waiver *waivers;
	size_t waiver_count;
};

enum metrics_moment {
	MOMENT_INDICATOR,
	MOMENT_DETECTED,
	MOMENT_ACKNOWLEDGED,
	MOMENT_RESPONDED,
	MOMENT_CONTAINED,
	MOMENT_RECOVERED,
	MOMENTS
};

struct metrics_when {
	bool given, valid;
	int64_t at_us;
};

/* One look at containment. */
struct metrics_look {
	struct metrics_look *next;
	struct metrics_when when;
	bool held;
	uint64_t number;
};

/* An incident or, with its two moments as indicator and recovered, a drift. */
struct metrics_incident {
	struct str id;
	bool is_drift, drill, closed, dismissed;
	struct metrics_when moments[MOMENTS];
	struct metrics_look *looks;
	struct {
		uint64_t affected, total; /* total == 0: not told */
	} blast[METRICS_MEASURES];
};

struct metrics_node {
	bool beats;
	int64_t seen_us, interval_us;
	uint64_t inventory; /* number of the last inventory that names it, plus 1 */
};

/* Items of one type, growing. */
struct metrics_array {
	void *items;
	size_t count, capacity;
};

struct metrics_sum {
	struct arena *arena;
	int64_t at_us, last_us;
	struct metrics_group groups[METRICS_GROUPS];
	size_t group_count;
	struct names texts; /* one copy of what many records repeat */
	struct names subject_names, undecided_names, incident_names, node_names, digest_names;
	struct metrics_array subjects, undecided, incidents, nodes, catalogues; /* by number */
	uint64_t inventory; /* number of the last one, plus 1; 0: none */
	struct metrics totals;
};

/** The catalogue of a subject's latest decision and what became of its policies (bits of enum
 * policy_result, room for LIMIT_CATALOGUE_POLICIES); NULL when no record told all of it. */
const struct metrics_catalogue *metrics_results(const struct metrics_sum *sum,
	const struct metrics_subject *subject, unsigned char *ret_results);

/** The figures of incidents and drifts, into sum->totals. */
void metrics_end_incidents(struct metrics_sum *sum);
