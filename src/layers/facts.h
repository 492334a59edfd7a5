/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "policy/schema.h"

/**
 * The reference of a layer's facts in Markdown, as in docs/reference/facts-<layer>.md: its kinds of
 * subjects with their roots, then every struct type with its fields. arena is for work.
 */
void facts_put(const struct policy_schema *schema, struct arena *arena, struct buf *out);
