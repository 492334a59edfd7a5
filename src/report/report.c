/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "report/formats.h"

const struct report_format *const report_formats[] = {
	&report_text,
	&report_json,
	&report_sarif,
	&report_junit,
	&report_markdown,
	&report_github,
	NULL,
};

const struct report_format *report_format_find(struct str name)
{
	for (const struct report_format *const *at = report_formats; *at; at++)
		if (str_equal(name, str_from((*at)->name)))
			return *at;
	return NULL;
}

const char *report_verdict_name(const struct report_summary *summary)
{
	if (summary->denied > 0)
		return "deny";
	if (summary->undecided > 0)
		return "undecided";
	return summary->warned > 0 ? "warn" : "allow";
}

const char *report_kind_name(enum verdict_kind kind)
{
	static const char *const names[] = {
		[VERDICT_ALLOW] = "allow", [VERDICT_WARN] = "warn", [VERDICT_DENY] = "deny"};
	return names[kind];
}

const char *report_weight_name(const struct reason *reason)
{
	static const char *const names[] = {
		[PHASE_AUDIT] = "audit", [PHASE_WARN] = "warn", [PHASE_ENFORCE] = "deny"};
	return reason->waiver ? "waived" : names[reason->phase];
}
