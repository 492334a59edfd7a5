/* SPDX-License-Identifier: Apache-2.0 */
#include "report/words.h"

#include "cel/datetime.h"

void words_put_time(struct buf *out, int64_t seconds)
{
	/* From March of the year 0 to the end of 9999. */
	const int64_t first = -62162035200, last = 253402300799;
	if (seconds < first || seconds > last) {
		buf_put_int(out, seconds);
		return;
	}
	struct time_civil at = time_civil_from_seconds(seconds);
	buf_printf(out, "%04d-%02u-%02uT%02u:%02u:%02uZ", (int)at.year, at.month, at.day, at.hour,
		at.minute, at.second);
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
