/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/decide.h"
#include "report/json.h"

/**
 * Write the member "patch" of a reason: its policy's operation as one of RFC 6902 that can be
 * applied to the document as it is. What is missing on the way to the place is part of what is
 * added. Writes nothing when the policy has none, nothing was decided, or there is nothing to
 * remove. Limit: a step that is missing has at most 255 bytes.
 */
void patch_put(struct json *json, const struct subject *subject, const struct reason *reason);
