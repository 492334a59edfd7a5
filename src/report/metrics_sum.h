/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "report/metrics.h"

enum { METRICS_LAYERS = 6 };
enum metrics_moment {
	MOMENT_INDICATOR,
	MOMENT_DETECTED,
	MOMENT_CONTAINED,
	MOMENT_RECOVERED,
	MOMENTS
};

/* The latest decision about a subject. Groups are bits, in the order of metrics_sum.groups. */
struct metrics_subject {
	struct str key;  /* identity */
	uint64_t number; /* of the record */
	uint64_t member, failed, waived;
	uint32_t unknown_reasons;
	uint8_t verdict;
	struct metrics_waiver *waivers;
	size_t waiver_count;
};

/* What one note says about an incident. */
struct metrics_incident {
	struct str id;
	uint64_t number;
	bool drill;
	struct {
		bool given, valid;
		int64_t at_s;
	} moments[MOMENTS];
};

struct metrics_sum_part {
	struct metrics_subject *subjects; /* several of one key until they are compacted */
	size_t subject_count, subject_capacity;
};

struct metrics_sum {
	struct arena *arena;
	const struct policy *const *policies; /* sorted by id */
	uint64_t *policy_groups;              /* of each */
	size_t policy_count;
	struct metrics_group groups[METRICS_GROUPS];
	size_t group_count;
	uint64_t layer_groups[METRICS_LAYERS]; /* all groups that policies of the layer are in */
	struct metrics_sum_part parts[METRICS_PARTS];
	struct metrics_incident
		*incidents; /* one for each note, in the end one for each incident */
	size_t incident_count, incident_capacity;
	int64_t as_of_s; /* time of the last record */
	struct metrics totals;
};

/** Keep the latest of each subject only. */
void metrics_compact(struct metrics_sum_part *part);
