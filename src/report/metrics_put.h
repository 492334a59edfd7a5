/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/metrics.h"

/* The figures for people, for programs, and as Prometheus text (version 0.0.4). What there is no
 * data for is said, null, or absent; never 0. */
void metrics_put_text(const struct metrics *metrics, struct buf *out);
void metrics_put_json(const struct metrics *metrics, struct buf *out);
void metrics_put_prometheus(const struct metrics *metrics, struct buf *out);

/** A moment in microseconds since 1970 as RFC 3339 in UTC with six digits. */
struct str metrics_print_moment(struct arena *arena, int64_t at_us);

/* The words of the figures, in the order of their enums. */
extern const char *const metrics_verdicts[METRICS_VERDICTS];
extern const char *const metrics_outcomes[METRICS_OUTCOMES];
extern const char *const metrics_measures[METRICS_MEASURES];
extern const char *const metrics_spans[METRICS_SPANS];

/** By expiry, id, owner: the order of metrics_part.waivers, for qsort() and bsearch(). */
int metrics_compare_waivers(const void *a, const void *b);
