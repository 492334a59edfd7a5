/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/report.h"

/* The rows of report_formats, each in its own file. */
extern const struct report_format report_text, report_json, report_sarif, report_junit,
	report_markdown, report_github;

/* Where a format must cut, because its readers do. */
enum {
	SARIF_MAX_RESULTS = 25000,       /* GitHub refuses a run with more */
	MARKDOWN_MAX_BYTES = 900 * 1024, /* of findings; GitHub refuses a summary above 1 MiB */
	REPORT_MAX_PROBLEMS = 10000,     /* kept where they are written last */
};
