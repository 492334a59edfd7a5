/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "policy/policy.h"
#include "report/json.h"

/* What the documents of OSCAL have in common. */

/** One property of gabion's own name space; value holds no line break. OSCAL's strings are not
 * empty and have no space at an end: that is cut, and nothing becomes "(empty)". */
void oscal_put_prop(struct json *json, const char *name, struct str value);

/** `<standard>-<control>` as a token: begins with a letter or _, and has no marks but . - and _. */
struct str oscal_control_id(struct arena *arena, const struct policy_mapping *mapping);

/** Any id as a token. */
struct str oscal_token(struct arena *arena, struct str id);
