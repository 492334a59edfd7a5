/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/catalogue.h"
#include "report/json.h"

/** All there is to say about a policy, for people. */
void describe_put_text(struct buf *out, bool colour, const struct catalogue *catalogue,
	const struct policy *policy);

/** The same as an element of a JSON array. */
void describe_put_json(
	struct json *json, const struct catalogue *catalogue, const struct policy *policy);
