/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/report.h"

struct json;

/** The member `tool` of a run: who we are, and a rule per policy in the order of the context. */
void sarif_put_tool(struct json *json, const struct report_context *context);
