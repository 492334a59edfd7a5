/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/decide.h"
#include "report/columns.h"
#include "report/json.h"

/**
 * Write the member "fixes" of a result when its policy's patch replaces a plain true, false or
 * number that is written in the text: then the bytes to change are known for sure. Writes nothing
 * otherwise. uri is the artifact's, both cursors are those of the report.
 */
void sarif_put_fix(struct json *json, const struct subject *subject, const struct reason *reason,
	struct str uri, struct columns *columns, struct lines *lines);
