/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/escape.h"
#include "report/report.h"

/* What several formats say in the same words. */

/** An instant to the second: 2026-12-01T00:00:00Z. Years 0 to 9999, else a number. */
void words_put_time(struct buf *out, int64_t seconds);

/** `1 file`, `2 files`. */
void words_put_count(struct buf *out, size_t count, const char *one, const char *many);

/** The subject in one phrase, escaped: `Deployment shop/web`; what is missing is left out. */
void words_put_subject(struct buf *out, enum medium medium, const struct subject *subject);

/** What was looked at and by what, in one sentence without full stop. */
void words_put_scope(struct buf *out, enum medium medium, const struct report_context *context,
	const struct report_summary *summary);

/** How many subjects were denied, warned about, allowed and not decided. */
void words_put_result(struct buf *out, const struct report_summary *summary);

/** Layer of a policy; "" for one that belongs to none. */
const char *words_layer(const struct policy *policy);
