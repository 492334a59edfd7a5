/* SPDX-License-Identifier: Apache-2.0 */
#include "report/words.h"

enum { DAY_S = 86400, DAYS_TO_1970 = 719468, ERA_DAYS = 146097 };

/*
 * Days since 1970 to a date of the Gregorian calendar. Years begin in March here, so that the leap
 * day is the last of its year and months have a closed form.
 */
static void put_date(struct buf *out, int64_t days)
{
	int64_t shifted = days + DAYS_TO_1970;
	int64_t era = shifted / ERA_DAYS;
	int64_t of_era = shifted % ERA_DAYS;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t from_march = (5 * of_year + 2) / 153;
	int64_t day = of_year - (153 * from_march + 2) / 5 + 1;
	int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;
	buf_printf(out, "%04d-%02d-%02d", (int)(year + era * 400 + (month <= 2)), (int)month,
		(int)day);
}

void words_put_time(struct buf *out, int64_t seconds)
{
	int64_t days = seconds >= 0 ? seconds / DAY_S : (seconds - DAY_S + 1) / DAY_S;
	int second = (int)(seconds - days * DAY_S);
	if (days + DAYS_TO_1970 < 0 || days > 2932896) {
		buf_put_int(out, seconds);
		return;
	}
	put_date(out, days);
	buf_printf(out, "T%02d:%02d:%02dZ", second / 3600, second / 60 % 60, second % 60);
}

void words_put_count(struct buf *out, size_t count, const char *one, const char *many)
{
	buf_put_uint(out, count);
	buf_put_char(out, ' ');
	buf_put(out, str_from(count == 1 ? one : many));
}

void words_put_subject(struct buf *out, enum medium medium, const struct subject *subject)
{
	if (subject->object_kind.len > 0)
		escape_put(out, medium, subject->object_kind);
	else
		buf_put(out, str_from(subject->kind->name));
	if (subject->namespace.len + subject->name.len > 0)
		buf_put_char(out, ' ');
	escape_put(out, medium, subject->namespace);
	if (subject->namespace.len > 0)
		buf_put_char(out, '/');
	escape_put(out, medium, subject->name);
}

const char *words_layer(const struct policy *policy)
{
	return policy->schema ? policy->schema->layer : "";
}

static void put_elapsed(struct buf *out, uint64_t elapsed_ns)
{
	uint64_t tenths = elapsed_ns / 100000;
	if (elapsed_ns == 0)
		return;
	if (tenths < 100000)
		buf_printf(out, " in %u.%u ms", (unsigned)(tenths / 10), (unsigned)(tenths % 10));
	else
		buf_printf(out, " in %u s", (unsigned)(tenths / 10000));
}

void words_put_scope(struct buf *out, enum medium medium, const struct report_context *context,
	const struct report_summary *summary)
{
	buf_puts(out, "Looked at ");
	words_put_count(out, summary->files, "file", "files");
	buf_puts(out, " with ");
	words_put_count(out, summary->subjects, "subject", "subjects");
	buf_puts(out, ", judged by ");
	words_put_count(out, context->policy_count, "policy", "policies");
	if (context->profile.len > 0) {
		buf_puts(out, " of the profile ");
		escape_put(out, medium, context->profile);
	}
	buf_printf(out, " for Kubernetes 1.%u", context->kubernetes_minor);
	put_elapsed(out, summary->elapsed_ns);
}

void words_put_result(struct buf *out, const struct report_summary *summary)
{
	words_put_count(out, summary->subjects, "subject", "subjects");
	buf_puts(out, ": ");
	buf_put_uint(out, summary->denied);
	buf_puts(out, " denied, ");
	buf_put_uint(out, summary->warned);
	buf_puts(out, " with warnings, ");
	buf_put_uint(out, summary->allowed);
	buf_puts(out, " allowed");
	if (summary->undecided == 0)
		return;
	buf_puts(out, "; ");
	words_put_count(out, summary->undecided, "document", "documents");
	buf_puts(out, " could not be judged");
}
